"""An account is a public name and a confirmed address, made whole or not at all."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import IntegrityError

from comments import names
from comments.models import Reader
from newsroom.models import Letter

pytestmark = pytest.mark.django_db
UP = "/accounts/signup/"
PASSWORD = "a short sentence is good"
TYPED = {"name": "Branwen T.", "email": "branwen@letters.example", "password1": PASSWORD}


def of_readers():
    return User.objects.exclude(username="wire")


def html_of(response):
    return response.content.decode()


def test_a_reader_signs_up_confirms_and_comes_in(client, letters, link_in, sign_in):
    sent = client.post(UP, TYPED)
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/confirm-email/")
    (letter,) = letters()
    assert letter.to == ["branwen@letters.example"]
    assert letter.subject == "Newsroom: Confirm your mail address"
    link = link_in(letter, "confirm-email")

    looked = client.get(link)
    assert not EmailAddress.objects.get().verified, "a mail scanner confirms nothing"
    confirmed = client.post(link)

    assert "Confirm the address" in html_of(looked)
    assert (confirmed.status_code, confirmed["Location"]) == (302, "/accounts/login/")
    assert EmailAddress.objects.get().verified
    came_in = sign_in(client, "branwen t")
    assert (came_in.status_code, came_in["Location"]) == (302, "/accounts/")
    assert "Branwen T." in html_of(client.get("/accounts/"))


def test_the_user_name_says_nothing_of_the_reader(client):
    client.post(UP, TYPED)

    user = of_readers().get()
    assert user.username.startswith("reader-")
    assert "branwen" not in user.username


def test_without_the_letter_nobody_comes_in(client, letters, sign_in):
    client.post(UP, TYPED)

    answer = sign_in(client, "Branwen T.")

    assert answer["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "two characters"),
        ({"name": "moderator"}, "works here"),
        ({"name": "Ned  carrow"}, "Another reader"),
        ({"name": "x" * 51}, "50 is the limit"),
        ({"email": "nobody"}, "valid email"),
        ({"email": ""}, "“Mail address” is empty."),
        ({"password1": "short"}, "10 characters"),
        ({"password1": "1234567890123"}, "numeric"),
        ({"password1": ""}, "“Password” is empty."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, ned, wrong, sentence):
    page = client.post(UP, TYPED | wrong)

    assert page.status_code == 200
    assert sentence in html_of(page)
    assert 'role="alert"' in html_of(page)
    assert of_readers().count() == 1
    assert not Letter.objects.exists()


def test_a_known_address_looks_the_same_and_its_owner_is_told(client, ned, letters):
    answer = client.post(UP, TYPED | {"email": "NED@letters.example"})

    assert answer["Location"] == "/accounts/confirm-email/"
    (letter,) = letters()
    assert letter.to == ["ned@letters.example"]
    assert "belongs to an account already" in letter.body
    assert of_readers().count() == 1


def test_two_who_want_one_name_at_once_leave_one_account(client, ned, monkeypatch):
    monkeypatch.setattr(names, "refusal", lambda name, of=None: None)

    page = client.post(UP, TYPED | {"name": "Ned Carrow"})

    assert page.status_code == 200
    assert "Another reader" in html_of(page)
    assert of_readers().count() == 1
    assert Reader.objects.count() == 1
    assert not Letter.objects.exists()


def test_a_letter_that_cannot_be_written_leaves_no_account(client, monkeypatch):
    monkeypatch.setattr(
        "newsroom.mail.Letter.objects.create", lambda **kw: (_ for _ in ()).throw(IntegrityError)
    )
    client.raise_request_exception = False

    client.post(UP, TYPED)

    assert not of_readers().exists()
    assert not Reader.objects.exists()


def test_what_fills_in_the_hidden_field_gets_no_account(client):
    answer = client.post(UP, TYPED | {"website": "http://cheap.example"})

    assert answer.status_code == 302
    assert not of_readers().exists()


def test_a_name_with_line_ends_does_not_reach_a_letters_head(client, letters):
    client.post(UP, TYPED | {"name": "Branwen\r\nBcc: all"})

    (letter,) = letters()
    assert letter.recipients() == ["branwen@letters.example"]
    assert "\n" not in letter.subject


def test_letters_lead_to_the_sites_own_address(client, letters, settings):
    settings.SITE_URL = "https://paper.example"

    client.post(UP, TYPED, headers={"host": "localhost"})

    (letter,) = letters()
    assert "https://paper.example/accounts/confirm-email/" in letter.body
    assert "localhost" not in letter.body


@pytest.mark.parametrize("key", ["x", "Mw:1x:y", "Mw:" + "a" * 300])
def test_a_link_that_is_not_ours_is_said_to_be_no_good(client, ned, key):
    page = client.get(f"/accounts/confirm-email/{key}/")

    assert page.status_code == 200
    assert "no longer good" in html_of(page)
    assert "no longer good" in html_of(client.post(f"/accounts/confirm-email/{key}/"))


def test_a_button_pressed_twice_says_so(client, letters, link_in):
    client.post(UP, TYPED)
    link = link_in(letters()[0], "confirm-email")
    client.post(link)

    assert "used already" in html_of(client.post(link))
