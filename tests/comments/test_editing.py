"""Five minutes to mend one's words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from comments import posting, refusals, tokens
from comments.models import Comment, Discussion, Policy, Status
from comments.moderation import ChangedMeanwhile, transition
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


def test_other_words_take_the_place_of_the_first(story, known, say):
    comment = say("It is 48 milimetres.", author=known)

    posting.edit(comment, body="It is 48 millimetres.\r\n", revision=1)

    now = stored(comment)
    assert (now.body, now.revision, now.status) == ("It is 48 millimetres.", 2, Status.PUBLISHED)
    assert now.edited_at
    (earlier,) = now.earlier_texts.all()
    assert (earlier.revision, earlier.body) == (1, "It is 48 milimetres.")
    assert [event.revision for event in now.events.all()] == [1, 2]


def test_readers_learn_that_something_changed(story, known, say):
    comment = say(author=known)
    version = Discussion.objects.get(article=story).version

    posting.edit(comment, body="Other words.", revision=1)

    assert Discussion.objects.get(article=story).version == version + 1


def test_the_rules_are_asked_again(story, known, say, rules_of, counts):
    comment = say(author=known)

    posting.edit(comment, body=" ".join(["https://cheap.example/x"] * 4), revision=1)

    assert (stored(comment).status, rules_of(stored(comment))) == (Status.HELD, "links")
    assert counts() == (0, 1)
    assert not list(discrepancies())


def test_who_takes_the_links_out_again_is_published(story, known, say, counts):
    comment = say(" ".join(["https://cheap.example/x"] * 4), author=known)

    posting.edit(comment, body="No links then.", revision=1)

    assert stored(comment).status == Status.PUBLISHED
    assert counts() == (1, 0)


@pytest.mark.parametrize(
    ("more", "rule"),
    [({"filled_in": "spam"}, "honeypot"), ({"token": "made up"}, "unsigned")],
)
def test_an_edit_does_not_shed_what_was_wrong_with_the_form(
    story, known, say, rules_of, more, rule
):
    comment = say(author=known, **more)

    posting.edit(comment, body="Other words.", revision=1)
    edited = stored(comment)
    posting.edit(edited, body="Yet others.", revision=2, at=timezone.now() + timedelta(seconds=6))

    assert (stored(comment).status, rules_of(stored(comment))) == (Status.HELD, rule)


def test_an_edit_does_not_make_an_old_form_new(story, known, say, rules_of, time_machine):
    token = tokens.make("W460")
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    comment = say(author=known, token=token)

    posting.edit(comment, body="Other words.", revision=1)

    assert rules_of(stored(comment)) == "late"


def test_saved_twice_is_saved_once_and_said_so(story, known, say):
    comment = say(author=known)
    posting.edit(comment, body="Other words.", revision=1)

    again = posting.edit(comment, body="Other words.", revision=1)

    assert (again.revision, again.body) == (2, "Other words.")


def test_what_a_moderator_put_on_hold_stays_there(story, known, say, moderator):
    comment = say(author=known)
    transition(comment, expected="published", revision=1, to="held", by=moderator)

    posting.edit(comment, body="Kinder words.", revision=1)

    assert stored(comment).status == Status.HELD
    assert stored(comment).reviewed_by == moderator


def test_an_approval_was_for_the_words_before(story, member, say, moderator):
    comment = say(author=member)
    transition(comment, expected="held", revision=1, to="published", by=moderator)

    posting.edit(comment, body="Entirely other words.", revision=1)

    now = stored(comment)
    assert (now.status, now.reviewed_at, now.reviewed_by) == (Status.HELD, None, None)


def test_who_approves_the_old_words_is_told(story, member, say, moderator):
    comment = say(author=member)
    before = stored(comment)
    posting.edit(comment, body="Entirely other words.", revision=1)

    with pytest.raises(ChangedMeanwhile):
        transition(before, expected="held", revision=1, to="published", by=moderator)

    assert stored(comment).status == Status.HELD


def test_who_edited_in_two_windows_is_told(story, known, say):
    comment = say(author=known)
    posting.edit(comment, body="In one window.", revision=1)
    later = timezone.now() + timedelta(seconds=6)

    with pytest.raises(ChangedMeanwhile):
        posting.edit(comment, body="In the other.", revision=1, at=later)

    assert stored(comment).body == "In one window."


def test_the_same_words_change_nothing(story, known, say):
    comment = say("Words.", author=known)

    posting.edit(comment, body=" Words.\n", revision=1)

    assert stored(comment).revision == 1
    assert not stored(comment).earlier_texts.exists()


def test_after_five_minutes_the_words_stand(story, known, say):
    comment = say(author=known)

    with pytest.raises(refusals.TooLate):
        posting.edit(
            comment, body="Too late.", revision=1, at=timezone.now() + timedelta(minutes=5.1)
        )


@pytest.mark.parametrize("status", [Status.REJECTED, Status.REMOVED, Status.WITHDRAWN])
def test_what_is_decided_is_not_edited(story, member, say, status):
    comment = say(author=member, status=status)

    with pytest.raises(refusals.TooLate):
        posting.edit(comment, body="All the same.", revision=1)

    assert posting.editable_until(stored(comment)) is None


def test_nothing_is_edited_where_the_discussion_closed(story, known, say):
    comment = say(author=known)
    Discussion.objects.update(policy=Policy.CLOSED)

    with pytest.raises(refusals.DiscussionClosed):
        posting.edit(comment, body="All the same.", revision=1)


def test_nothing_is_edited_where_the_story_is_gone(story, known, say):
    comment = say(author=known)
    Article.objects.get(pk=story.pk).move("unpublish", by=None, reason="Doubt.")

    with pytest.raises(refusals.StoryGone):
        posting.edit(comment, body="All the same.", revision=1)


def test_edits_come_five_seconds_apart(story, known, say):
    now = timezone.now()
    comment = say(author=known, at=now)
    posting.edit(comment, body="Once.", revision=1, at=now + timedelta(seconds=6))

    with pytest.raises(refusals.TooFast):
        posting.edit(comment, body="Twice.", revision=2, at=now + timedelta(seconds=8))


@pytest.mark.parametrize("body", ["", "x", "\u200b\u200b", "x" * 5001])
def test_an_edit_has_the_limits_of_a_comment(story, known, say, body):
    comment = say("Words.", author=known)

    with pytest.raises(refusals.Unfit):
        posting.edit(comment, body=body, revision=1)

    assert stored(comment).body == "Words."


def test_moderators_see_what_was_said_before(desk_client, story, member, say):
    comment = say("First words of mine.", author=member)
    posting.edit(comment, body="Second words of mine.", revision=1)

    html = desk_client.get("/admin/comments/comment/").content.decode()

    assert "Second words of mine." in html
    assert "First words of mine." in html


def test_an_edit_costs_the_same_in_a_long_discussion(
    story, known, staff, say, django_assert_max_num_queries
):
    for _ in range(30):
        say(author=staff)
    comment = say(author=known)

    # savepoint, account, discussion, lock, story, author of it, known, copy, earlier text,
    # write, version, event, savepoint
    with django_assert_max_num_queries(14):
        posting.edit(comment, body="Other words than these.", revision=1)
