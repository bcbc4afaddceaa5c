from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.kept import Recorded
from comments.models.comments import REASON_MAX, Comment, Status

MATCHED_MAX = 300


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


class Outcome(models.TextChoices):
    """What a rule wants; the later in this order is the stricter."""

    PUBLISH = "publish", _("Publish")
    FLAG = "flag", _("Publish, and look at it")
    HOLD = "hold", _("Hold")
    REJECT = "reject", _("Reject")

    @property
    def strictness(self):
        return list(Outcome).index(self)


class Verdict(models.Model):
    """What one rule had to say about one revision of a comment, and the words that made it say so.

    Written once. The matched words go when the comment's author is erased.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="verdicts")
    revision = models.PositiveIntegerField()
    rule = models.CharField(max_length=20)
    outcome = models.CharField(max_length=7, choices=Outcome)
    matched = models.CharField(max_length=MATCHED_MAX, blank=True)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "revision", "rule"], name="comments_one_verdict_a_rule"
            ),
            models.CheckConstraint(
                name="comments_outcome_known", condition=models.Q(outcome__in=Outcome.values)
            ),
        ]

    def __str__(self):
        return f"{self.comment_id}.{self.revision}: {self.rule} {self.outcome}"


class EarlierText(models.Model):
    """What a comment said before its author edited it: revision `revision`, for moderators and
    for its author's own copy. It goes when its author is erased."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="earlier_texts")
    revision = models.PositiveIntegerField()
    body = models.TextField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "revision"], name="comments_one_text_a_revision"
            ),
        ]

    def __str__(self):
        return f"{self.comment_id}.{self.revision}"
