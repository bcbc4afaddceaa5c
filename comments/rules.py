"""What is asked about every comment: small rules, all of them asked, and the strictest heeded.

A rule looks at a Draft and answers with the words that made it speak ("" where there is nothing to
quote), or with None where it has nothing to say. What every rule said is kept with the comment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments import text, tokens
from comments.models import MATCHED_MAX, Comment, Discussion, Outcome, Policy, Status, Verdict

# Somebody is no longer new once so many of their comments were published.
KNOWN_AFTER = 2
LINKS_OF_A_KNOWN_READER = 3
SAID_AGAIN_WITHIN = timedelta(hours=24)
# Two people may both say "Well done, all of you."
TOO_SHORT_TO_BE_A_COPY = 30


@dataclass(frozen=True)
class Draft:
    """What somebody is about to say. `pk` is the comment's where it is being edited."""

    discussion: Discussion
    author: User | None
    body: str
    body_hash: str
    at: datetime
    flaw: str = ""
    filled_in: str = ""
    pk: int | None = None

    @cached_property
    def by_the_house(self):
        """Whether staff speak, or one of the story's authors. At most one query."""
        return self.author is not None and (
            self.author.is_staff or self.discussion.article.people.filter(user=self.author).exists()
        )

    @cached_property
    def by_a_reader(self):
        return self.author is not None and not self.by_the_house

    @cached_property
    def by_somebody_new(self):
        """Whether this is a guest or an account with few published comments. One query."""
        if self.by_the_house:
            return False
        return self.author is None or len(self._published[:KNOWN_AFTER]) < KNOWN_AFTER

    @property
    def _published(self):
        mine = Comment.objects.published().filter(author=self.author).exclude(pk=self.pk)
        return mine.order_by("-pk").values_list("pk", flat=True)

    @cached_property
    def foreign_links(self):
        own = urlsplit(settings.SITE_URL).hostname
        return [link for link in text.links(self.body) if text.host_of(link) != own]

    @cached_property
    def copy(self):
        """The newest comment with the same text that somebody left within a day. One query."""
        if len(self.body) < TOO_SHORT_TO_BE_A_COPY:
            return None
        same = Comment.objects.filter(body_hash=self.body_hash).exclude(pk=self.pk)
        # Who withdrew their words may say them elsewhere.
        same = same.exclude(status=Status.WITHDRAWN, author=self.author)
        newest = same.select_related("discussion__article").order_by("-pk").first()
        return newest if newest and newest.created_at > self.at - SAID_AGAIN_WITHIN else None


@dataclass(frozen=True)
class Rule:
    """`label` completes a moderator's sentence: "Held: a guest"."""

    name: str
    outcome: Outcome
    label: Promise
    find: Callable[[Draft], str | None]


def _when(condition):
    return "" if condition else None


def _links(draft):
    allowed = 0 if draft.by_somebody_new else LINKS_OF_A_KNOWN_READER
    if draft.by_the_house or len(draft.foreign_links) <= allowed:
        return None
    return " ".join(draft.foreign_links)


def _repeat(draft):
    if draft.by_the_house or draft.copy is None:
        return None
    return f"{draft.copy.discussion.article.code} #{draft.copy.seq}"


RULES = {
    rule.name: rule
    for rule in (
        Rule(
            "house", Outcome.PUBLISH, _("by the newsroom"), lambda draft: _when(draft.by_the_house)
        ),
        Rule("guest", Outcome.HOLD, _("a guest"), lambda draft: _when(draft.author is None)),
        Rule(
            "new",
            Outcome.HOLD,
            _("a reader with fewer than two published comments"),
            lambda draft: _when(draft.by_a_reader and draft.by_somebody_new),
        ),
        Rule(
            "on_hold",
            Outcome.HOLD,
            _("a reader whose comments are read first"),
            lambda draft: _when(draft.by_a_reader and draft.author.reader.on_hold),
        ),
        Rule(
            "pre",
            Outcome.HOLD,
            _("every comment of this discussion is read first"),
            lambda draft: _when(draft.discussion.policy == Policy.PRE),
        ),
        Rule("links", Outcome.HOLD, _("links to other sites"), _links),
        Rule("repeat", Outcome.HOLD, _("the same text as another comment"), _repeat),
        Rule(
            "honeypot",
            Outcome.HOLD,
            _("it filled in the field that people do not see"),
            lambda draft: draft.filled_in or None,
        ),
        Rule(
            "late",
            Outcome.HOLD,
            _("its form was older than a day"),
            lambda draft: _when(draft.flaw == tokens.LATE),
        ),
        Rule(
            "unsigned",
            Outcome.HOLD,
            _("its form was not one of ours"),
            lambda draft: _when(draft.flaw == tokens.UNSIGNED),
        ),
    )
}


def judge(draft):
    """What every rule says about the draft: unsaved Verdicts without their comment. At most four
    queries."""
    verdicts = []
    for rule in RULES.values():
        matched = rule.find(draft)
        if matched is not None:
            matched = matched if len(matched) <= MATCHED_MAX else matched[: MATCHED_MAX - 1] + "…"
            verdicts.append(Verdict(rule=rule.name, outcome=rule.outcome, matched=matched))
    return verdicts


def strictest(verdicts):
    """The Outcome to heed; nothing said means publish."""
    outcomes = (Outcome(verdict.outcome) for verdict in verdicts)
    return max(outcomes, key=lambda outcome: outcome.strictness, default=Outcome.PUBLISH)


def label(verdict):
    """Why, for a moderator; the bare name of a rule that is no more."""
    rule = RULES.get(verdict.rule)
    return rule.label if rule else verdict.rule
