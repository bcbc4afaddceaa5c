"""What comes seldom: two at once, a client without an address, a secret key that was changed."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.test import Client

from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
TYPED = {"name": "Branwen T.", "email": "branwen@letters.example", "password1": PASSWORD}
WRONG = "a wrong sentence"


@pytest.mark.parametrize("address", ["", "unix"])
def test_a_client_without_an_address_comes_in(ned, sign_in, address):
    behind_a_socket = Client(REMOTE_ADDR=address)

    assert sign_in(behind_a_socket, "Ned Carrow")["Location"] == "/accounts/"


def test_clients_of_the_old_internet_are_no_single_network_of_the_new(ned, sign_in):
    guesser = Client(REMOTE_ADDR="::ffff:203.0.113.1")
    for number in range(11):
        sign_in(guesser, f"Somebody {number}", WRONG)

    elsewhere = sign_in(Client(REMOTE_ADDR="::ffff:198.51.100.1"), "Ned Carrow")

    assert elsewhere["Location"] == "/accounts/"


def test_two_accounts_that_confirm_one_address_at_once_leave_it_to_the_first(
    client, ned, letters, link_in, monkeypatch
):
    client.post("/accounts/signup/", TYPED)
    link = link_in(letters()[-1], "confirm-email")
    # Between the question and the answer the other one was faster.
    monkeypatch.setattr(EmailAddress, "can_set_verified", lambda address: True)
    EmailAddress.objects.create(user=ned, email=TYPED["email"], verified=True)

    page = client.post(link)

    assert page.status_code == 200
    assert EmailAddress.objects.get(email=TYPED["email"], verified=True).user == ned


def test_an_app_that_is_set_up_twice_at_once_is_set_up_once(client, ned, with_app, monkeypatch):
    client.post("/accounts/login/", {"login": "Ned Carrow", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    with_app(ned)
    monkeypatch.setattr("allauth.mfa.totp.views.is_mfa_enabled", lambda *asked: False)
    monkeypatch.setattr("allauth.mfa.totp.forms.auth.validate_totp_code", lambda *typed: True)

    answer = client.post("/accounts/2fa/totp/activate/", {"code": "123456"})

    assert answer["Location"] == "/accounts/2fa/"
    assert Authenticator.objects.filter(user=ned, type="totp").count() == 1


def test_a_changed_secret_key_is_said_at_the_code(client, ned, with_app, settings, sign_in):
    with_app(ned)
    settings.SECRET_KEY = "another-key-" + "0123456789" * 4
    sign_in(client, "Ned Carrow")

    page = client.post("/accounts/2fa/authenticate/", {"code": "123456"})

    assert page.status_code == 200
    assert "Ask an administrator" in page.content.decode()


def test_the_secret_key_of_before_still_opens(client, ned, with_app, settings):
    secret = with_app(ned)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" + "0123456789" * 4

    authenticator = Authenticator.objects.get(user=ned, type="totp")

    assert decrypt(authenticator.data["secret"]) == secret
    assert secret not in str(authenticator.data)


@pytest.mark.parametrize("email", ["branwen@letters.example", "ned@letters.example"])
def test_a_known_address_takes_as_long_as_a_new_one(client, ned, monkeypatch, email):
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda hasher, *password: hashed.append(1) or encode(hasher, *password),
    )

    client.post("/accounts/signup/", TYPED | {"email": email})

    assert len(hashed) == 1


@pytest.mark.parametrize("password", ["Branwen Tudor", "branwentudor1", "tudor branwen"])
def test_the_public_name_is_no_password(client, password):
    page = client.post(
        "/accounts/signup/",
        TYPED | {"name": "Branwen Tudor", "email": "bt@letters.example", "password1": password},
    )

    assert page.status_code == 200
    assert "public name" in page.content.decode()
    assert not User.objects.filter(email="bt@letters.example").exists()


def test_nor_later(client, ned, sign_in):
    sign_in(client, "Ned Carrow")

    page = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "ned-carrow-1"}
    )

    assert page.status_code == 200
    ned.refresh_from_db()
    assert ned.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "other words here"}),
        ("/accounts/email/", {"email": "ned@elsewhere.example", "action_add": "1"}),
    ],
)
def test_an_account_that_is_erased_meanwhile_takes_nothing_more(
    client, ned, sign_in, address, fields, monkeypatch
):
    sign_in(client, "Ned Carrow")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    User.objects.filter(pk=ned.pk).update(is_active=False)
    closed = User.objects.get(pk=ned.pk)
    User.objects.filter(pk=ned.pk).update(is_active=True)
    monkeypatch.setattr("newsroom.accounts.views.readers.locked", lambda user: closed)

    answer = client.post(address, fields)

    assert answer["Location"] == "/accounts/inactive/"
    assert User.objects.get(pk=ned.pk).check_password(PASSWORD)
    assert EmailAddress.objects.count() == 1


def test_nobody_comes_into_an_account_that_is_erased_in_this_moment(
    client, ned, sign_in, monkeypatch
):
    closed = User.objects.get(pk=ned.pk)
    closed.is_active = False
    monkeypatch.setattr("newsroom.accounts.views.readers.locked", lambda user: closed)

    answer = sign_in(client, "Ned Carrow")

    assert answer["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/").status_code == 302


def test_a_link_of_an_account_that_is_erased_is_no_good(client, ned, letters, link_in):
    client.post("/accounts/signup/", TYPED)
    link = link_in(letters()[-1], "confirm-email")
    User.objects.filter(reader__name="Branwen T.").update(is_active=False)

    page = client.post(link)

    assert page.status_code < 400
    assert not EmailAddress.objects.filter(email="branwen@letters.example", verified=True).exists()


def test_an_address_that_an_administrator_replaced_opens_nothing_more(
    client, ned, sign_in, admin_client
):
    page = f"/admin/auth/user/{ned.pk}/change/"
    fields = {"username": ned.username, "email": "New@Letters.example", "is_active": "on",
              "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}  # fmt: skip

    answer = admin_client.post(page, fields)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert list(EmailAddress.objects.filter(user=ned).values_list("email", "verified")) == [
        ("new@letters.example", True)
    ]
    assert sign_in(client, "ned@letters.example").status_code == 200
    assert sign_in(client, "new@letters.example")["Location"] == "/accounts/"


def test_staff_get_no_user_name_by_which_a_reader_signs_in(ned, admin_client):
    typed = {"username": "nedcarrow", "usable_password": "true", "password1": PASSWORD,
             "password2": PASSWORD}  # fmt: skip

    page = admin_client.post("/admin/auth/user/add/", typed)

    assert "A reader signs in by this name" in page.content.decode()
    assert not User.objects.filter(username="nedcarrow").exists()
