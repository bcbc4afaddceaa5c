from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import rights
from articles.models import Article
from articles.models.kept import KeptForEver, Recorded
from comments.paths import LAST_SEQ, MAX_DEPTH, WIDTH, PathField

NAME_MAX = 50
REASON_MAX = 300


class Policy(models.TextChoices):
    INHERIT = "inherit", _("As the house does")
    OPEN = "open", _("Open")
    PRE = "pre", _("Every comment is read first")
    REGISTERED = "registered", _("Only readers who signed in")
    CLOSED = "closed", _("Closed: shown, nothing new")
    HIDDEN = "hidden", _("Hidden: not shown at all")


class Status(models.TextChoices):
    """Readers see what is published, and nothing else."""

    HELD = "held", _("Held")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    REMOVED = "removed", _("Removed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class KeptQuerySet(models.QuerySet):
    def delete(self):
        raise KeptForEver(f"{self.model._meta.verbose_name} is never removed")


class DiscussionQuerySet(KeptQuerySet):
    def locked(self, pk):
        """The discussion, nobody else writing to it until the transaction ends.

        Whoever locks a comment as well locks its discussion first.
        """
        return self.select_for_update().get(pk=pk)

    def locked_for(self, story):
        """As `locked`, for a story's discussion, which is made if there is none. Two queries, a
        few more where it is made."""
        made, _created = self.get_or_create(article=story)
        return self.locked(made.pk)

    def visible_to(self, user):
        """Those of the sections that this moderator works for."""
        return self.filter(_in_sections_of(user, "article__section__in"))


class Discussion(models.Model):
    """What readers say under one story, and how much of it.

    The counts are written by `comments.moderation` alone, in the transaction of what they count
    and under this row's lock.
    """

    article = models.OneToOneField(
        Article, verbose_name=_("story"), on_delete=models.PROTECT, related_name="discussion"
    )
    policy = models.CharField(
        _("who may comment"), max_length=10, choices=Policy, default=Policy.INHERIT
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty means that it stays open.")
    )
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    visible_count = models.PositiveIntegerField(_("visible"), default=0, editable=False)
    held_count = models.PositiveIntegerField(_("held"), default=0, editable=False)
    last_comment_at = models.DateTimeField(_("last comment"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                name="comments_policy_known", condition=models.Q(policy__in=Policy.values)
            ),
        ]

    def __str__(self):
        return self.article.code

    def delete(self, *args, **kwargs):
        raise KeptForEver("a discussion is never removed")

    @property
    def is_hidden(self):
        return self.policy == Policy.HIDDEN

    def is_open(self, at=None):
        """Whether something may be said now. Computed: nothing has to close a discussion whose
        story was withdrawn."""
        at = at or timezone.now()
        return self.takes_comments(at) and self.article.is_visible(at)

    def takes_comments(self, at):
        """Whether it is open as far as it goes by itself, whatever its story is."""
        return self.policy not in {Policy.CLOSED, Policy.HIDDEN} and (
            self.closes_at is None or self.closes_at > at
        )

    @property
    def welcomes_guests(self):
        return settings.NEWSROOM_GUEST_COMMENTS and self.policy != Policy.REGISTERED


def discussion_of(story):
    """The story's discussion; one that is not stored where nobody has said anything yet.

    No query where the story was read with select_related("discussion").
    """
    try:
        return story.discussion
    except Discussion.DoesNotExist:
        return Discussion(article=story)


def visible_count(story):
    """The N of "Comments N", 0 where the discussion is hidden. No query where the story was read
    with its discussion."""
    discussion = discussion_of(story)
    return 0 if discussion.is_hidden else discussion.visible_count


class CommentQuerySet(KeptQuerySet):
    def published(self):
        """What readers see. Everything they get of a comment starts here."""
        return self.filter(status=Status.PUBLISHED)

    def held(self):
        return self.filter(status=Status.HELD)

    def decided(self):
        return self.exclude(status=Status.HELD)

    def moderated_by(self, user):
        """Those on stories of the sections that this moderator works for."""
        return self.filter(_in_sections_of(user, "discussion__article__section__in"))

    def with_names(self):
        """With all that their printed names need, in the same query."""
        return self.select_related("author__person")


def _in_sections_of(user, lookup):
    sections = rights.sections_of(user)
    if user.is_superuser or not sections:
        return models.Q()
    return models.Q(**{lookup: sections})


class Comment(models.Model):
    """One thing that a reader said. `seq` is its number in the discussion and its public name."""

    # Indexed with what follows it in every question: see Meta.
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    seq = models.PositiveIntegerField(_("number"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="answers", db_index=False
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replies", db_index=False
    )
    depth = models.PositiveSmallIntegerField(default=0)
    path = PathField(max_length=(MAX_DEPTH + 1) * WIDTH)
    reply_count = models.PositiveIntegerField(default=0)

    status = models.CharField(_("status"), max_length=9, choices=Status)
    # Until somebody reviewed it, the names of the rules that held it; then that person's words.
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    revision = models.PositiveIntegerField(default=1)

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        related_name="comments",
    )
    guest_name = models.CharField(_("name"), max_length=NAME_MAX, blank=True)
    author_key = models.CharField(max_length=40)
    ip_hash = models.CharField(max_length=64, blank=True)
    body = models.TextField(_("comment"))
    body_hash = models.CharField(max_length=64)
    token = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate_comment", "Can decide what readers see of comments")]
        indexes = [
            # SQLite does not use a partial index on "parent is null" for a page of roots.
            models.Index(
                models.F("discussion"),
                models.F("depth"),
                models.F("seq").desc(),
                name="comments_roots",
            ),
            models.Index(fields=["root", "path"], name="comments_thread"),
            # Of held ones only: asked for replies, SQLite would prefer an index of all statuses.
            models.Index(
                fields=["id"], name="comments_queue", condition=models.Q(status=Status.HELD)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["discussion", "seq"], name="comments_seq"),
            models.UniqueConstraint(fields=["discussion", "path"], name="comments_path"),
            models.UniqueConstraint(fields=["author_key", "token"], name="comments_token"),
            models.CheckConstraint(
                name="comments_status_known", condition=models.Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="comments_depth", condition=models.Q(depth__gte=0, depth__lte=MAX_DEPTH)
            ),
            models.CheckConstraint(
                name="comments_seq_fits_a_path",
                condition=models.Q(seq__gte=1, seq__lte=LAST_SEQ),
            ),
            models.CheckConstraint(
                name="comments_root_or_reply",
                condition=models.Q(depth=0, parent__isnull=True, root__isnull=True)
                | models.Q(depth__gt=0, parent__isnull=False, root__isnull=False, reply_count=0),
            ),
            models.CheckConstraint(
                name="comments_member_or_guest",
                condition=models.Q(author__isnull=True) | models.Q(guest_name=""),
            ),
        ]

    def __str__(self):
        return _("Comment %(seq)s on %(code)s") % {"seq": self.seq, "code": self.discussion}

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise KeptForEver("a comment changes by its doors, and only the columns that changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise KeptForEver("a comment is never removed")

    @property
    def is_visible(self):
        return self.status == Status.PUBLISHED

    @property
    def by_staff(self):
        return self.author is not None and self.author.is_staff

    @property
    def name(self):
        """The name that is printed: never a login of staff."""
        if self.author is None:
            return self.guest_name or _("a former reader")
        person = getattr(self.author, "person", None)
        name = person.name if person else self.author.get_full_name()
        return name or (_("The newsroom") if self.author.is_staff else self.author.get_username())


class ModerationEvent(Recorded):
    """Who gave a comment which status, when and why; the first is the posting itself."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="events")
    status_from = models.CharField(max_length=9, choices=Status, blank=True)
    status_to = models.CharField(max_length=9, choices=Status)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    revision = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation events")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="comments_event_statuses_known",
                condition=models.Q(status_from__in=["", *Status.values])
                & models.Q(status_to__in=Status.values),
            ),
        ]

    def __str__(self):
        return f"{self.comment_id}: {self.status_from} → {self.status_to}"
