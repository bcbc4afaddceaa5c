"""Many writers at once.

They are threads, each with a connection of its own, as the workers of a server have: what they meet
is the database and its locks, which know connections and nothing of processes. Processes of their
own are killed in `test_killed_writers`.
"""

import os
import random
from collections import Counter
from copy import deepcopy
from datetime import timedelta
from itertools import count, pairwise
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import Article
from articles.models.transitions import StaleVersion
from articles.workflow import MoveRefused
from comments import posting, readers, refusals, tokens
from comments.models import Comment, Discussion, EarlierText, Status
from comments.moderation import ChangedMeanwhile, transition
from comments.proof import discrepancies, repair
from tests.comments.people import People
from tests.conftest import text_of

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
WRITERS = 8
OPERATIONS = 300
SEED = int(os.environ.get("NEWSROOM_SEED") or random.SystemRandom().randrange(10**6))


def joined(username):
    """An account whose public name is its own."""
    account = User.objects.create_user(username)
    readers.join(account, username.title())
    return account


@pytest.fixture
def ana(db):
    return joined("ana")


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


def test_of_eight_edits_at_once_one_is_kept(story, ana):
    comment = posting.post(story, body="Words.", author=ana, token=tokens.make("W460"))

    def edit(number):
        posting.edit(comment, body=f"Words {number}.", revision=1)

    failures = all_at_once(edit)

    assert len(failures) == WRITERS - 1
    assert {type(failure) for failure in failures} <= {ChangedMeanwhile, refusals.TooFast}
    assert [text.body for text in EarlierText.objects.all()] == ["Words."]
    assert Comment.objects.get().revision == 2
    assert not list(discrepancies())


@pytest.mark.parametrize("speaker", ["a guest", "a reader", "staff"])
def test_the_same_form_eight_times_is_one_comment_and_all_answers_lead_to_it(
    story, strict_client, preview, ana, staff, speaker
):
    if speaker != "a guest":
        strict_client.force_login(ana if speaker == "a reader" else staff)
    _page, token, csrf = preview(strict_client)
    form = {"body": "Two numbers, not one.", "name": "Ned Carrow", "to": "", "token": token}
    answers = []

    def press(number):
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = deepcopy(strict_client.cookies)
        answer = browser.post("/W460/comments/new/", form | {"csrfmiddlewaretoken": csrf})
        answers.append((answer, browser.get(answer["Location"]).content.decode()))

    assert all_at_once(press) == []
    assert Comment.objects.count() == 1
    assert len(answers) == WRITERS
    told = "Posted: comment 1" if speaker == "staff" else "Waiting for an editor; only you see it"
    for answer, page in answers:
        assert (answer.status_code, answer["Location"]) == (303, "/W460/comments/")
        assert told in page
        assert 'id="c1"' in page


def test_of_eight_comments_of_one_reader_at_once_one_comes_in_within_five_seconds(ana, file_story):
    stories, start = [file_story() for _ in range(WRITERS)], timezone.now()

    for turn in range(3):

        def speak(number, turn=turn):
            posting.post(
                stories[number],
                body=f"Words {number}.{turn}",
                author=ana,
                token=tokens.make(stories[number].code),
                at=start + timedelta(seconds=5 * turn),
            )

        failures = all_at_once(speak)

        assert [type(failure) for failure in failures] == [refusals.TooFast] * (WRITERS - 1)
        assert Comment.objects.count() == turn + 1
    assert not list(discrepancies())


def test_numbers_are_made_true_while_readers_post(story, say, staff):
    root = say(author=staff)
    damages = [{"visible_count": 99}, {"held_count": 0}, {"last_comment_at": None}, {"version": 1}]

    def act(number):
        for turn in range(12):
            if number < 2:
                talks = Discussion.objects.filter(pk=root.discussion_id)
                talks.update(**damages[turn % len(damages)])
                Comment.objects.filter(pk=root.pk).update(reply_count=turn)
                repair(root.discussion_id)
            else:
                posting.post(
                    story,
                    body=f"Words {number}.{turn}",
                    author=staff if number % 2 else None,
                    guest_name="Ned Carrow",
                    token=tokens.make("W460"),
                    parent_seq=1,
                )

    assert all_at_once(act) == []
    talk = Discussion.objects.get()
    assert (talk.visible_count, talk.held_count, talk.last_seq) == (37, 36, 73)
    assert not list(discrepancies())


# Everything at once -------------------------------------------------------------------

_HOW_OFTEN = {
    **{"say": 45, "press_again": 6, "edit": 14, "withdraw": 7, "decide": 20, "set_policy": 2},
    **{"save": 3, "publish": 2, "prove": 1},
}


def at_the_desk(name, story, what, editor):
    """An editor works on the story meanwhile, or somebody asks for the proof."""
    story = Article.objects.get(pk=story.pk)
    try:
        match name:
            case "save":
                fields = text_of(f"The quay sank by {what} millimetres.")
                story.save_working_copy(fields, by=editor, version=story.version)
            case "publish":
                story.move("submit", by=None)
                story.move("publish", by=None, kind="update")
            case "prove":
                # Nothing seems wrong only because others write.
                assert not list(discrepancies())
    except (MoveRefused, StaleVersion) as refused:
        return type(refused).__name__
    return "done"


def test_in_2400_mixed_operations_of_eight_workers_no_number_is_lost(
    story, file_story, staff, moderator, ana
):
    print(f"NEWSROOM_SEED={SEED}")  # noqa: T201
    stories, became = [story, file_story()], []
    start, clock = timezone.now(), count()
    accounts = [ana, *(joined(name) for name in ("bo", "cy", "dee", "eli", "fay"))]

    def work(number):
        dice = random.Random(f"{SEED}.{number}")
        people = People(stories, readers=accounts, staff=staff, moderator=moderator, at=start)
        for act in dice.choices(list(_HOW_OFTEN), list(_HOW_OFTEN.values()), k=OPERATIONS):
            where, which = dice.randrange(2), dice.randrange(200)
            what = dice.choice([dice.randrange(6), dice.randrange(10**6)])
            if act in {"save", "publish", "prove"}:
                result = at_the_desk(act, stories[where], what, staff)
            else:
                people.at = start + timedelta(seconds=4 * next(clock))
                result = people.act(act, where, which, what)
            became.append(f"{act}: {result}")

    assert all_at_once(work) == []
    assert len(became) == WRITERS * OPERATIONS
    see_that_much_has_happened(Counter(became))
    assert not list(discrepancies())
    for talk in Discussion.objects.all():
        comments = talk.comments.all()
        assert talk.visible_count == comments.published().count()
        assert talk.held_count == comments.held().count()
        assert set(comments.values_list("seq", flat=True)) == set(range(1, talk.last_seq + 1))
    for comment in Comment.objects.prefetch_related("events"):
        events = sorted(comment.events.all(), key=lambda event: event.pk)
        assert all(after.status_from == before.status_to for before, after in pairwise(events))


def see_that_much_has_happened(became):
    """No chance made it easy."""
    for act, least in {
        **{"say: published": 30, "say: held": 60, "say: TooFast": 1, "say: SaidAlready": 1},
        **{"say: ParentGone": 1, "say: DiscussionClosed": 1, "press_again: TokenSpent": 1},
        **{"edit: published in other words": 5, "edit: held in other words": 3},
        **{"edit: TooLate": 5, "edit: ChangedMeanwhile": 1, "decide: ChangedMeanwhile": 20},
        **{"decide: published by decision": 10, "decide: held by decision": 10},
        **{"decide: rejected by decision": 5, "decide: removed by decision": 10},
        **{"withdraw: withdrawn by decision": 20, "withdraw: NotAllowed": 10},
        **{"save: done": 20, "publish: done": 5, "prove: done": 5},
    }.items():
        assert became[act] >= least, f"{act}: {became[act]}"


def test_one_household_waits_however_many_guests_press_at_once(file_story):
    stories = [file_story() for _ in range(WRITERS)]

    def speak(number):
        posting.post(
            stories[number],
            body=f"Words {number}.",
            guest_name=f"Guest {chr(97 + number)}",
            address="192.0.2.7",
            token=tokens.make(stories[number].code),
        )

    failures = all_at_once(speak)

    assert [type(failure) for failure in failures] == [refusals.TooFast] * (WRITERS - 1)
    assert Comment.objects.count() == 1
