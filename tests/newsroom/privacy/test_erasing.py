from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail as sent
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from django.utils.http import int_to_base36

from articles.models import Person
from comments.erasure import Words
from comments.models import Comment, Reader
from comments.proof import discrepancies
from comments.readers import join
from newsroom import mail, privacy
from newsroom.models import Letter
from tests.newsroom.privacy.conftest import ADDRESS, PASSWORD, signed_in

pytestmark = pytest.mark.django_db
EXPORT, ERASE = "/accounts/export/", "/accounts/erase/"


# Who may ask ----------------------------------------------------------------------------


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_a_stranger_is_asked_to_sign_in(address, client):
    client.post(address, {"words": "withdraw"})

    assert client.get(address)["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_the_password_is_asked_again(address, marit):
    browser = signed_in(marit, password=None)

    asked = browser.get(address)
    posted = browser.post(address, {"words": "withdraw"})

    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert posted["Location"] == address
    assert not posted.has_header("Content-Disposition")
    assert Reader.objects.filter(user=marit).exists()


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_what_was_posted_too_late_is_not_kept_in_the_session(address, marit):
    browser = signed_in(marit)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        browser.post(address, {"words": "withdraw"}, REMOTE_ADDR="203.0.113.77")

        (session,) = Session.objects.all()

    assert "203.0.113.77" not in str(session.get_decoded())
    assert Reader.objects.filter(user=marit).exists()


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_a_form_of_another_site_does_nothing(address, marit):
    browser = signed_in(marit)
    browser.handler.enforce_csrf_checks = True

    assert browser.post(address, {"words": "withdraw"}).status_code == 403
    assert Reader.objects.filter(user=marit).exists()


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_looking_at_a_page_does_nothing(address, marit):
    browser = signed_in(marit)

    page = browser.get(address, {"words": "withdraw"})

    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert Reader.objects.filter(user=marit).exists()


@pytest.mark.parametrize("address", [EXPORT, ERASE])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_else_is_answered(address, method, marit):
    assert getattr(signed_in(marit), method)(address).status_code == 405
    assert Reader.objects.filter(user=marit).exists()


# Erasing oneself ------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{}, {"words": ""}, {"words": "burn"}, {"words": "\0"}])
def test_nothing_is_erased_without_a_choice(marit, words, data):
    response = signed_in(marit).post(ERASE, data)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Nothing is erased yet" in page
    assert " checked" not in page
    assert Reader.objects.filter(user=marit).exists()


@pytest.mark.parametrize("choice", Words)
def test_nothing_of_the_person_stays_in_the_database(marit, words, choice):
    desk = User.objects.create_superuser("it")
    for row in (marit, marit.reader, EmailAddress.objects.first()):
        LogEntry.objects.log_actions(desk.pk, [row], CHANGE, [f"Marit {ADDRESS}"])
    mail.post(EmailMessage("Your name", "Marit S.", to=[ADDRESS.title()]))
    other_device, signing_in = signed_in(marit), Client()
    signing_in.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD})
    secrets = [ADDRESS, "marit@", "Marit", "Solberg", "wq3hz7ak", marit.password, "JBSWY3", "5eed"]
    assert all(secret.lower() in everything_stored() for secret in secrets)

    response = signed_in(marit).post(ERASE, {"words": choice})

    assert "Your account is erased" in response.content.decode()
    stored = everything_stored()
    for secret in (*secrets, "0f0f"):
        assert secret.lower() not in stored
    assert ("which plough?" in stored) == (choice == Words.KEEP)
    assert other_device.get(EXPORT)["Location"].startswith("/accounts/login/")


def everything_stored():
    """Every row of every table in one text, sessions opened, in small letters."""
    rows = [row for model in apps.get_models() for row in model.objects.values_list()]
    opened = [session.get_decoded() for session in Session.objects.all()]
    return f"{rows} {opened}".lower()


def test_the_account_that_the_record_names_stays_as_a_number(marit, words):
    marit.user_permissions.add(Permission.objects.first())

    privacy.erase(marit, words=Words.KEEP)

    account = User.objects.get(pk=marit.pk)
    assert account.username == f"erased-{marit.pk}"
    assert account.get_full_name() == account.email == ""
    assert not account.is_active
    assert not account.has_usable_password()
    assert account.last_login is None
    assert not account.user_permissions.exists()
    assert Comment.objects.get().author == account


def test_whoever_is_erased_is_signed_out_everywhere(marit):
    here, there = signed_in(marit), signed_in(marit)

    response = here.post(ERASE, {"words": "keep"})

    assert response.cookies["sessionid"].value == ""
    assert not Session.objects.exists()
    assert there.get(EXPORT)["Location"].startswith("/accounts/login/")


def test_a_session_that_outlives_its_account_is_dead(marit):
    there = signed_in(marit)
    User.objects.filter(pk=marit.pk).update(is_active=False)

    assert there.get(EXPORT)["Location"].startswith("/accounts/login/")


def test_the_sessions_of_others_go_on(marit, reporter):
    other, guest = signed_in(reporter, password="secret"), Client()
    session = guest.session
    session["comments"] = [1]
    session.save()

    privacy.erase(marit, words=Words.KEEP)

    assert other.get(EXPORT).status_code == 200
    assert Session.objects.count() == 2


@pytest.mark.parametrize(
    "known_by",
    [
        lambda user: {"_auth_user_id": str(user.pk)},
        lambda user: {"account_authentication_methods_user": str(user.pk)},
        lambda user: {"account_login": {"user_pk": int_to_base36(user.pk), "email": ADDRESS}},
    ],
)
def test_a_session_is_found_from_the_first_page_of_signing_in(marit, known_by):
    """Signing up, and signing in with a second factor, take several pages."""
    session = SessionStore()
    session.update(known_by(marit))
    session.save()

    privacy.erase(marit, words=Words.KEEP)

    assert not Session.objects.exists()


def test_letters_to_others_are_sent(marit):
    mail.post(EmailMessage("Yours", "Words", to=["somebody@example.org"]))
    mail.post(EmailMessage("Hers", "Words", to=[ADDRESS]))

    privacy.erase(marit, words=Words.KEEP)

    assert [letter.subject for letter in Letter.objects.all()] == ["Yours"]
    assert not sent.outbox


def test_the_name_and_the_address_are_free_again(marit):
    privacy.erase(marit, words=Words.KEEP)

    other = User.objects.create_user("reader-wq3hz7ak", ADDRESS)
    EmailAddress.objects.create(user=other, email=ADDRESS, verified=True, primary=True)
    assert join(other, "Marit S.").name == "Marit S."


def test_an_erasure_that_fails_erases_nothing(marit, words, monkeypatch):
    def fail(account):
        raise RuntimeError("the plough is in the ditch")

    before = everything_stored()
    monkeypatch.setattr(privacy, "_end_sessions_of", fail)

    with pytest.raises(RuntimeError):
        privacy.erase(marit, words=Words.WITHDRAW)

    assert everything_stored() == before


def test_every_count_is_true_afterwards(marit, words):
    privacy.erase(marit, words=Words.WITHDRAW)

    assert not list(discrepancies())


# The newsroom's own -----------------------------------------------------------------------


def of_the_staff(user):
    user.is_staff = True


def a_superuser(user):
    user.is_superuser = True


def of_a_group(user):
    user.groups.add(Group.objects.get(name="Wire"))


def on_bylines(user):
    Person.objects.create(user=user, name="Marit Solberg", slug="marit")


@pytest.mark.parametrize("become", [of_the_staff, a_superuser, of_a_group, on_bylines])
def test_an_account_of_the_newsroom_is_not_erased(marit, become):
    become(marit)
    marit.save()
    before = everything_stored()

    with pytest.raises(privacy.NotErasable, match="asks an administrator"):
        privacy.erase(marit, words=Words.KEEP)

    assert everything_stored() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_colleague_is_told_whom_to_ask(reporter, method):
    response = getattr(signed_in(reporter, password="secret"), method)(ERASE, {"words": "keep"})

    page = response.content.decode()
    assert response.status_code == 403
    assert "asks an administrator to close it" in page
    assert "<form" not in page.partition("<main")[2]
