"""A reader and an editor at the one door, and the letters that reach them."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core import mail as outbox

from comments import readers
from newsroom import tasks

PASSWORD = "a short sentence is good"


@pytest.fixture
def ned(db):
    """A reader with a confirmed address."""
    user = User.objects.create_user("reader-ned", "ned@letters.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    readers.join(user, "Ned Carrow")
    return user


@pytest.fixture
def sign_in():
    """sign_in(client, name) posts the form of the door."""

    def sign_in(client, login, password=PASSWORD, **more):
        return client.post("/accounts/login/", {"login": login, "password": password} | more)

    return sign_in


@pytest.fixture
def letters():
    """A function that lets the post go out and gives all letters that were sent."""

    def letters():
        tasks.run_due()
        return outbox.outbox

    return letters


@pytest.fixture
def link_in():
    """A function that finds the one link of a letter, as a path."""

    def link_in(letter, part):
        (found,) = re.findall(rf"http://testserver(/accounts/{part}\S+)", letter.body)
        return found

    return link_in


@pytest.fixture
def with_app():
    """with_app(user) gives the account a second factor; the app's secret comes back."""

    def with_app(user):
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
        return secret

    return with_app
