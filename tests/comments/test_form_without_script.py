import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Discussion, Policy, Status

pytestmark = pytest.mark.django_db
NEW = "/W460/comments/new/"


@pytest.fixture
def post(strict_client, preview):
    """A function that goes through preview and posting as a browser does."""

    def post(client=strict_client, *, times=1, **said):
        _page, token, csrf = preview(client, **said)
        fields = {"body": "Two numbers, not one.", "name": "Ned Carrow"} | said
        for _ in range(times):
            response = client.post(NEW, fields | {"token": token, "csrfmiddlewaretoken": csrf})
        return response

    return post


def test_a_preview_stores_nothing_and_needs_no_cookie(strict_client, preview):
    page, token, _csrf = preview(strict_client)

    assert page.status_code == 200
    assert "Preview: nobody has seen this yet" in page.content.decode()
    assert token
    assert "no-store" in page["Cache-Control"]
    assert not Comment.objects.exists()
    assert not Discussion.objects.exists()


def test_the_second_button_posts(post, strict_client):
    response = post()

    assert (response.status_code, response["Location"]) == (303, "/W460/comments/")
    assert "no-store" in response["Cache-Control"]
    comment = Comment.objects.get()
    assert (comment.body, comment.guest_name) == ("Two numbers, not one.", "Ned Carrow")
    assert comment.ip_hash


def test_only_the_reader_sees_what_waits(post, strict_client):
    post()

    own = strict_client.get("/W460/comments/")
    assert "Waiting for an editor; only you see it" in own.content.decode()
    assert "Two numbers, not one." in own.content.decode()
    assert "no-store" in own["Cache-Control"]
    for other in (Client(), strict_client_with_an_empty_session()):
        assert "Two numbers" not in other.get("/W460/comments/").content.decode()


def strict_client_with_an_empty_session():
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    return client


def test_two_readers_who_wait_see_their_own_words_only(post):
    one, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    post(one, body="Words of one.")
    post(other, body="Words of the other.")

    html = one.get("/W460/comments/").content.decode()

    assert "Words of one." in html
    assert "Words of the other." not in html


def test_staff_read_that_it_is_posted(post, staff, strict_client):
    strict_client.force_login(staff)
    post()

    html = strict_client.get("/W460/comments/").content.decode()

    assert "Posted: comment 1" in html
    assert "Dora Desk" in html


def test_without_its_cookie_nothing_is_posted_and_the_text_is_kept(strict_client, preview):
    _page, token, csrf = preview(strict_client)
    stranger = Client(enforce_csrf_checks=True)

    response = stranger.post(
        NEW,
        {"body": "Two numbers.", "name": "Ned", "token": token, "csrfmiddlewaretoken": csrf},
    )

    assert response.status_code == 403
    assert "Two numbers." in response.content.decode()
    assert not Comment.objects.exists()


def test_pressing_twice_is_pressing_once(post, strict_client):
    response = post(times=3)

    assert response.status_code == 303
    assert Comment.objects.count() == 1


def test_words_changed_after_going_back_are_previewed_as_a_new_comment(
    strict_client, preview, time_machine
):
    _page, token, csrf = preview(strict_client)
    sent = {"name": "Ned", "token": token, "csrfmiddlewaretoken": csrf}
    strict_client.post(NEW, sent | {"body": "Two numbers."})

    page = strict_client.post(NEW, sent | {"body": "Three numbers."})

    assert page.status_code == 409
    assert page.context["token"] != token
    assert "Three numbers." in page.content.decode()
    time_machine.move_to(timezone.now() + timedelta(seconds=6))
    again = strict_client.post(
        NEW, sent | {"body": "Three numbers.", "token": page.context["token"]}
    )
    assert again.status_code == 303
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("code", ["W460", "Z99"])
def test_what_was_written_comes_back_where_the_story_is_gone(client, story, code):
    story.move("unpublish", by=None, reason="Doubt.")

    page = client.post(f"/{code}/comments/new/", {"name": "Ned", "body": "Kept <b>words</b>."})

    assert page.status_code == 404
    assert "Kept &lt;b&gt;words&lt;/b&gt;." in page.content.decode()
    assert story.headline not in page.content.decode()


def test_again_shows_another_preview(strict_client, preview):
    _page, token, _csrf = preview(strict_client)

    page = strict_client.post(
        NEW, {"body": "New words.", "name": "Ned", "token": token, "again": "1"}
    )

    assert "New words." in page.content.decode()
    assert page.context["token"] == token
    assert not Comment.objects.exists()


def test_a_form_that_is_not_ours_is_held(rules_of, post, strict_client, preview):
    _page, _token, csrf = preview(strict_client)

    strict_client.post(
        NEW, {"body": "Words.", "name": "Ned", "token": "x", "csrfmiddlewaretoken": csrf}
    )

    assert rules_of(Comment.objects.get()) == "guest unsigned"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"body": ""}, "Write a comment"),
        ({"body": "x" * 5212}, "5,212 characters; 5,000 is the limit"),
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 60}, "60 characters; 50 is the limit"),
        ({"name": "Dora Desk"}, "works here"),
    ],
)
def test_what_is_wrong_is_said_and_the_text_kept(strict_client, staff, preview, said, sentence):
    page, token, _csrf = preview(strict_client, **said)
    html = page.content.decode()

    assert page.status_code == 422
    assert sentence in html
    assert 'role="alert" tabindex="-1" autofocus' in html
    field = next(iter(said))
    assert f'<a href="#id_{field}">' in html
    assert f'id="id_{field}_error"' in html
    assert 'aria-invalid="true"' in html
    assert said.get("body", "Two numbers, not one.") in html
    assert not token


def test_a_discussion_closed_meanwhile_keeps_the_text(strict_client, preview, discussion):
    _page, token, csrf = preview(strict_client)
    Discussion.objects.update(policy=Policy.CLOSED)

    response = strict_client.post(
        NEW,
        {"body": "My words.", "name": "Ned", "token": token, "csrfmiddlewaretoken": csrf},
    )

    assert response.status_code == 409
    assert "This discussion is closed" in response.content.decode()
    assert "My words." in response.content.decode()
    assert not Comment.objects.exists()


def test_guests_may_be_refused_and_keep_their_text(client, preview, discussion, settings):
    settings.NEWSROOM_GUEST_COMMENTS = False

    response = client.post(NEW, {"body": "My words.", "name": "Ned"})

    assert response.status_code == 403
    assert "My words." in response.content.decode()


def test_an_answer_is_posted_below_what_it_answers(post, say, client):
    parent = say("What was asked.", status=Status.PUBLISHED)
    assert "What was asked." in client.get(f"{NEW}?to=1").content.decode()

    post(to="1")

    assert Comment.objects.get(seq=2).parent == parent


@pytest.mark.parametrize("to", ["-1", "abc", "9" * 20, "1 or 1", "0", "%00", "１"])
def test_an_answer_to_no_number_is_refused(client, story, to):
    response = client.post(NEW, {"body": "Words.", "name": "Ned", "to": to})

    assert response.status_code == 400
    assert not Comment.objects.exists()
    assert client.get(NEW, {"to": to}).status_code == 404


def test_an_answer_to_what_is_not_shown_keeps_the_text(client, say):
    say("Held words.")

    response = client.post(NEW, {"body": "My words.", "name": "Ned", "to": "1"})

    assert response.status_code == 404
    assert "My words." in response.content.decode()
    assert "Held words." not in response.content.decode()


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_hostile_words_are_text_in_the_preview_and_on_the_page(client, say, preview):
    page, _token, _csrf = preview(client, body=HOSTILE, name="<b>Ned</b>")
    say(HOSTILE, name="<i>Ann</i>", status=Status.PUBLISHED)

    for html in (page.content.decode(), client.get("/W460/comments/").content.decode()):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert not re.search("<[bi]>(Ned|Ann)", html)


@pytest.mark.parametrize(
    "body", ["a\x00b c", "\u202egpj.exe", "Z" + "\u0335" * 300, "e\u0301" * 10]
)
def test_strange_characters_never_fail(post, client, body):
    assert post(body=body).status_code == 303
    assert client.get("/W460/comments/").status_code == 200


def test_a_megabyte_is_too_long(client, story):
    response = client.post(NEW, {"body": "x" * 1_000_000, "name": "Ned"})

    assert response.status_code == 422


def test_more_than_the_server_reads_is_refused(client, story):
    body = "body=" + "x" * 3_000_000
    response = client.post(NEW, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in {400, 413}


def test_two_thousand_fields_are_refused(client, story):
    fields = {f"field{number}": "x" for number in range(2000)}

    assert client.post(NEW, fields).status_code in {400, 413}
    encoded = "&".join(f"{name}=x" for name in fields)
    response = client.post(NEW, encoded, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {400, 413}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x; charset=rot13",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=undefined",
        "multipart/form-data; boundary=x; charset=idna",
    ],
)
def test_what_is_no_form_is_refused(client, story, content_type):
    # `post` would encode the body by itself.
    response = client.generic("POST", NEW, b"body=Words&name=Ned", content_type=content_type)

    assert response.status_code in {400, 413, 422}


@pytest.mark.parametrize("body", [b"body=%ED%A0%80ab&name=Ned", b"body=\xff\xfe&name=Ned", b"%"])
def test_broken_bytes_never_fail(client, story, body):
    response = client.post(NEW, body, content_type="application/x-www-form-urlencoded")

    assert response.status_code in {200, 400, 422}


def test_there_is_no_next(strict_client, preview):
    _page, token, csrf = preview(strict_client, address=f"{NEW}?next=//evil.example/")
    response = strict_client.post(
        f"{NEW}?next=//evil.example/",
        {"body": "Words.", "name": "Ned", "token": token, "csrfmiddlewaretoken": csrf,
         "next": "//evil.example/"},
    )  # fmt: skip

    assert response["Location"] == "/W460/comments/"
