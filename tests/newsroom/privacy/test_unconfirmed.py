"""An account that nobody confirms keeps neither a name nor an address."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from comments import names, readers
from comments.models import Reader
from newsroom import tasks
from newsroom.models import CachedValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_up():
    """sign_up(days ago, confirmed) makes an account as the form does."""

    def sign_up(days, *, confirmed=False, **fields):
        user = User.objects.create_user(
            "reader-x", "x@letters.example", date_joined=timezone.now() - timedelta(days), **fields
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=confirmed, primary=True)
        readers.join(user, "Branwen T.")
        return user

    return sign_up


def test_after_a_week_the_name_and_the_address_are_free(sign_up):
    user = sign_up(8)

    tasks.go_the_round()

    user.refresh_from_db()
    assert (user.is_active, user.email) == (False, "")
    assert not EmailAddress.objects.exists()
    assert names.refusal("Branwen T.") is None


@pytest.mark.parametrize(
    ("days", "more"),
    [
        (6, {}),
        (8, {"confirmed": True}),
        (8, {"last_login": timezone.now()}),
        (8, {"is_staff": True}),
        (8, {"is_superuser": True}),
    ],
)
def test_others_stay(sign_up, days, more):
    sign_up(days, **more)

    tasks.go_the_round()

    assert Reader.objects.filter(name="Branwen T.").exists()
    assert EmailAddress.objects.exists()


def test_counted_tries_are_forgotten_once_they_count_no_more(db, time_machine):
    cache.set("tries:192.0.2.7", [1.0], 300)
    tasks.go_the_round()
    assert CachedValue.objects.exists()

    time_machine.move_to(timezone.now() + timedelta(minutes=6))
    tasks.go_the_round()

    assert not CachedValue.objects.exists()


def test_a_reader_of_before_accounts_had_addresses_stays(db):
    user = User.objects.create_user(
        "ned", "ned@letters.example", date_joined=timezone.now() - timedelta(days=300)
    )
    readers.join(user, "Ned Carrow")

    tasks.go_the_round()

    user.refresh_from_db()
    assert (user.is_active, user.email) == (True, "ned@letters.example")


def test_many_are_erased_a_few_at_a_time(db, monkeypatch):
    monkeypatch.setattr("newsroom.privacy.A_FEW", 2)
    for number, name in enumerate(("Ann", "Ben", "Cora")):
        user = User.objects.create_user(
            f"reader-{number}", date_joined=timezone.now() - timedelta(days=8)
        )
        EmailAddress.objects.create(user=user, email=f"{name}@letters.example", primary=True)
        readers.join(user, name)

    tasks.go_the_round()
    assert Reader.objects.count() == 1
    tasks.go_the_round()

    assert not Reader.objects.exists()
