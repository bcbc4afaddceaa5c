"""A reader with everything that an account can have."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from comments import moderation, posting, tokens
from comments.models import Comment
from comments.readers import join

ADDRESS = "marit.solberg@example.org"
PASSWORD = "a short sentence is good"


@pytest.fixture
def marit(db):
    """A reader with everything that an account can have."""
    user = User.objects.create_user(
        "reader-wq3hz7ak",
        ADDRESS,
        PASSWORD,
        first_name="Marit",
        last_name="Solberg",
        last_login=timezone.now(),
    )
    join(user, "Marit S.")
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email="marit@example.net")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "5eed5eed"})
    return user


@pytest.fixture
def words(marit, publish_article):
    """What Marit said, as readers see it."""
    story = publish_article(code="W460")
    comment = posting.post(
        story, body="Which plough?", author=marit, address="203.0.113.77", token=tokens.make("W460")
    )
    Comment.objects.filter(pk=comment.pk).update(ip_hash="0f" * 32)
    moderation.transition(comment, expected="held", revision=1, to="published", by=None)
    return comment


def signed_in(user, *, password=PASSWORD, **options):
    """A browser in which the user signed in, and gave the password again a moment ago."""
    client = Client(**options)
    client.force_login(user)
    if password:
        client.post("/accounts/reauthenticate/", {"password": password})
    return client
