from datetime import timedelta

import pytest
from django.utils import timezone

from comments import paths, posting, refusals, tokens
from comments.models import Comment, Discussion, Policy, Status
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db


def test_a_guests_comment_waits_and_says_why(rules_of, story, say, counts):
    comment = say("Is 48 millimetres a lot?")

    assert comment.status == Status.HELD
    assert rules_of(comment) == "guest"
    assert counts() == (0, 1)


def test_staff_are_published_at_once(story, staff, say, counts):
    comment = say(author=staff)

    assert comment.status == Status.PUBLISHED
    assert counts() == (1, 0)


def test_the_authors_of_the_story_are_published_at_once(story, member, say):
    from articles.models import Person

    story.people.add(Person.objects.create(name="Marit S.", slug="marit-s", user=member))

    assert say(author=member).status == Status.PUBLISHED


def test_other_readers_wait(rules_of, story, member, say):
    comment = say(author=member)

    assert (comment.status, rules_of(comment)) == (Status.HELD, "new")


def test_where_every_comment_is_read_first_staff_wait_too(rules_of, discussion, staff, say):
    Discussion.objects.update(policy=Policy.PRE)

    assert rules_of(say(author=staff)) == "house pre"


@pytest.mark.parametrize("policy", [Policy.CLOSED, Policy.HIDDEN])
def test_a_closed_discussion_takes_nothing(discussion, staff, say, policy):
    Discussion.objects.update(policy=policy)

    with pytest.raises(refusals.DiscussionClosed):
        say(author=staff)

    assert not Comment.objects.exists()


def test_a_discussion_closes_at_its_hour(discussion, say):
    Discussion.objects.update(closes_at=timezone.now())

    with pytest.raises(refusals.DiscussionClosed):
        say()


@pytest.mark.parametrize("by_setting", [True, False])
def test_guests_may_be_kept_out(discussion, say, settings, staff, by_setting):
    if by_setting:
        settings.NEWSROOM_GUEST_COMMENTS = False
    else:
        Discussion.objects.update(policy=Policy.REGISTERED)

    with pytest.raises(refusals.GuestsRefused):
        say()

    assert say(author=staff).is_visible


def test_a_story_that_is_not_public_takes_nothing(file_story, say):
    draft = file_story("W461", published=False)

    with pytest.raises(refusals.StoryGone):
        say(under=draft)

    assert not Discussion.objects.exists()


def test_a_story_withdrawn_while_the_form_was_open_takes_nothing(story, say, counts):
    say()
    story.move("unpublish", by=None, reason="The letters are forged.")

    with pytest.raises(refusals.StoryGone):
        say()

    assert counts() == (0, 1)


def test_an_embargoed_story_takes_nothing(file_story, say):
    later = timezone.now() + timedelta(hours=2)
    embargoed = file_story("W462", embargo_until=later)

    with pytest.raises(refusals.StoryGone):
        say(under=embargoed)


def test_an_answer_goes_under_what_it_answers(story, say):
    first = say(status=Status.PUBLISHED)
    answer = say(to=first)
    deeper = say(to=first, status=Status.PUBLISHED)
    deepest = say(to=deeper)

    assert [answer.depth, deeper.depth, deepest.depth] == [1, 1, 2]
    assert deepest.path == deeper.path + paths.encode(4)
    assert deepest.root == first


def test_beyond_the_sixth_level_answers_stand_beside(story, say):
    parent = None
    for _ in range(200):
        parent = say(to=parent, status=Status.PUBLISHED)

    assert parent.depth == 6
    assert len(parent.path) == 35
    assert not list(discrepancies())


@pytest.mark.parametrize("status", [Status.HELD, Status.REJECTED, Status.REMOVED, Status.WITHDRAWN])
def test_what_is_not_shown_cannot_be_answered(story, say, status):
    parent = say(status=status)

    with pytest.raises(refusals.ParentGone):
        say(to=parent)

    assert Comment.objects.count() == 1


def test_a_comment_of_another_story_cannot_be_answered(story, file_story, say):
    for _ in range(3):
        elsewhere = say(under=file_story(), status=Status.PUBLISHED)
    say(under=story)
    elsewhere.seq = 9

    with pytest.raises(refusals.ParentGone):
        say(to=elsewhere)


def test_the_same_token_is_the_same_comment(story, say, counts):
    token = tokens.make("W460")

    first = say("One.", token=token)
    second = say("One.", token=token)

    assert first == second
    assert counts() == (0, 1)


def test_other_words_under_a_token_that_was_used_are_not_lost(story, say, counts):
    token = tokens.make("W460")
    say("One.", token=token)

    with pytest.raises(refusals.TokenSpent):
        say("Two.", token=token)

    assert counts() == (0, 1)


def test_the_first_result_stands_though_the_discussion_closed(story, say):
    token = tokens.make("W460")
    first = say("One.", token=token)
    Discussion.objects.update(policy=Policy.CLOSED)

    assert say("One.", token=token) == first


def test_a_form_older_than_a_day_is_held(rules_of, story, staff, say, time_machine):
    now = timezone.now()
    token = tokens.make("W460")
    time_machine.move_to(now + timedelta(hours=25))

    assert rules_of(say(author=staff, token=token)) == "house late"


@pytest.mark.parametrize("token", ["x", "a:b:c", "\x00", "\ud800", "é" * 5000])
def test_a_forged_form_is_held(rules_of, story, staff, say, token):
    assert rules_of(say(author=staff, token=token)) == "house unsigned"


def test_a_token_of_another_story_is_forged(rules_of, story, staff, say):
    assert rules_of(say(author=staff, token=tokens.make("W461"))) == "house unsigned"


@pytest.mark.parametrize(
    "body", ["", " ", "x", "\u200b\u200b", "\u202e \u2066", "x" * 5001, "\x00", "\u3164\u3164"]
)
def test_too_short_or_too_long_is_refused(story, say, body):
    with pytest.raises(refusals.Unfit) as refused:
        say(body or "\n")

    assert refused.value.field == "body"
    assert not Comment.objects.exists()


def test_five_thousand_typed_characters_fit_however_lines_end(story, say):
    body = "\r\n".join(["x" * 49] * 100)

    assert len(say(body).body) == 4999


def test_the_address_is_kept_as_a_keyed_hash_only(story, say):
    comment = say(address="192.0.2.7")

    assert len(comment.ip_hash) == 64
    assert comment.ip_hash == posting.hash_of_address("192.0.2.7")
    assert say(address="").ip_hash == ""


def test_posting_costs_the_same_in_a_long_discussion(
    story, say, staff, django_assert_max_num_queries
):
    parent = say(author=staff)
    for _ in range(30):
        say(to=parent, author=staff)

    # savepoint, account, row, lock, token, story, parent, insert, verdict, counts, root, event,
    # savepoint
    with django_assert_max_num_queries(13):
        say(to=parent, author=staff)


def test_two_hundred_answers_one_below_the_other_are_shown(story, staff, say, client):
    comment = say(author=staff)
    for _ in range(200):
        comment = say(author=staff, to=comment)

    page = client.get("/W460/comments/")
    deepest = client.get(client.get("/W460/comments/201/")["Location"].partition("#")[0])

    assert page.status_code == deepest.status_code == 200
    assert '<li id="c201">' in deepest.content.decode()
    assert Comment.objects.get(seq=201).depth == paths.MAX_DEPTH
    assert Comment.objects.get(seq=201).parent.seq == 200
