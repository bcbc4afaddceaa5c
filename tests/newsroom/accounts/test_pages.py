"""Every page of the accounts is a page of the paper: sound HTML, no cache, nothing foreign."""

import logging
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse

from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
UP = {"name": "Branwen T.", "email": "zqmail@letters.example", "password1": "zqpassword of words"}
FOR_STRANGERS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
FOR_READERS = [
    "account",
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_export",
    "account_erase",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_generate_recovery_codes",
]
FOR_THE_CAREFUL = [
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
]
# Only ever a redirect or a file here.
OTHERS = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "account_set_password",
    "mfa_authenticate",
    "mfa_download_recovery_codes",
}
VOID = {"meta", "link", "input", "img", "br", "hr"}


class Page(HTMLParser):
    """What is wrong with a page, as far as a list of its elements can tell."""

    def __init__(self, response):
        super().__init__()
        self.open, self.ids, self.points_to, self.wrong, self.h1 = [], [], [], [], 0
        self.inputs, self.labels, self.language, self.direction = [], set(), None, None
        self.feed(response.content.decode())
        self.close()
        self.wrong += [f"{tag} stays open" for tag in self.open]
        self.wrong += [f"id {name} twice" for name in self.ids if self.ids.count(name) > 1]
        self.wrong += [f"no id {name}" for name in self.points_to if name not in self.ids]
        self.wrong += [f"no label for {name}" for name in self.inputs if name not in self.labels]

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.language, self.direction = found.get("lang"), found.get("dir")
        self.h1 += tag == "h1"
        if "style" in found or any(name.startswith("on") for name in found):
            self.wrong.append(f"inline code in {tag}")
        if len(found) != len(attrs):
            self.wrong.append(f"an attribute twice in {tag}")
        if "id" in found:
            self.ids.append(found["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.points_to += found.get(name, "").split()
        if tag == "label":
            self.labels.add(found.get("for"))
        if tag == "input" and found.get("type") != "hidden" and "id" in found:
            self.inputs.append(found["id"])
        if found.get("href", "").startswith("#") and len(found["href"]) > 1:
            self.points_to.append(found["href"][1:])
        if tag in {"ul", "ol", "div", "form", "h1", "h2", "p"} and "p" in self.open[:-1]:
            self.wrong.append(f"{tag} in p")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def assert_sound(response, address):
    page = Page(response)
    text = response.content.decode()
    assert page.wrong == [], address
    assert page.h1 == 1, address
    assert "allauth" not in text.lower()
    assert "Forgot your password?" not in text, "a sentence that is not the paper's own"
    assert "testserver" not in text
    assert "no-store" in response["Cache-Control"], address
    assert '<link rel="stylesheet" href="/static/css/newsroom.css">' in text
    assert '<meta name="robots" content="noindex">' in text, address
    return page


@pytest.fixture
def visit(client, ned, sign_in, with_app):
    """visit(names) opens these pages as whoever they are for."""

    def visit(names):
        if names is not FOR_STRANGERS:
            sign_in(client, "Ned Carrow")
            client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        if names is FOR_THE_CAREFUL:
            with_app(ned)
        return {name: client.get(reverse(name)) for name in names}

    return visit


@pytest.mark.parametrize("names", [FOR_STRANGERS, FOR_READERS, FOR_THE_CAREFUL])
def test_a_page_of_the_accounts_is_sound(visit, names):
    for name, response in visit(names).items():
        assert response.status_code == 200, name
        assert_sound(response, name)


@pytest.mark.parametrize("names", [FOR_STRANGERS, FOR_READERS, FOR_THE_CAREFUL])
def test_a_form_that_is_refused_is_sound_too(visit, client, names):
    visit(names)

    for name in names:
        response = client.post(reverse(name), {"action_add": "1", "code": "0", "name": ""})
        if response.status_code in (200, 422):
            assert_sound(response, name)


def test_the_pages_are_in_the_language_of_the_site(visit, settings):
    settings.LANGUAGE_CODE = "ar"

    for name, response in visit(FOR_READERS).items():
        page = Page(response)
        assert (page.language, page.direction) == ("ar", "rtl"), name


def test_no_address_of_the_accounts_is_forgotten_here():
    known = {*FOR_STRANGERS, *FOR_READERS, *FOR_THE_CAREFUL, *OTHERS}
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert {name for name in named if name.startswith(("account", "mfa"))} == known


@pytest.mark.parametrize(
    "address",
    ["3rdparty/", "social/signup/", "login/code/confirm/", "2fa/webauthn/", "2fa/trust/",
     "phone/verify/", "sessions/", "password/reset/complete/"],
)  # fmt: skip
def test_what_is_not_wanted_has_no_address(client, address):
    assert client.get(f"/accounts/{address}").status_code == 404


def test_the_page_for_too_many_tries_is_sound(client):
    with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False):
        for _ in range(31):
            response = client.post("/accounts/login/", {"login": "x", "password": "y"})

    assert Page(response).wrong == []


def test_the_page_for_who_may_not_is_sound(client, ned, sign_in):
    sign_in(client, "Ned Carrow")

    assert Page(client.get("/admin/", follow=True)).wrong == []


def test_programs_that_ask_for_json_get_the_page(client, ned):
    answer = client.post(
        "/accounts/login/",
        {"login": "x", "password": "y"},
        headers={"accept": "application/json", "x-requested-with": "XMLHttpRequest"},
    )

    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_messages_do_not_follow_a_reader_about(client, ned, letters, link_in, sign_in):
    client.post("/accounts/signup/", UP)
    (letter,) = letters()
    client.post(link_in(letter, "confirm-email"))
    assert "Your mail address is confirmed." in client.get("/accounts/login/").content.decode()

    assert "messages" not in client.cookies or not client.cookies["messages"].value
    sign_in(client, "Ned Carrow")
    assert "confirmed" not in client.get("/accounts/").content.decode()
    left = client.post("/accounts/logout/")
    assert {name: cookie["max-age"] for name, cookie in left.cookies.items()} == {"sessionid": 0}


# What is written down about all this -------------------------------------------------------


@pytest.fixture
def log(caplog):
    for name in ("", "django", "django.request", "django.security", "allauth", "newsroom"):
        caplog.set_level(logging.DEBUG, logger=name)
    # What the database is asked is logged by no setting of ours.
    caplog.set_level(logging.INFO, logger="django.db.backends")
    return lambda: "\n".join(
        f"{record.getMessage()} {record.exc_text} {record.__dict__}" for record in caplog.records
    )


def test_nothing_that_is_secret_is_logged(client, ned, letters, link_in, sign_in, with_app, log):
    client.post("/accounts/signup/", UP)
    link = link_in(letters()[-1], "confirm-email")
    key = link.split("/")[-2]
    for _ in range(2):
        client.get(link)
        client.post(link)
    for password in ("zqwrong one", "zqpassword of words"):
        sign_in(client, "zqmail@letters.example", password)
    client.post("/accounts/password/change/", {"oldpassword": "zqwrong", "password1": "zq"})
    client.post("/accounts/reauthenticate/", {"password": "zqpassword of words"})
    client.post("/accounts/email/", {"email": "zqnew@letters.example", "action_add": "1"})
    page = client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": "zq0000"})
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": "zqmail@letters.example"})
    reset = link_in(letters()[-1], "password/reset/key/")
    for _ in range(2):
        form = client.get(reset, follow=True).request["PATH_INFO"]
        client.post(form, {"password1": "zqthird of words"})
    Client(enforce_csrf_checks=True).post("/accounts/login/", {"password": "zqforged"})

    written = log()
    assert "zq" not in written
    assert page.context["form"].secret not in written
    assert reset.split("/")[-2].partition("-")[2] not in written
    assert key not in written
