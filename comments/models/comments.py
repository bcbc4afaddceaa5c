from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.kept import KeptForEver
from comments.models.discussions import Discussion, KeptQuerySet, in_sections_of
from comments.models.readers import NAME_MAX
from comments.paths import LAST_SEQ, MAX_DEPTH, WIDTH, PathField

REASON_MAX = 300


class Status(models.TextChoices):
    """Readers see what is published, and nothing else."""

    HELD = "held", _("Held")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    REMOVED = "removed", _("Removed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


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
        return self.filter(in_sections_of(user, "discussion__article__section__in"))

    def with_names(self):
        """With all that their printed names need, in the same query."""
        return self.select_related("author__person", "author__reader")


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
    # The words of whoever decided last; what the rules found stands in the verdicts.
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
        db_index=False,
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
            # What somebody wrote, or sent from one address, or what was said twice: newest first.
            models.Index(fields=["author", "-id"], name="comments_by_author"),
            models.Index(fields=["ip_hash", "-id"], name="comments_by_address"),
            models.Index(fields=["body_hash", "-id"], name="comments_by_text"),
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
    def is_erased(self):
        """Whether its words went with its author's account; it can never be shown again."""
        return not self.body

    @property
    def by_staff(self):
        return self.author is not None and self.author.is_staff

    @property
    def name(self):
        """The name that is printed: never a login of staff."""
        if self.author is None:
            return self.guest_name or _("a former reader")
        if person := getattr(self.author, "person", None):
            return person.name
        if self.author.is_staff:
            return self.author.get_full_name() or _("The newsroom")
        reader = getattr(self.author, "reader", None)
        return reader.name if reader else _("a former reader")
