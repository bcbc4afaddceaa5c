"""One door for readers and staff; it tells nobody which names exist."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User

from comments import readers
from newsroom.accounts.backend import owner_of
from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
DOOR = "/accounts/login/"
HOSTILE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "http:///evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "http://testserver@evil.example/",
    "http://testserver/",
    "x" * 5000,
    "\x00",
]


def signed_in(client):
    return client.get("/accounts/").status_code == 200


def sentence_of(response):
    """The page without what was typed and without the token of its form."""
    page = re.sub(r'value="[^"]*"', "", response.content.decode())
    return response.status_code, page


@pytest.mark.parametrize(
    "typed",
    ["Ned Carrow", "ned carrow", "NED  CARROW", "Nеd Carrow", "ned@letters.example",
     "NED@Letters.Example", " Ned Carrow ", "reader-ned"],
)  # fmt: skip
def test_a_reader_comes_in_by_name_or_address_in_any_case(client, ned, sign_in, typed):
    answer = sign_in(client, typed)

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/")
    assert signed_in(client)


@pytest.mark.parametrize("typed", ["edda", "EDDA", "edda@paper.example", "Edda@Paper.example"])
def test_staff_come_in_without_a_confirmed_address_and_land_on_the_desk(
    client, account, sign_in, typed
):
    account("edda", "Section editor", email="edda@paper.example")

    answer = sign_in(client, typed, "secret")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_user_name_goes_before_a_public_name(client, ned, account, sign_in):
    account("Ned Carrow")

    assert sign_in(client, "Ned Carrow", "secret")["Location"] == "/admin/"
    assert sign_in(client, "ned@letters.example").status_code == 302


def test_of_two_user_names_that_differ_in_case_the_one_as_typed_is_meant(account):
    small, large = account("edda"), account("Edda")

    assert (owner_of("edda"), owner_of("Edda")) == (small, large)


def test_a_confirmed_address_goes_before_one_that_an_administrator_wrote(ned, account):
    account("edda", email="NED@letters.example")

    assert owner_of("ned@letters.example") == ned


def test_an_address_that_waits_to_be_confirmed_opens_nothing(ned):
    EmailAddress.objects.create(user=ned, email="other@letters.example")

    assert owner_of("other@letters.example") is None


def test_looking_for_the_owner_of_a_name_costs_four_queries(ned, django_assert_max_num_queries):
    # A user name, an address, the address of staff, a public name.
    with django_assert_max_num_queries(4):
        owner_of("Nobody")


# Who is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(("known", "unknown"), [
    ("Ned Carrow", "Nobody Here"),
    ("ned@letters.example", "nobody@letters.example"),
    ("edda", "nobody"),
    ("edda@paper.example", "nobody@paper.example"),
    ("gone", "nobody"),
])  # fmt: skip
def test_a_name_that_nobody_has_and_a_wrong_password_look_the_same(
    client, ned, account, sign_in, known, unknown, monkeypatch
):
    account("edda", email="edda@paper.example")
    account("gone", is_active=False)
    account("nobody-yet")
    hashed = []
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or f"md5${salt}$0",
    )

    known_page = sign_in(client, known, "a wrong sentence")
    of_known, hashed[:] = list(hashed), []
    unknown_page = sign_in(client, unknown, "a wrong sentence")

    assert known_page.status_code == 200
    assert "do not belong together" in known_page.content.decode()
    assert sentence_of(known_page) == sentence_of(unknown_page)
    assert of_known == hashed == ["a wrong sentence"]


def test_a_closed_account_is_told_so_to_who_knows_its_password(client, ned, sign_in):
    User.objects.filter(pk=ned.pk).update(is_active=False)

    answer = sign_in(client, "Ned Carrow")

    assert answer["Location"] == "/accounts/inactive/"
    assert "closed" in client.get(answer["Location"]).content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(
    "typed", ["", " ", "\x00", "%", "_", "a" * 100_000, "🌊", "'; --", "\u202e"]
)
def test_whatever_is_typed_for_a_name_is_answered_by_the_page(client, ned, sign_in, typed):
    answer = sign_in(client, typed)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not signed_in(client)


def test_the_account_of_wire_copy_does_not_come_in(client, sign_in):
    assert "do not belong together" in sign_in(client, "wire", "!").content.decode()


# Where to ------------------------------------------------------------------------------


def test_the_page_that_was_asked_for_comes_after_the_door(client, ned, sign_in):
    asked = client.get("/accounts/email/")
    page = client.get(asked["Location"])

    answer = sign_in(client, "Ned Carrow", next="/accounts/email/")

    assert asked["Location"] == "/accounts/login/?next=%2Faccounts%2Femail%2F"
    assert 'name="next" value="/accounts/email/"' in page.content.decode()
    assert answer["Location"] == "/accounts/email/"


@pytest.mark.parametrize("url", HOSTILE)
def test_nobody_is_sent_off_the_site_after_signing_in(client, ned, sign_in, url):
    assert sign_in(client, "Ned Carrow", next=url)["Location"] == "/accounts/"
    # Signed in already.
    assert client.get(DOOR, {"next": url})["Location"] == "/accounts/"
    assert client.get("/accounts/signup/", {"next": url})["Location"] == "/accounts/"


def test_an_address_with_line_ends_adds_no_header(client, ned, sign_in):
    answer = sign_in(client, "Ned Carrow", next="/\r\nSet-Cookie: a=b")

    assert answer["Location"] == "/%0D%0ASet-Cookie:%20a=b"
    assert "a" not in answer.cookies


@pytest.mark.parametrize("url", HOSTILE)
def test_nobody_is_sent_off_the_site_by_another_form(client, ned, sign_in, letters, link_in, url):
    sign_in(client, "Ned Carrow")
    again = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": url})
    out = client.post("/accounts/logout/", {"next": url})
    client.post(
        "/accounts/signup/",
        {"name": "Branwen T.", "email": "b@letters.example", "password1": PASSWORD, "next": url},
    )
    (letter,) = letters()
    confirmed = client.post(link_in(letter, "confirm-email"), {"next": url})

    assert again["Location"] == "/accounts/"
    assert out["Location"] == "/"
    assert confirmed["Location"] == "/accounts/login/"


def test_signing_out_asks_first_and_happens_by_a_button(client, ned, sign_in):
    sign_in(client, "Ned Carrow")

    asked = client.get("/accounts/logout/")
    assert (asked.status_code, signed_in(client)) == (200, True)
    client.post("/accounts/logout/")

    assert not signed_in(client)


def test_a_session_that_is_not_kept_ends_with_the_browser(client, ned, sign_in):
    short = sign_in(client, "Ned Carrow").cookies["sessionid"]["max-age"]
    client.post("/accounts/logout/")
    long = sign_in(client, "Ned Carrow", remember="on").cookies["sessionid"]["max-age"]

    assert short == ""
    assert long > 24 * 3600


# The desk ------------------------------------------------------------------------------


def test_the_desk_sends_strangers_to_the_one_door(client, account, sign_in):
    account("edda", "Section editor")
    asked = client.get("/admin/comments/comment/", follow=True)

    answer = sign_in(client, "edda", "secret", next="/admin/comments/comment/")

    assert asked.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fcomments%2Fcomment%2F"
    assert answer["Location"] == "/admin/comments/comment/"


def test_a_reader_at_the_desk_is_told_so_in_plain_words(client, ned, sign_in):
    sign_in(client, "Ned Carrow")

    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert len(answer.redirect_chain) == 1
    assert "This account may not come in here" in answer.content.decode()


def test_djangos_own_forms_open_nothing_beside_the_door(client, account, sign_in):
    """They count no tries, and ask for no second factor."""
    account("edda", "Section editor")
    account("pia", "Publisher")
    sign_in(client, "edda", "secret")

    answer = client.post("/admin/login/", {"username": "pia", "password": "secret"})

    assert answer["Location"] == "/admin/"
    assert "edda" in client.get("/accounts/").content.decode()
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_the_desk_is_left_by_the_same_way(client, account, sign_in):
    account("edda", "Section editor")
    sign_in(client, "edda", "secret")

    assert client.get("/admin/logout/").status_code == 200
    assert client.post("/admin/logout/")["Location"] == "/"
    assert not signed_in(client)


# What stays on this side of the door ---------------------------------------------------


def test_readers_who_are_not_signed_in_get_no_cookie_and_the_same_bytes(client, paper):
    first, second = client.get("/"), client.get("/")

    assert not first.cookies
    assert first.content == second.content
    assert "Vary" not in first
    assert "/accounts/login/" in first.content.decode()


def test_a_page_for_somebody_who_is_signed_in_is_kept_by_nobody(client, ned, sign_in):
    sign_in(client, "Ned Carrow")

    page = client.get("/")

    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]
    assert ">Ned Carrow<" in page.content.decode()


def test_a_reader_of_no_account_is_named_by_no_page(client, ned, sign_in):
    readers.put_on_hold(ned)
    sign_in(client, "Ned Carrow")

    assert "reader-ned" not in client.get("/").content.decode()
    assert "on hold" in client.get("/accounts/").content.decode()
