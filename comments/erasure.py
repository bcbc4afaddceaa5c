"""What somebody said here: the copy of it that is theirs, and its end.

Also the end of what is kept of the addresses from which it was said.
"""

from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import moderation
from comments.models import (
    Comment,
    Discussion,
    EarlierText,
    ModerationEvent,
    Policy,
    Reader,
    Status,
    Verdict,
)

ADDRESSES_KEPT_FOR = timedelta(days=30)


class Words(models.TextChoices):
    """What becomes of the comments that readers see."""

    KEEP = "keep", _("They stay, without my name")
    WITHDRAW = "withdraw", _("They are withdrawn, and their words deleted")


# The copy --------------------------------------------------------------------------


def copy_of(user):
    """All that the user said, the oldest first: a list of dicts of what JSON knows, and datetimes.

    Nobody else's words or names are in it. Three queries.
    """
    earlier_texts = _by_comment(EarlierText.objects.filter(comment__author=user))
    # What authors do themselves, the posting among it, is no decision on them.
    events = ModerationEvent.objects.filter(comment__author=user).exclude(by=user)
    decisions = _by_comment(events)
    return [
        {
            "address": _address(comment),
            "story": comment.code,
            "headline": comment.headline if comment.has_a_visible_story else None,
            "number": comment.seq,
            "in_reply_to": comment.answered_seq,
            "written_at": comment.created_at,
            "edited_at": comment.edited_at,
            "status": comment.status,
            "text": comment.body,
            "earlier_texts": [
                {"text": earlier.body, "until": earlier.until}
                for earlier in earlier_texts[comment.pk]
            ],
            "decisions": [
                {
                    "decision": event.status_to,
                    "at": event.at,
                    "reason": event.reason,
                }
                for event in decisions[comment.pk]
            ],
        }
        for comment in _said_by(user)
    ]


def _said_by(user):
    visible = Article.objects.visible().filter(pk=OuterRef("discussion__article"))
    return (
        Comment.objects.filter(author=user)
        .annotate(
            code=F("discussion__article__code"),
            headline=F("discussion__article__headline"),
            policy=F("discussion__policy"),
            answered_seq=F("parent__seq"),
            has_a_visible_story=Exists(visible),
        )
        .order_by("pk")
    )


def _address(comment):
    """Where readers see the comment, or None where they do not."""
    shown = comment.is_visible and comment.has_a_visible_story and comment.policy != Policy.HIDDEN
    return (
        settings.SITE_URL + reverse("comment", args=[comment.code, comment.seq]) if shown else None
    )


def _by_comment(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.comment_id].append(row)
    return found


# Its end -----------------------------------------------------------------------------


def erase(user, *, words):
    """End what the user was and is as a reader; `words`, one of Words, is about the comments that
    readers see now. Of all others nothing is left but their places.

    The caller is in a transaction and holds the lock of the user's row, so that nothing comes in
    meanwhile. Takes the locks of all their discussions. About ten queries for each comment that is
    withdrawn, and as many besides.
    """
    _lock_discussions_of(user)
    said = Comment.objects.filter(author=user)
    leaving = moderation.DECISIONS["withdraw"].sources
    if words == Words.KEEP:
        leaving -= {Status.PUBLISHED}
    # The oldest first: the newest that is left, which is asked each time, is then soon found.
    for comment in said.filter(status__in=leaving).order_by("pk"):
        moderation.transition(
            comment,
            expected=comment.status,
            revision=comment.revision,
            to=Status.WITHDRAWN,
            by=user,
        )
    EarlierText.objects.filter(comment__author=user).delete()
    Verdict.objects.filter(comment__author=user).update(matched="")
    said.exclude(ip_hash="").update(ip_hash="")
    said.exclude(status=Status.PUBLISHED).update(body="", body_hash="")
    # Readers see that the name is gone.
    renamed = said.published().values("discussion")
    Discussion.objects.filter(pk__in=renamed).update(version=F("version") + 1)
    Reader.objects.filter(user=user).erase()


def forget_addresses(*, before):
    """Blank what is kept of the addresses of comments from before this moment; how many it were.

    One transaction for each discussion, under its lock: stopped half-way, it goes on next time.
    Three queries for each, and one more.
    """
    # Said so, it is found by the index that begins with the hash: those that are blank, nearly all
    # of them, are not looked at. SQLite would do without it for distinct or ordered ones.
    kept = Comment.objects.filter(ip_hash__gt="", created_at__lt=before)
    forgotten = 0
    for discussion in sorted(set(kept.values_list("discussion", flat=True))):
        with transaction.atomic():
            locked = Discussion.objects.locked(discussion)
            forgotten += kept.filter(discussion=locked).update(ip_hash="")
    return forgotten


def _lock_discussions_of(user):
    """In the order of their ids, as everybody who locks several."""
    said_in = Comment.objects.filter(author=user).values("discussion")
    list(Discussion.objects.select_for_update().filter(pk__in=said_in).order_by("pk"))
