"""Each rule where it alone decides, and all of them together."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from comments import posting, refusals, tokens
from comments.models import Comment, Discussion, Outcome, Policy, Reader, Status, Verdict
from comments.rules import RULES, strictest

pytestmark = pytest.mark.django_db
LONG = "The rails at the north end were out for nineteen years, and we all heard it."


def matched(comment, rule):
    return comment.verdicts.get(rule=rule).matched


def test_what_a_known_reader_says_appears_at_once(story, known, say, rules_of):
    comment = say(author=known)

    assert (comment.status, rules_of(comment)) == (Status.PUBLISHED, "")


def test_a_reader_is_new_until_two_comments_were_published(story, member, say, rules_of):
    now = timezone.now()
    spoke = []
    for minute in range(4):
        comment = say(author=member, at=now + timedelta(minutes=minute))
        spoke.append(rules_of(comment))
        if comment.status == Status.HELD:
            from comments.moderation import transition

            transition(comment, expected="held", revision=1, to="published", by=None)

    assert spoke == ["new", "new", "", ""]


def test_a_reader_on_hold_is_read_first(story, known, say, rules_of):
    Reader.objects.filter(user=known).update(on_hold=True)
    known.refresh_from_db()

    comment = say(author=known)

    assert (comment.status, rules_of(comment)) == (Status.HELD, "on_hold")


def test_where_every_comment_is_read_first_a_known_reader_waits_too(
    discussion, known, say, rules_of
):
    Discussion.objects.filter(pk=discussion.pk).update(policy=Policy.PRE)

    assert rules_of(say(author=known)) == "pre"


def test_one_link_of_a_new_reader_is_quoted(story, member, say, rules_of):
    comment = say("See https://cheap.example/pills, and tell.", author=member)

    assert rules_of(comment) == "new links"
    assert matched(comment, "links") == "https://cheap.example/pills"


@pytest.mark.parametrize(("links", "spoke"), [(3, ""), (4, "links")])
def test_a_known_reader_may_give_three_links(story, known, say, rules_of, links, spoke):
    body = " ".join(f"https://harbour.example/{number}" for number in range(links))

    assert rules_of(say(body, author=known)) == spoke


@pytest.mark.parametrize(
    "link", ["www.cheap.example/pills", "HTTP://cheap.example", "http://testserver@cheap.example/"]
)
def test_a_link_is_a_link_however_it_is_written(story, member, say, rules_of, link):
    assert "links" in rules_of(say(f"Go to {link}", author=member)).split()


def test_our_own_pages_are_no_foreign_links(story, member, say, rules_of):
    assert rules_of(say("As http://testserver/W460/ says.", author=member)) == "new"


def test_the_same_words_under_two_stories_are_quoted_by_their_place(
    file_story, story, known, member, say, rules_of
):
    say(LONG, author=known, under=file_story("W461"))

    comment = say(LONG, author=known, at=timezone.now() + timedelta(minutes=1))

    assert (comment.status, rules_of(comment)) == (Status.HELD, "repeat")
    assert matched(comment, "repeat") == "W461 #1"


def test_after_a_day_the_same_words_are_no_repeat(file_story, story, known, say, rules_of):
    say(LONG, author=known, under=file_story("W461"))

    assert rules_of(say(LONG, author=known, at=timezone.now() + timedelta(hours=25))) == ""


def test_two_people_may_both_say_well_done(story, known, say, rules_of):
    say("Well done, all of you.")

    assert rules_of(say("Well done, all of you.", author=known)) == ""


def test_the_same_words_from_somebody_else_are_a_repeat(story, known, say, rules_of):
    say(LONG)

    assert rules_of(say(LONG, author=known)) == "repeat"


def test_what_stood_in_the_hidden_field_is_kept(story, known, say, rules_of):
    comment = say(author=known, filled_in="http://cheap.example")

    assert (comment.status, rules_of(comment)) == (Status.HELD, "honeypot")
    assert matched(comment, "honeypot") == "http://cheap.example"


def test_an_old_form_is_held_from_a_known_reader_too(story, known, say, rules_of, time_machine):
    token = tokens.make("W460")
    time_machine.move_to(timezone.now() + timedelta(hours=25))

    assert rules_of(say(author=known, token=token)) == "late"


def test_a_forged_form_is_held_from_a_known_reader_too(story, known, say, rules_of):
    assert rules_of(say(author=known, token="made up")) == "unsigned"


def test_what_staff_say_is_published_whatever_links_it_has(story, staff, say, rules_of):
    body = " ".join(f"https://harbour.example/{number}" for number in range(9))

    comment = say(body, author=staff)

    assert (comment.status, rules_of(comment)) == (Status.PUBLISHED, "house")


def test_every_rule_is_asked_and_every_verdict_is_kept(discussion, member, say, rules_of):
    Discussion.objects.filter(pk=discussion.pk).update(policy=Policy.PRE)
    Reader.objects.update(on_hold=True)
    say(f"{LONG} https://cheap.example", under=discussion.article)

    comment = say(
        f"{LONG} https://cheap.example", author=member, token="made up", filled_in="x@y.example"
    )

    assert rules_of(comment) == "new on_hold pre links repeat honeypot unsigned"
    assert {verdict.outcome for verdict in comment.verdicts.all()} == {Outcome.HOLD}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_says_why_in_words(name):
    assert str(RULES[name].label) != name


def test_the_strictest_is_heeded():
    order = [Outcome.PUBLISH, Outcome.FLAG, Outcome.HOLD, Outcome.REJECT]

    for milder, stricter in pairwise(order):
        for pair in ((milder, stricter), (stricter, milder)):
            verdicts = [Verdict(rule="x", outcome=outcome) for outcome in pair]
            assert strictest(verdicts) == stricter
    assert strictest([]) == Outcome.PUBLISH


def test_long_matches_are_cut(story, known, say):
    body = " ".join(f"https://harbour.example/{'x' * 90}/{number}" for number in range(5))

    comment = say(body, author=known)

    assert len(matched(comment, "links")) == 300


def test_moderators_read_the_rules_with_what_matched(desk_client, story, member, say):
    say("See https://cheap.example/<b>pills", author=member)

    html = desk_client.get("/admin/comments/comment/").content.decode()

    assert "a reader with fewer than two published comments" in html
    assert '<mark dir="auto">https://cheap.example/' in html
    assert "<b>pills" not in html


# Limits ----------------------------------------------------------------------------------------


def test_one_comment_in_five_seconds(story, known, say):
    now = timezone.now()
    say(author=known, at=now)

    with pytest.raises(refusals.TooFast) as refused:
        say(author=known, at=now + timedelta(seconds=2))

    assert refused.value.wait == timedelta(seconds=3)
    assert "Wait 3 seconds" in str(refused.value)
    assert say(author=known, at=now + timedelta(seconds=5))


def test_ten_comments_in_ten_minutes(story, known, say):
    now = timezone.now()
    for number in range(10):
        say(author=known, at=now + timedelta(seconds=6 * number))

    with pytest.raises(refusals.TooFast) as refused:
        say(author=known, at=now + timedelta(minutes=2))

    assert "in 8 minutes" in str(refused.value)
    assert say(author=known, at=now + timedelta(minutes=10))


def test_guests_are_limited_by_their_address(story, say):
    now = timezone.now()
    say(address="192.0.2.7", at=now, name="Ann")

    with pytest.raises(refusals.TooFast):
        say(address="192.0.2.7", at=now, name="Ben")

    assert say(address="192.0.2.8", at=now, name="Ben")


def test_twenty_comments_from_one_address_whoever_sends_them(story, known, staff, say):
    now = timezone.now()
    for number in range(20):
        at = now + timedelta(seconds=number)
        Comment.objects.filter(pk=say(at=at).pk).update(ip_hash="x" * 64)

    from comments import limits

    wait = limits.wait(author=known, ip_hash="x" * 64, at=now + timedelta(minutes=1))
    assert wait == timedelta(minutes=9)


def test_staff_are_not_limited(story, staff, say):
    now = timezone.now()

    for _ in range(12):
        say(author=staff, address="192.0.2.7", at=now)

    assert Comment.objects.count() == 12


def test_the_same_words_by_the_same_reader_are_refused_with_the_first(story, known, say):
    now = timezone.now()
    first = say("Good.", author=known, at=now)

    with pytest.raises(refusals.SaidAlready) as refused:
        say("Good.", author=known, at=now + timedelta(hours=1))

    assert refused.value.earlier == first
    assert say("Good.", author=known, at=now + timedelta(hours=25))


def test_a_guest_at_the_same_address_is_taken_for_the_same(story, say):
    now = timezone.now()
    say("Good.", address="192.0.2.7", at=now)

    with pytest.raises(refusals.SaidAlready):
        say("Good.", address="192.0.2.7", at=now + timedelta(hours=1))

    assert say("Good.", address="192.0.2.8", at=now)


def test_two_guests_of_one_household_may_say_the_same(story, say):
    now = timezone.now()
    say("Thank you.", address="192.0.2.7", at=now, name="Wanda")

    assert say("Thank you.", address="192.0.2.7", at=now + timedelta(minutes=1), name="Willi")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("nonsense", "nonsense", True),
    ],
)
def test_a_household_is_one_address(one, other, same):
    assert (posting.hash_of_address(one) == posting.hash_of_address(other)) is same


def test_a_comment_that_was_put_in_the_wrong_place_may_be_put_in_the_right_one(
    file_story, story, known, say, rules_of
):
    elsewhere, now = file_story("W461"), timezone.now()
    say(LONG, author=known, under=elsewhere, at=now, status=Status.WITHDRAWN)

    assert rules_of(say(LONG, author=known, at=now + timedelta(minutes=1))) == ""


def test_what_was_withdrawn_may_be_said_again(story, known, say):
    now = timezone.now()
    say("Good.", author=known, at=now, status=Status.WITHDRAWN)

    assert say("Good.", author=known, at=now + timedelta(minutes=1))


def test_an_account_without_a_public_name_is_asked_for_one(story, known, say):
    Reader.objects.filter(user=known)._raw_delete("default")
    known.refresh_from_db()

    with pytest.raises(refusals.NameMissing):
        say(author=known)


def test_a_closed_account_posts_nothing(story, known, say):
    type(known).objects.filter(pk=known.pk).update(is_active=False)

    with pytest.raises(refusals.NameMissing):
        say(author=known)
