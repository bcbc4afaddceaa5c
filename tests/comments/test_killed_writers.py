"""A writer that is killed in the middle of its work leaves whole comments and true numbers.

The writer is a process of its own, made by `os.fork` from the one that runs the tests, with a
connection of its own. The database is the one that was made for this test run.
"""

import gc
import os
import random
import signal
import time
import traceback
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from comments import moderation, posting, readers, tokens
from comments.models import Comment, Discussion, EarlierText, ModerationEvent, Status
from comments.proof import discrepancies

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
KILLS = 200
# A few of the writer's operations.
LONGEST_LIFE = 0.06
SEED = int(os.environ.get("NEWSROOM_SEED") or random.SystemRandom().randrange(10**6))


class Writer:
    """Posts, edits, decides and withdraws without a pause. Before each operation it tells the pipe
    ".", after it what is committed: the comment, its revision and its status."""

    def __init__(self, story, *, reader, staff, moderator, pipe, at):
        self.story = story
        self.reader = reader
        self.staff = staff
        self.moderator = moderator
        self.pipe = pipe
        self.at = at

    def work(self, *, first):
        for number in count(first):
            # Later than the limits of the reader ask.
            self.at += timedelta(minutes=2)
            author = (self.staff, None, self.reader)[number % 3]
            answered = Comment.objects.published().order_by("-pk").first()
            comment = self._tell(self._post, author, answered)
            comment = self._tell(self._edit, comment)
            if comment.status == Status.HELD:
                comment = self._tell(self._transition, comment, Status.PUBLISHED, self.moderator)
            if number % 4 == 1:
                self._tell(self._transition, comment, Status.WITHDRAWN, comment.author)
            elif number % 4 == 3:
                self._tell(self._transition, comment, Status.REMOVED, self.moderator)

    def _tell(self, operation, *details):
        os.write(self.pipe, b".")
        comment = operation(*details)
        comment = Comment.objects.get(pk=comment.pk)
        os.write(self.pipe, f"{comment.pk} {comment.revision} {comment.status}\n".encode())
        return comment

    def _post(self, author, answered):
        return posting.post(
            self.story,
            body=f"Said at {self.at} by somebody.",
            author=author,
            guest_name="" if author else "Ned Carrow",
            address="",
            token=tokens.make(self.story.code),
            parent_seq=answered.seq if answered else None,
            at=self.at,
        )

    def _edit(self, comment):
        return posting.edit(
            comment, body=f"{comment.body} And more.", revision=comment.revision, at=self.at
        )

    def _transition(self, comment, to, by):
        moderation.transition(
            comment,
            expected=comment.status,
            revision=comment.revision,
            to=to,
            by=by,
            reason="So it is.",
        )
        return comment


def life_of(work, *, seconds):
    """What work(pipe), in a process of its own, has told the pipe when it is killed, so many
    seconds after its first word."""
    connection.close()
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        try:
            # It would copy the memory of the process that it came from.
            gc.disable()
            work(writing)
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            # It must never go on as a second run of these tests.
            os._exit(1)
    os.close(writing)
    told = os.read(reading, 1)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    _process, status = os.waitpid(process, 0)
    with os.fdopen(reading, "rb") as pipe:
        told += pipe.read()
    assert os.WIFSIGNALED(status), "the writer ended by itself"
    return told.decode()


def test_what_was_told_is_there_once_and_nothing_is_half_there(story, staff, moderator):
    print(f"NEWSROOM_SEED={SEED}")  # noqa: T201
    dice, start = random.Random(SEED), timezone.now()
    reader = User.objects.create_user("ana")
    readers.join(reader, "Ana")
    told, in_the_middle = Counter(), 0

    for number in range(KILLS):

        def work(pipe, number=number, at=start + timedelta(hours=number)):
            people = {"reader": reader, "staff": staff, "moderator": moderator}
            Writer(story, pipe=pipe, at=at, **people).work(first=number)

        *done, begun = life_of(work, seconds=dice.uniform(0, LONGEST_LIFE)).split("\n")
        told.update(each.lstrip(".") for each in done)
        in_the_middle += begun == "."
        if number % 4 == 3:
            assert not list(discrepancies()), f"after kill {number + 1}"

    recorded = Counter(
        f"{event.comment_id} {event.revision} {event.status_to}"
        for event in ModerationEvent.objects.all()
    )
    assert not told - recorded
    # What was committed in the moment before it could be told.
    assert (recorded - told).total() <= KILLS
    assert set(recorded.values()) == {1}
    assert in_the_middle > KILLS / 2
    assert told.total() > KILLS / 2
    see_that_every_comment_is_whole()


def see_that_every_comment_is_whole():
    talk = Discussion.objects.get()
    comments = Comment.objects.all()
    edited = comments.filter(revision=2)
    assert talk.visible_count == comments.published().count()
    assert talk.held_count == comments.held().count()
    assert sorted(comments.values_list("seq", flat=True)) == list(range(1, talk.last_seq + 1))
    assert ModerationEvent.objects.filter(status_from="").count() == talk.last_seq
    assert EarlierText.objects.count() == edited.count()
    assert set(edited) == set(comments.filter(body__endswith="And more."))
    assert not comments.filter(author=None).exclude(verdicts__rule="guest").exists()
