"""People who do in a discussion whatever may be done there, and what may not.

What they do is told by numbers, so that a search or a die may tell it.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from comments import moderation, posting, refusals, tokens
from comments.models import Comment, Discussion, Policy, Status

# All that may stand in the way of an act.
REFUSALS = (refusals.Refused, moderation.ChangedMeanwhile, moderation.NotAllowed)
_WORDS = (
    "Two numbers, not one: {}.",
    "The quay sank by 48 millimetres; who knew, and since when? {}",
    "The letters are at https://letters.example/{} for everybody.",
)
_POLICIES = (Policy.OPEN, Policy.INHERIT, Policy.OPEN, Policy.PRE, Policy.CLOSED, Policy.REGISTERED)


class People:
    """`at` is their clock: it goes on with what they do, some seconds or some minutes."""

    def __init__(self, stories, *, readers, staff, moderator, at):
        self.stories = stories
        self.speakers = [None, staff, *readers]
        self.staff = staff
        self.moderator = moderator
        self.at = at
        self.sent = []

    def act(self, name, where, which, what, wait=0):
        """What became of it: the status of the comment, or the name of the refusal."""
        self.at += timedelta(seconds=wait)
        try:
            return getattr(self, f"_{name}")(self.stories[where % len(self.stories)], which, what)
        except REFUSALS as refused:
            return type(refused).__name__

    def _say(self, story, which, what):
        """The lower digits of `which` say who speaks, the higher ones what is answered."""
        to, speaker = divmod(which, len(self.speakers))
        parent = self._comment(story, to, published=to % 5 != 4) if to % 3 else None
        return self._post(
            {
                "story": story,
                "author": self.speakers[speaker],
                "guest_name": "Quay Street Choir",
                "address": f"192.0.2.{which}",
                "body": _WORDS[what % len(_WORDS)].format(what),
                "token": tokens.make(story.code) if what % 9 else f"made up {what}",
                "parent_seq": parent.seq if parent else None,
            }
        )

    def _press_again(self, _story, which, what):
        """The same form as before, or now and then with other words in it."""
        if not self.sent:
            return None
        form = self.sent[which % len(self.sent)]
        return self._post(form | ({} if what % 4 else {"body": "These are other words."}))

    def _post(self, form):
        self.sent.append(form)
        posted = posting.post(**form, at=self.at)
        return Comment.objects.get(pk=posted.pk).status

    def _argue(self, story, which, what):
        """Staff answer each other at length, or one comment again and again, or nobody."""
        last = self._comment(story, which) if which % 3 else None
        for number in range((1, 1, 2, 3, 9, 32)[what % 6]):
            form = {"body": f"Point {number} of {what}.", "token": tokens.make(story.code)}
            said = posting.post(
                story,
                author=self.staff,
                parent_seq=last.seq if last else None,
                at=self.at,
                **form,
            )
            last = last if which % 2 or not said.is_visible else said
        return "argued"

    def _edit(self, story, which, what):
        comment = self._comment(story, which, published=what % 2 == 0)
        if comment is None:
            return None
        edited = posting.edit(
            comment,
            body=_WORDS[what % len(_WORDS)].format(what),
            revision=comment.revision if what % 7 else comment.revision + 1,
            at=self.at,
        )
        return f"{edited.status} in other words"

    def _withdraw(self, story, which, what):
        comment = self._comment(story, which)
        if comment is None:
            return None
        by = comment.author if what % 5 else self.moderator
        return self._transition(comment, comment.status, Status.WITHDRAWN, by=by)

    def _decide(self, story, which, what):
        """Any row of the table, also about a comment to which it does not fit."""
        decision = list(moderation.DECISIONS.values())[what % len(moderation.DECISIONS)]
        comment = self._comment(story, which, published=Status.PUBLISHED in decision.sources)
        if comment is None:
            return None
        fits = comment.status in decision.sources
        expected = comment.status if fits else min(decision.sources)
        return self._transition(comment, expected, decision.target, by=self.moderator)

    def _transition(self, comment, expected, to, *, by):
        event = moderation.transition(
            comment,
            expected=expected,
            revision=comment.revision,
            to=to,
            by=by,
            reason="So it is.",
        )
        return f"{event.status_to} by decision"

    def _set_policy(self, story, which, _what):
        with transaction.atomic():
            talk = Discussion.objects.locked_for(story)
            policy = _POLICIES[which % len(_POLICIES)]
            Discussion.objects.filter(pk=talk.pk).update(policy=policy, version=F("version") + 1)
        return policy

    def _comment(self, story, which, *, published=False):
        """One of the newest comments, and if `published` one that is shown, or None."""
        comments = Comment.objects.filter(discussion__article=story).order_by("-seq")
        newest = list((comments.published() if published else comments)[:20])
        return newest[which % len(newest)] if newest else None
