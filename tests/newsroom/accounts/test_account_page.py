"""What a reader finds at /accounts/: a name, an address, and what became of the comments."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.models import Person
from comments import moderation, posting, readers, tokens
from comments.models import Policy, Reader, Status
from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/accounts/"


def html_of(response):
    return response.content.decode()


@pytest.fixture
def reader(client, ned, sign_in):
    sign_in(client, "Ned Carrow")
    return ned


@pytest.fixture
def say(publish_article, reader):
    """say(status) posts a comment of the reader's and brings it to this status."""
    story = publish_article()
    now = timezone.now()

    def say(status=Status.HELD, *, body="Two numbers, not one.", number=0):
        comment = posting.post(
            story,
            body=f"{body} {number}",
            author=type(reader).objects.get(pk=reader.pk),
            token=tokens.make(story.code),
            at=now + timedelta(minutes=10 * number),
        )
        steps = {Status.REMOVED: [Status.PUBLISHED, Status.REMOVED]}.get(status, [status])
        for step in steps:
            if step != comment.status:
                moderation.transition(
                    comment,
                    expected=comment.status,
                    revision=1,
                    to=step,
                    by=reader if step == Status.WITHDRAWN else None,
                    reason="So.",
                )
        return comment

    return say


def rename(client, name):
    return client.post(PAGE, {"name": name})


# The name ----------------------------------------------------------------------------------


def test_a_reader_takes_another_name_and_keeps_it_thirty_days(client, reader):
    first = rename(client, "Ned of the Quay")
    second = rename(client, "Ned the Third")

    assert first["Location"] == PAGE
    assert (second.status_code, Reader.objects.get().name) == (422, "Ned of the Quay")
    assert "A name is kept for 30 days" in html_of(second)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        client.post("/accounts/login/", {"login": "Ned of the Quay", "password": PASSWORD})
        assert rename(client, "Ned the Third")["Location"] == PAGE
    assert Reader.objects.get().name == "Ned the Third"


def test_the_same_name_again_is_no_change(client, reader):
    assert rename(client, " Ned  Carrow ")["Location"] == PAGE
    assert Reader.objects.get().renamed_at is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "two characters"),
        ("x", "two characters"),
        ("\u200b\u202e", "two characters"),
        ("x" * 51, "50 is the limit"),
        ("x" * 100_000, "is the limit"),
        ("mоderator", "works here"),
        ("Edda Holm", "works here"),
        ("edda", "works here"),
        ("Branwen T", "Another reader"),
        ("BRANWEN  T.", "Another reader"),
    ],
)
def test_a_name_that_is_not_free_is_refused_at_its_field(client, reader, account, name, sentence):
    staff = account("edda", "Section editor")
    Person.objects.create(user=staff, name="Edda Holm", slug="edda-holm")
    readers.join(account("reader-b", is_staff=False), "Branwen T.")

    page = rename(client, name)

    assert page.status_code == 422
    assert sentence in html_of(page)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html_of(page)
    assert Reader.objects.get(user=reader).name == "Ned Carrow"


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x>', "a\x00b", "{{ x }}"]
)
def test_a_hostile_name_appears_as_text(client, reader, name):
    rename(client, name)

    page = html_of(client.get(PAGE))

    assert "<script>alert" not in page
    assert "<img" not in page


def test_an_account_without_a_name_gives_itself_one(client, account):
    client.force_login(account("reader-x", is_staff=False))

    rename(client, "Branwen T.")

    assert Reader.objects.get().name == "Branwen T."


# The comments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.HELD, "Waiting for an editor; only you see it"),
        (Status.PUBLISHED, "Published"),
        (Status.REJECTED, "An editor decided not to show it"),
        (Status.REMOVED, "An editor decided not to show it"),
        (Status.WITHDRAWN, "You withdrew it"),
    ],
)
def test_what_became_of_a_comment_is_said_in_words(client, say, status, words):
    say(status)

    page = html_of(client.get(PAGE))

    assert f"<span>{words}</span>" in page
    assert "Two numbers, not one." in page
    assert "Snow closes the coast road" in page
    assert ("/comments/1/" in page.split("</h3>")[0]) == (status == Status.PUBLISHED)


@pytest.mark.parametrize("hidden", ["unpublished", "expired", "hidden discussion"])
def test_a_story_that_is_not_public_shows_its_code_alone(client, say, publisher, hidden):
    comment = say(Status.PUBLISHED)
    story = comment.discussion.article
    if hidden == "unpublished":
        story.move("unpublish", by=publisher, reason="So.")
    elif hidden == "expired":
        type(story).objects.filter(pk=story.pk).update(expire_at=timezone.now())
    else:
        type(comment.discussion).objects.update(policy=Policy.HIDDEN)

    page = html_of(client.get(PAGE))

    assert "Snow closes the coast road" not in page
    assert f"<bdi>{story.code}</bdi>" in page
    assert "Its story is not public now" in page
    assert f"/{story.code}/" not in page


def test_the_newest_twenty_stand_on_the_first_page(client, say):
    for number in range(23):
        say(number=number)

    first = client.get(PAGE)
    second = client.get(PAGE, {"before": first.context["older"]})

    assert html_of(first).count('<article class="comment') == 20
    assert html_of(second).count('<article class="comment') == 3
    assert "Two numbers, not one. 22" in html_of(first)
    assert "Two numbers, not one. 0" in html_of(second)
    assert second.context["older"] is None


@pytest.mark.parametrize("before", ["0", "-1", "abc", "9" * 30, "1'", "%00", ""])
def test_a_place_that_is_none_shows_the_newest(client, say, before):
    say()

    assert "Two numbers" in html_of(client.get(f"{PAGE}?before={before}"))


def test_the_page_costs_the_same_with_one_comment_and_with_twenty(
    client, say, django_assert_num_queries
):
    say(number=0)
    client.get(PAGE)
    # The session, the account, the reader, the person, the comments with their stories; the
    # paper, its sections and house pages.
    with django_assert_num_queries(8):
        client.get(PAGE)
    for number in range(1, 20):
        say(Status.PUBLISHED if number % 2 else Status.HELD, number=number)

    with django_assert_num_queries(8):
        client.get(PAGE)


def test_nobody_elses_comments_are_there(client, say, account, publish_article):
    story = publish_article(code="W99")
    posting.post(story, body="By somebody else.", guest_name="Ana B.", token=tokens.make("W99"))

    assert "By somebody else" not in html_of(client.get(PAGE))


# Staff ---------------------------------------------------------------------------------------


def test_staff_see_the_name_as_it_is_printed_and_the_way_to_the_desk(client, account):
    edda = account("edda", "Section editor")
    Person.objects.create(user=edda, name="Edda Holm", slug="edda-holm")
    client.force_login(edda)

    page = html_of(client.get(PAGE))

    assert "<bdi>Edda Holm</bdi>" in page
    assert 'href="/admin/"' in page
    assert 'id="id_name"' not in page
    assert "/accounts/erase/" not in page


def test_staff_take_no_readers_name(client, account):
    client.force_login(account("edda", "Section editor"))

    rename(client, "Branwen T.")

    assert not Reader.objects.exists()
