"""Many writers at once. Each thread has a connection of its own, as each worker of a server has."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from comments import posting, tokens
from comments.models import Comment, Discussion, Status
from comments.moderation import ChangedMeanwhile, transition
from comments.proof import discrepancies

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
WRITERS = 8


def all_at_once(act, writers=WRITERS):
    """Run act(number) in so many threads; the exceptions that they ended with."""
    barrier, failures = Barrier(writers), []

    def run(number):
        barrier.wait()
        try:
            act(number)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_eight_readers_speak_at_once_where_nobody_spoke(story, staff):
    def speak(number):
        for turn in range(10):
            posting.post(
                story,
                body=f"Words {number}.{turn}",
                author=staff if number % 2 else None,
                guest_name="Ned Carrow",
                token=tokens.make("W460"),
            )

    assert all_at_once(speak) == []
    row = Discussion.objects.get()
    assert (row.visible_count, row.held_count, row.last_seq) == (40, 40, 80)
    assert sorted(Comment.objects.values_list("seq", flat=True)) == list(range(1, 81))
    assert not list(discrepancies())


def test_the_same_token_eight_times_is_one_comment(story):
    token, seen = tokens.make("W460"), []

    def press(number):
        comment = posting.post(story, body="Words.", guest_name="Ned Carrow", token=token)
        seen.append(comment.pk)

    assert all_at_once(press) == []
    assert Comment.objects.count() == 1
    assert len(seen) == WRITERS
    assert len(set(seen)) == 1


def test_of_eight_moderators_one_decides(story, say, moderator):
    comment = say()

    def approve(number):
        to, reason = (Status.PUBLISHED, "") if number % 2 else (Status.REJECTED, "No.")
        fresh = Comment.objects.get(pk=comment.pk)
        transition(fresh, expected="held", revision=1, to=to, by=moderator, reason=reason)

    failures = all_at_once(approve)

    assert [type(failure) for failure in failures] == [ChangedMeanwhile] * (WRITERS - 1)
    assert not list(discrepancies())


def test_posting_and_deciding_at_once_keeps_every_count(story, say, staff):
    root = say(author=staff)
    held = [say(to=root) for _ in range(WRITERS)]

    def act(number):
        transition(held[number], expected="held", revision=1, to="published", by=None)
        for _ in range(5):
            posting.post(
                story, body="Words.", author=staff, token=tokens.make("W460"), parent_seq=1
            )
        transition(held[number], expected="published", revision=1, to="removed", by=None)

    assert all_at_once(act) == []
    assert Discussion.objects.get().visible_count == 1 + 5 * WRITERS
    assert not list(discrepancies())


def test_an_editor_who_saves_the_story_meanwhile_loses_no_comment(story, staff):
    def act(number):
        for _ in range(10):
            if number == 0:
                type(story).objects.get(pk=story.pk).save()
            else:
                posting.post(story, body="Words.", author=staff, token=tokens.make("W460"))

    assert all_at_once(act) == []
    assert Discussion.objects.get().visible_count == 10 * (WRITERS - 1)
