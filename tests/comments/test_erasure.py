from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models.kept import KeptForEver
from comments import erasure, posting
from comments.erasure import Words
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
from comments.moderation import transition
from comments.proof import discrepancies
from comments.readers import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def since_last_week(file_story):
    """since_last_week("W461") is a story that readers have seen for a week."""

    def publish(code):
        story = file_story(code, published=False)
        story.move("submit", by=None)
        last_week = timezone.now() - timedelta(days=7)
        story.move("publish", by=None, kind=None, publish_at=last_week)
        return story

    return publish


@pytest.fixture
def story(since_last_week):
    return since_last_week("W460")


@pytest.fixture
def speak(say, member):
    """speak(status=…) is a comment of the member's; they come one an hour, the last just now."""
    hours = count(-100)

    def speak(body=None, *, author=member, **rest):
        at = timezone.now() + timedelta(hours=next(hours))
        return say(body, author=author, at=at, address="203.0.113.77", **rest)

    return speak


@pytest.fixture
def one_of_each(speak):
    """{status: a comment of the member's that has it}."""
    return {status: speak(f"The {status.value} words.", status=status) for status in Status}


def end(user, words):
    with transaction.atomic():
        erasure.erase(user, words=words)


def stored(comment):
    return Comment.objects.with_names().get(pk=comment.pk)


# The copy ----------------------------------------------------------------------------


def test_the_copy_holds_everything_that_somebody_said(member, story, speak, say, moderator):
    root = say("Somebody else's question.", status=Status.PUBLISHED)
    comment = speak("No, two numbers.", to=root)
    transition(comment, expected="held", revision=1, to="published", by=moderator)
    transition(
        comment, expected="published", revision=1, to="removed", by=moderator, reason="Names."
    )

    (said,) = erasure.copy_of(member)

    assert said["text"] == "No, two numbers."
    assert (said["story"], said["number"], said["in_reply_to"]) == ("W460", 2, 1)
    assert said["written_at"] == comment.created_at
    assert said["status"] == "removed"
    assert [(d["decision"], d["reason"]) for d in said["decisions"]] == [
        ("published", ""),
        ("removed", "Names."),
    ]


def test_nobody_else_is_in_the_copy(member, speak, say, moderator):
    root = say("Somebody else's question.", status=Status.PUBLISHED, name="Ned Carrow")
    comment = speak(to=root)
    transition(comment, expected="held", revision=1, to="published", by=moderator)

    copy = str(erasure.copy_of(member))

    assert "question" not in copy
    assert "Carrow" not in copy
    assert "moderator" not in copy


def test_what_was_edited_is_in_the_copy_too(member, say):
    comment = say("One number.", author=member)
    posting.edit(comment, body="Two numbers.", revision=1)

    (said,) = erasure.copy_of(member)

    assert said["text"] == "Two numbers."
    assert [earlier["text"] for earlier in said["earlier_texts"]] == ["One number."]
    assert said["edited_at"]
    assert said["decisions"] == []


def test_what_an_author_does_is_no_decision_on_them(member, speak):
    comment = speak()
    transition(comment, expected="held", revision=1, to="withdrawn", by=member)

    (said,) = erasure.copy_of(member)

    assert (said["status"], said["decisions"]) == ("withdrawn", [])


@pytest.mark.parametrize("status", Status)
def test_only_what_readers_see_has_an_address(member, speak, status):
    speak(status=status)

    (said,) = erasure.copy_of(member)

    address = "http://testserver/W460/comments/1/" if status == Status.PUBLISHED else None
    assert said["address"] == address


def test_a_story_that_is_gone_is_named_by_its_code_alone(member, story, speak, publisher):
    speak(status=Status.PUBLISHED)
    story.refresh_from_db()
    story.move("unpublish", by=publisher, reason="Wrong.")

    (said,) = erasure.copy_of(member)

    assert (said["story"], said["headline"], said["address"]) == ("W460", None, None)


def test_what_is_said_in_a_hidden_discussion_has_no_address(member, speak):
    speak("Two numbers.", status=Status.PUBLISHED)
    Discussion.objects.update(policy=Policy.HIDDEN)

    (said,) = erasure.copy_of(member)

    assert (said["text"], said["address"]) == ("Two numbers.", None)


def test_a_copy_costs_the_same_however_much_was_said(
    member, one_of_each, django_assert_num_queries
):
    with django_assert_num_queries(3):  # the comments, their earlier texts, the decisions
        assert len(erasure.copy_of(member)) == len(Status)


# Its end -------------------------------------------------------------------------------


def test_words_that_stay_stay_without_the_name(member, one_of_each):
    end(member, Words.KEEP)

    comment = stored(one_of_each[Status.PUBLISHED])
    assert (comment.status, comment.body) == ("published", "The published words.")
    assert comment.name == "a former reader"


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PUBLISHED}))
def test_of_what_readers_do_not_see_nothing_stays(member, one_of_each, status):
    end(member, Words.KEEP)

    comment = stored(one_of_each[status])
    assert comment.status == ("withdrawn" if status == Status.HELD else status)
    assert (comment.body, comment.body_hash) == ("", "")


def test_withdrawn_words_are_gone_and_the_answers_stay(member, speak, say, story, client):
    root = speak("Gone for good.", status=Status.PUBLISHED)
    say("An answer.", to=root, status=Status.PUBLISHED)

    end(member, Words.WITHDRAW)

    page = client.get("/W460/comments/").content.decode()
    assert stored(root).status == Status.WITHDRAWN
    assert "Gone for good." not in page
    assert "An answer." in page
    assert Discussion.objects.get().visible_count == 1


@pytest.mark.parametrize("words", Words)
def test_nothing_else_of_the_reader_stays(member, one_of_each, say, words):
    edited = say("One number, http://example.org/", author=member, address="203.0.113.77")
    posting.edit(edited, body="Two numbers, http://example.com/", revision=1)
    assert Verdict.objects.exclude(matched="").exists()

    end(member, words)

    assert not Reader.objects.exists()
    assert not EarlierText.objects.exists()
    assert not Verdict.objects.exclude(matched="").exists()
    assert not Comment.objects.exclude(ip_hash="").exists()


@pytest.mark.parametrize("words", Words)
def test_the_counts_are_true_and_the_record_is_whole(member, one_of_each, words):
    before = ModerationEvent.objects.count()

    end(member, words)

    assert not list(discrepancies())
    withdrawn = 1 if words == Words.KEEP else 2
    assert ModerationEvent.objects.count() == before + withdrawn
    newest = ModerationEvent.objects.last()
    assert (newest.status_to, newest.by) == ("withdrawn", member)


@pytest.mark.parametrize("words", Words)
def test_others_keep_everything(member, one_of_each, speak, say, words):
    other = User.objects.create_user("reader-ana")
    join(other, "Ana")
    theirs = [say("Ana's words, http://example.org/", author=other), say("A guest's words.")]
    posting.edit(theirs[0], body="Ana's better words, http://example.org/", revision=1)
    before = [stored(comment).__dict__ for comment in theirs]

    end(member, words)

    after = [stored(comment).__dict__ for comment in theirs]
    for row in before + after:
        row.pop("_state")
    assert after == before
    assert Reader.objects.get().name == "Ana"
    assert EarlierText.objects.get().comment == theirs[0]
    assert Verdict.objects.filter(comment=theirs[0], matched="http://example.org/").exists()


def test_readers_of_a_kept_page_learn_that_the_name_is_gone(member, story, speak):
    speak(status=Status.PUBLISHED)
    before = Discussion.objects.get().version

    end(member, Words.KEEP)

    assert Discussion.objects.get().version == before + 1


def test_erasing_twice_changes_nothing_more(member, one_of_each):
    end(member, Words.KEEP)
    events = ModerationEvent.objects.count()

    end(member, Words.KEEP)

    assert ModerationEvent.objects.count() == events
    assert not list(discrepancies())


def test_what_is_not_withdrawn_costs_nothing_more(member, speak):
    speak(status=Status.PUBLISHED)
    with CaptureQueriesContext(connection) as few:
        end(member, Words.KEEP)
    join(member, "Marit S.")
    for _ in range(5):
        speak(status=Status.REJECTED)

    with CaptureQueriesContext(connection) as many:
        end(member, Words.KEEP)

    assert len(many) == len(few)


def test_a_reader_goes_by_erasure_alone(member):
    with pytest.raises(KeptForEver):
        member.reader.delete()
    with pytest.raises(KeptForEver):
        Reader.objects.all().delete()
    with pytest.raises(AttributeError):
        Reader.objects.erase()

    assert Reader.objects.exists()


# Addresses ------------------------------------------------------------------------------


@pytest.fixture
def purge(capsys):
    """A function that runs the command and gives the line that it prints."""

    def purge():
        call_command("purge_addresses")
        return capsys.readouterr().out.strip()

    return purge


def written(comment, days_ago):
    at = timezone.now() - timedelta(days=days_ago)
    Comment.objects.filter(pk=comment.pk).update(created_at=at)


def test_addresses_are_forgotten_after_thirty_days(say, purge):
    old, young = say(address="203.0.113.77"), say(address="203.0.113.78")
    written(old, days_ago=30.01)
    written(young, days_ago=29.99)

    assert purge() == "1 addresses forgotten."
    assert stored(old).ip_hash == ""
    assert stored(young).ip_hash
    assert purge() == "0 addresses forgotten."


def test_nothing_else_is_forgotten_with_an_address(say, purge):
    comment = say("Words.", address="203.0.113.77", status=Status.PUBLISHED)
    written(comment, days_ago=40)
    before = stored(comment)

    purge()

    after = stored(comment)
    changed = {n for n, value in vars(before).items() if vars(after)[n] != value} - {"_state"}
    assert changed == {"ip_hash"}


def test_where_nothing_is_to_be_forgotten_one_question_is_asked(
    say, purge, django_assert_num_queries
):
    for number in range(3):
        say(address=f"203.0.113.{number}")

    with django_assert_num_queries(1):  # which discussions have old ones
        assert purge() == "0 addresses forgotten."


def test_each_discussion_is_locked_before_its_comments(say, purge, since_last_week):
    for under in (None, since_last_week("W461")):
        for number in range(3):
            written(say(under=under, address=f"203.0.113.{number}"), days_ago=40)

    with CaptureQueriesContext(connection) as asked:
        assert purge() == "6 addresses forgotten."

    asked = [query["sql"] for query in asked if query["sql"].startswith(("SELECT", "UPDATE"))]
    assert [sql.split('"')[1] for sql in asked[1:]] == [
        "comments_discussion",
        "comments_comment",
    ] * 2
    assert all('"discussion_id" = ' in sql for sql in asked[2::2])
