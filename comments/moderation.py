"""The one door of a comment's status, and of the numbers that follow from it.

A status, the counts and the record of who decided change together or not at all. Locks are taken
in one order, the discussion's before the comment's, so that two moderators wait and never block
each other.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import text
from comments.models import (
    REASON_MAX,
    Comment,
    Discussion,
    EarlierText,
    ModerationEvent,
    Status,
    Verdict,
)

# What its author may still edit.
EDITABLE = frozenset({Status.HELD, Status.PUBLISHED})


class NotAllowed(Exception):
    """The sentence says why this may not be done to the comment, or not by this person."""


class ChangedMeanwhile(Exception):
    """Somebody edited or decided the comment after it was read; nothing was written."""


@dataclass(frozen=True)
class Decision:
    """One row of the table: a button of the queue, unless only the author may press it."""

    name: str
    label: str
    sources: frozenset
    target: Status
    wants_reason: bool = False
    by_author: bool = False

    @property
    def public(self):
        """Whether readers see a change."""
        return Status.PUBLISHED in {self.target, *self.sources}


def _decision(name, label, sources, target, **rest):
    return Decision(name, label, frozenset(sources), target, **rest)


DECISIONS = {
    decision.name: decision
    for decision in (
        _decision("approve", gettext_lazy("Approve"), {Status.HELD}, Status.PUBLISHED),
        _decision(
            "reject", gettext_lazy("Reject"), {Status.HELD}, Status.REJECTED, wants_reason=True
        ),
        _decision(
            "hold", gettext_lazy("Hold again"), {Status.PUBLISHED, Status.REJECTED}, Status.HELD
        ),
        _decision(
            "remove", gettext_lazy("Remove"), {Status.PUBLISHED}, Status.REMOVED, wants_reason=True
        ),
        _decision(
            "publish", gettext_lazy("Publish"), {Status.REJECTED, Status.REMOVED}, Status.PUBLISHED
        ),
        _decision(
            "withdraw",
            gettext_lazy("Withdraw"),
            {Status.HELD, Status.PUBLISHED},
            Status.WITHDRAWN,
            by_author=True,
        ),
    )
}


def decision_between(source, target):
    """The row that leads from one status to another, or None."""
    for decision in DECISIONS.values():
        if source in decision.sources and target == decision.target:
            return decision
    return None


def moderators_decisions(comment):
    """What a moderator may decide about this comment."""
    return [
        decision
        for decision in DECISIONS.values()
        if comment.status in decision.sources
        and not decision.by_author
        and not (comment.is_erased and decision.target in EDITABLE)
    ]


@transaction.atomic
def transition(comment, *, expected, revision, to, by, reason="", at=None):
    """Give the comment the status `to`, with its counts and its event. Returns the event.

    `expected` and `revision` are the status and the revision of the text that the person decided
    on; `by` is a user, or None for the system. Raises ChangedMeanwhile where the comment is
    another by now, NotAllowed where the table or the person's rights have no such step. Five to
    eight queries, however long the discussion.
    """
    decision = decision_between(expected, to)
    reason = text.normalise(reason)
    if refusal := _refusal(decision, comment, by=by, reason=reason):
        raise NotAllowed(refusal)
    discussion = Discussion.objects.locked(comment.discussion_id)
    current = Comment.objects.select_for_update().get(pk=comment.pk)
    if (current.status, current.revision) != (expected, revision):
        raise ChangedMeanwhile(str(comment.pk))
    if current.is_erased and to in EDITABLE:
        raise NotAllowed(_("Its words are erased, so there is nothing to show."))
    at = at or timezone.now()
    changes = {"status": to, "reason": reason}
    if by is not None and not decision.by_author:
        changes |= {"reviewed_at": at, "reviewed_by": by}
    _write(comment, changes)
    _count(discussion, current, before=expected, after=to)
    return _record(current, before=expected, after=to, by=by, at=at, reason=reason)


def enter(discussion, comment, verdicts):
    """Store a new comment with its first status, what the rules said, its counts and its event.

    The caller is in a transaction and holds the discussion's lock. Four queries, one more for a
    published reply and one more for verdicts.
    """
    comment.save(force_insert=True)
    _keep(verdicts, comment)
    changes = {"last_seq": comment.seq}
    if comment.is_visible:
        # It has the highest number, so nothing has to be asked.
        changes["last_comment_at"] = comment.created_at
    _count(discussion, comment, before=None, after=comment.status, **changes)
    return _record(
        comment,
        before="",
        after=comment.status,
        by=comment.author,
        at=comment.created_at,
        reason=comment.reason,
    )


def revise(discussion, comment, *, body, body_hash, to, verdicts, at):
    """Give the comment other words and the status that the rules want for them.

    The caller is in a transaction and holds both locks. What a person put on hold stays there; an
    approval was for the words before. About six queries.
    """
    held_by_a_person = comment.status == Status.HELD and comment.reviewed_at is not None
    before, after = comment.status, Status.HELD if held_by_a_person else to
    EarlierText.objects.create(
        comment=comment, revision=comment.revision, body=comment.body, until=at
    )
    changes = {
        "body": body,
        "body_hash": body_hash,
        "edited_at": at,
        "revision": comment.revision + 1,
        "status": after,
    }
    if not held_by_a_person:
        changes |= {"reviewed_at": None, "reviewed_by": None, "reason": ""}
    _write(comment, changes)
    _keep(verdicts, comment)
    _count(discussion, comment, before=before, after=after)
    if before == after == Status.PUBLISHED:
        Discussion.objects.filter(pk=discussion.pk).update(version=F("version") + 1)
    _record(comment, before=before, after=after, by=comment.author, at=at, reason="")


def _write(comment, changes):
    Comment.objects.filter(pk=comment.pk).update(**changes)
    for name, value in changes.items():
        setattr(comment, name, value)


def _keep(verdicts, comment):
    for verdict in verdicts:
        verdict.comment, verdict.revision = comment, comment.revision
    Verdict.objects.bulk_create(verdicts)


def _refusal(decision, comment, *, by, reason):
    if decision is None:
        return _("That cannot be done to a comment in this state.")
    if by is not None:
        if decision.by_author:
            if by.pk != comment.author_id:
                return _("Only its author may withdraw a comment.")
        elif not by.has_perm("comments.moderate_comment"):
            return _("You may not moderate comments.")
        if decision.wants_reason and not reason:
            return _("Say why; the reason is kept.")
    if len(reason) > REASON_MAX:
        return _("The reason has %(length)s characters; %(max)s is the limit.") % {
            "length": len(reason),
            "max": REASON_MAX,
        }
    return None


def _count(discussion, comment, *, before, after, **changes):
    """Bring the numbers in line with one comment's change of status; the lock is held."""
    visible = (after == Status.PUBLISHED) - (before == Status.PUBLISHED)
    held = (after == Status.HELD) - (before == Status.HELD)
    if visible:
        changes |= {"visible_count": F("visible_count") + visible, "version": F("version") + 1}
        if "last_comment_at" not in changes:
            changes["last_comment_at"] = last_comment_at(discussion)
    if held:
        changes["held_count"] = F("held_count") + held
    if changes:
        Discussion.objects.filter(pk=discussion.pk).update(**changes)
    if visible and comment.root_id:
        Comment.objects.filter(pk=comment.root_id).update(reply_count=F("reply_count") + visible)


def last_comment_at(discussion):
    """When the newest comment that readers see was written. One seek in the index."""
    return (
        discussion.comments.published()
        .order_by("-seq")
        .values_list("created_at", flat=True)
        .first()
    )


def _record(comment, *, before, after, by, at, reason):
    return ModerationEvent.objects.create(
        comment=comment,
        status_from=before,
        status_to=after,
        by=by,
        at=at,
        reason=reason,
        revision=comment.revision,
    )
