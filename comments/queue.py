"""What moderators have before them: the held comments, and those that were decided."""

from dataclasses import dataclass

from django.db.models import Prefetch, TextChoices
from django.utils.translation import gettext_lazy as _

from comments import moderation, rules
from comments.models import Comment, ModerationEvent

A_PAGE = 50
# What is beyond it is not counted, only said to be more.
COUNTED_MAX = 99


class Tab(TextChoices):
    HELD = "held", _("Held")
    DECIDED = "decided", _("Decided")


@dataclass(frozen=True)
class Page:
    """`more` is the id after which the next page begins, or None."""

    comments: list
    more: int | None


def page(user, tab, *, after=None):
    """The held comments, longest wait first, or the decided ones, newest first. Four queries, and
    up to two to learn which sections are the user's."""
    comments = Comment.objects.moderated_by(user)
    if tab == Tab.HELD:
        comments = comments.held().order_by("pk")
        comments = comments.filter(pk__gt=after) if after else comments
    else:
        comments = comments.decided().order_by("-pk")
        comments = comments.filter(pk__lt=after) if after else comments
    events = ModerationEvent.objects.select_related("by")
    found = list(
        comments.with_names()
        .select_related(
            "discussion__article__section",
            "parent__author__person",
            "parent__author__reader",
            "reviewed_by",
        )
        .prefetch_related(Prefetch("events", queryset=events), "verdicts", "earlier_texts")[
            : A_PAGE + 1
        ]
    )
    shown = found[:A_PAGE]
    for comment in shown:
        comment.decisions = moderation.moderators_decisions(comment)
        comment.found = [
            (rules.label(verdict), verdict)
            for verdict in comment.verdicts.all()
            if verdict.revision == comment.revision
        ]
    return Page(shown, more=shown[-1].pk if len(found) > A_PAGE else None)


def held_count(user):
    """How many wait, as a short text. One query over no more rows than it can say."""
    held = Comment.objects.moderated_by(user).held().order_by("pk")
    count = held[: COUNTED_MAX + 1].count()
    return f"{COUNTED_MAX}+" if count > COUNTED_MAX else str(count)
