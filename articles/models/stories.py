from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import gate, rights
from articles.content import content
from articles.languages import direction, validate_language
from articles.models.people import Person, Topic
from articles.models.record import Code, Revision
from articles.models.sections import Section
from articles.models.transitions import Transitions
from articles.workflow import MOVES, PublicationStatus, WorkflowStatus

# Longer than the 300 characters of section 3 of the dispatch format can never come in.
LINE_MAX = 300
TEASER_COLUMNS = (
    "code",
    "language",
    "headline",
    "slug",
    "kicker",
    "standfirst",
    "byline",
    "source",
    "visible_from",
    "section__name",
    "section__slug",
    "section__language",
    "discussion__visible_count",
    "discussion__policy",
)


class ArticleQuerySet(models.QuerySet):
    def visible(self, at=None):
        """What a reader may see at this moment (now, unless given). Everything a reader gets,
        page, list, text or count, starts here."""
        at = at or timezone.now()
        return self.filter(visible_from__lte=at).filter(
            models.Q(expire_at__isnull=True) | models.Q(expire_at__gt=at)
        )

    def visible_to(self, user):
        """What this person may see in the admin, published or not."""
        return self.filter(rights.visible_to(user))

    def newest_first(self):
        return self.order_by("-visible_from", "-pk")

    def in_section(self, section):
        return self.filter(section=section)

    def for_teasers(self):
        """Only what a teaser prints, the section and the count among it: one query."""
        return self.select_related("section", "discussion").only(*TEASER_COLUMNS)

    def older_than(self, visible_from, pk):
        """Those that follow this place in a list that is newest first."""
        return self.filter(
            models.Q(visible_from__lt=visible_from) | models.Q(visible_from=visible_from, pk__lt=pk)
        )

    @transaction.atomic
    def file(self, fields, section, *, by=None, code=None, language="", **origin):
        """Create a story in draft with its first revision, under `code` or the section's next.

        `fields` are those of a version (see `articles.content`); `origin` are those of the revision
        that say where it came from (origin, fingerprint, reason) and `embargo_until`, `at`.
        Raises CodeTaken, NoCodesLeft.
        """
        filled = content(**fields)
        at = origin.pop("at", None) or timezone.now()
        embargo_until = origin.pop("embargo_until", None)
        registered = Code.objects.take(code) if code else Code.objects.allot(section)
        article = self.create(
            code=registered.text,
            section=section,
            language=language,
            created_by=by,
            embargo_until=embargo_until,
            working_headline=filled["headline"],
            working_changed_at=at,
            created_at=at,
        )
        Code.objects.filter(pk=registered.pk).update(article=article)
        revision = article._add_revision(filled, number=1, by=by, at=at, **origin)
        self.filter(pk=article.pk).update(working_revision=revision)
        article.working_revision = revision
        article._record("create", by=by, at=at, revision=revision, before=("", ""))
        return article


class Article(Transitions):
    """One story for its whole life.

    Two axes: where the working copy is, and what readers get. The reader's columns are written by
    publication alone; unpublished text lives in revisions.
    """

    code = models.CharField(_("code"), max_length=9, unique=True, editable=False)
    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="articles"
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        validators=[validate_language],
        help_text=_("A tag such as ar; empty for the language of the section."),
    )
    workflow_status = models.CharField(
        _("working copy"), max_length=10, choices=WorkflowStatus, default=WorkflowStatus.DRAFT
    )
    publication_status = models.CharField(
        _("publication"),
        max_length=11,
        choices=PublicationStatus,
        default=PublicationStatus.UNPUBLISHED,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    # When readers see it. `visible_from` follows from the others, and is what queries ask.
    publish_at = models.DateTimeField(_("publication"), null=True)
    embargo_until = models.DateTimeField(_("embargo until"), null=True)
    held_open_ended = models.BooleanField(_("held until further notice"), default=False)
    expire_at = models.DateTimeField(_("expires"), null=True)
    visible_from = models.DateTimeField(_("visible from"), null=True, editable=False)
    first_published_at = models.DateTimeField(_("first published"), null=True)
    updated_at = models.DateTimeField(_("updated"), null=True)
    created_at = models.DateTimeField(_("created"))

    # The working copy.
    version = models.PositiveIntegerField(_("version"), default=1)
    working_revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, related_name="+"
    )
    working_headline = models.CharField(_("headline"), max_length=LINE_MAX)
    working_changed_at = models.DateTimeField(_("changed"))

    # What readers see.
    public_revision = models.ForeignKey(
        Revision, on_delete=models.PROTECT, null=True, related_name="+"
    )
    headline = models.CharField(_("headline"), max_length=LINE_MAX, blank=True)
    slug = models.CharField(max_length=80, blank=True)
    kicker = models.CharField(_("kicker"), max_length=100, blank=True)
    standfirst = models.TextField(_("standfirst"), blank=True)
    byline = models.CharField(_("byline"), max_length=LINE_MAX, blank=True)
    dateline = models.CharField(_("dateline"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    body = models.TextField(_("body"), blank=True)
    people = models.ManyToManyField(Person, related_name="articles")
    topics = models.ManyToManyField(Topic, related_name="articles")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        permissions = [
            ("claim_article", "Can claim stories filed to the desk, and return them"),
            ("approve_article", "Can approve a text for publication"),
            ("publish_article", "Can publish and schedule stories"),
            ("unpublish_article", "Can unpublish stories"),
        ]
        indexes = [
            models.Index(
                models.F("visible_from").desc(),
                models.F("id").desc(),
                name="articles_newest",
                condition=models.Q(visible_from__isnull=False),
            ),
            models.Index(
                models.F("section"),
                models.F("visible_from").desc(),
                models.F("id").desc(),
                name="articles_section_newest",
                condition=models.Q(visible_from__isnull=False),
            ),
            models.Index(
                models.F("working_changed_at").desc(),
                models.F("id").desc(),
                name="articles_changed",
            ),
            models.Index(
                models.F("workflow_status"),
                models.F("working_changed_at").desc(),
                models.F("id").desc(),
                name="articles_status_changed",
            ),
            # An import asks whether another story has its headline.
            models.Index(models.F("working_headline"), name="articles_working_headline"),
            models.Index(
                models.F("expire_at"),
                name="articles_expiring",
                condition=models.Q(expire_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="articles_workflow_status_known",
                condition=models.Q(workflow_status__in=WorkflowStatus.values),
            ),
            models.CheckConstraint(
                name="articles_publication_status_known",
                condition=models.Q(publication_status__in=PublicationStatus.values),
            ),
            models.CheckConstraint(
                name="articles_clean_was_published",
                condition=~models.Q(workflow_status="clean")
                | models.Q(publication_status__in=["published", "killed"]),
                violation_error_message=_("A story without a public version has a working copy."),
            ),
            models.CheckConstraint(
                name="articles_published_has_a_version",
                condition=~models.Q(publication_status="published")
                | models.Q(public_revision__isnull=False, publish_at__isnull=False),
                violation_error_message=_("A published story needs its version and its hour."),
            ),
            # Each case spelled out: a CHECK that is NULL passes, and GREATEST reads NULL
            # differently on SQLite and PostgreSQL.
            models.CheckConstraint(
                name="articles_visible_only_when_published",
                condition=models.Q(visible_from__isnull=True)
                | models.Q(
                    publication_status="published",
                    held_open_ended=False,
                    publish_at__isnull=False,
                    first_published_at__isnull=False,
                ),
                violation_error_message=_("Only a published story is visible."),
            ),
            models.CheckConstraint(
                name="articles_published_becomes_visible",
                condition=~models.Q(publication_status="published")
                | models.Q(held_open_ended=True)
                | models.Q(visible_from__isnull=False),
                violation_error_message=_("A published story needs its first visible moment."),
            ),
            models.CheckConstraint(
                name="articles_visible_from_is_the_later",
                condition=models.Q(visible_from__isnull=True)
                | models.Q(embargo_until__isnull=True, visible_from=models.F("publish_at"))
                | models.Q(
                    embargo_until__isnull=False,
                    embargo_until__lte=models.F("publish_at"),
                    visible_from=models.F("publish_at"),
                )
                | models.Q(
                    embargo_until__isnull=False,
                    embargo_until__gt=models.F("publish_at"),
                    visible_from=models.F("embargo_until"),
                ),
                violation_error_message=_("A story is never visible before its embargo."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.working_headline}"

    def get_absolute_url(self):
        return reverse("story", args=[self.code, self.slug])

    def delete(self, *args, **kwargs):
        raise models.ProtectedError("a story stays on the record", {self})

    # Language ---------------------------------------------------------------

    @property
    def language_tag(self):
        return self.language or self.section.language_tag

    @property
    def direction(self):
        return direction(self.language_tag)

    # State ------------------------------------------------------------------

    @property
    def working_content(self):
        """The content of the working copy. Costs a query where it is not yet loaded."""
        return self.working_revision.content

    @property
    def public_content(self):
        return self.public_revision.content if self.public_revision_id else None

    def is_visible(self, at):
        return (
            self.visible_from is not None
            and self.visible_from <= at
            and (self.expire_at is None or self.expire_at > at)
        )

    def was_visible(self, at):
        """Whether readers have seen any version."""
        return self.first_published_at is not None and self.first_published_at <= at

    def has_a_live_version(self, at):
        """Whether a publication now would change what readers have seen, in its old place."""
        return self.publication_status == PublicationStatus.PUBLISHED and self.was_visible(at)

    def authors_of_change(self):
        """Ids of those who wrote what is not public yet. One query."""
        revisions = self.revisions.filter(author__isnull=False).exclude(origin="import")
        if self.public_revision_id:
            revisions = revisions.filter(number__gt=self.public_revision.number)
        return set(revisions.values_list("author", flat=True))

    def warnings(self):
        return gate.warnings(self.working_content)

    def open_moves(self, user, at=None):
        """(move, refusal or None) for every move that begins here and that `user` may make."""
        at = at or timezone.now()
        return [
            (move, move.barrier(self, by=user, at=at))
            for move in MOVES.values()
            if move.fits(self, at) and move.permission(user, self)
        ]
