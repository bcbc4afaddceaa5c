import json
from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.utils import timezone

from comments import posting, tokens
from comments.models import Comment
from newsroom import privacy
from tests.newsroom.privacy.conftest import ADDRESS, signed_in

pytestmark = pytest.mark.django_db
EXPORT = "/accounts/export/"


def test_a_reader_takes_a_copy_of_everything(marit, words):
    response = signed_in(marit).post(EXPORT)

    copy = json.loads(response.content)
    assert copy["account"]["public_name"] == "Marit S."
    assert copy["account"]["full_name"] == "Marit Solberg"
    assert copy["account"]["mail_addresses"] == [
        {"address": ADDRESS, "verified": True},
        {"address": "marit@example.net", "verified": False},
    ]
    assert copy["account"]["two_factor"] is True
    assert [said["text"] for said in copy["comments"]] == ["Which plough?"]


def test_the_copy_is_a_file_that_no_cache_keeps(marit):
    with time_machine.travel("2026-11-23T12:00:00Z"):
        response = signed_in(marit).post(EXPORT)

    name = "newsroom-export-2026-11-23.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/json"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_no_secret_is_in_the_copy(marit, words):
    copy = str(privacy.copy_of(marit))

    for secret in (marit.password, "JBSWY3DPEHPK3PXP", "5eed5eed", words.token, "0f0f"):
        assert secret not in copy


def test_recovery_codes_alone_are_no_second_factor(marit):
    Authenticator.objects.filter(type="totp").delete()

    assert privacy.copy_of(marit)["account"]["two_factor"] is False


def test_an_address_that_an_administrator_gave_is_in_the_copy(account):
    user = account("reporter", email=ADDRESS)

    addresses = privacy.copy_of(user)["account"]["mail_addresses"]

    assert addresses == [{"address": ADDRESS, "verified": False}]


def test_somebody_without_a_public_name_has_a_copy_too(reporter):
    copy = json.loads(signed_in(reporter, password="secret").post(EXPORT).content)

    assert copy["account"]["public_name"] is None
    assert copy["comments"] == []


def test_a_copy_asks_as_much_of_the_longest_account(marit, words, django_assert_num_queries):
    for number in range(5):
        Comment.objects.filter(author=marit).update(created_at=timezone.now() - timedelta(hours=1))
        posting.post(
            words.discussion.article,
            body=f"Again, number {number}.",
            author=marit,
            token=tokens.make("W460"),
        )

    # Name, addresses, second factor; comments, their earlier texts, the decisions.
    with django_assert_num_queries(6):
        assert len(privacy.copy_of(marit)["comments"]) == 6


def test_the_day_in_the_name_of_the_file_is_the_newsrooms(marit, settings):
    settings.TIME_ZONE = "Asia/Almaty"
    with time_machine.travel("2026-11-23T22:00:00Z"):
        response = signed_in(marit).post(EXPORT)

    assert str(date(2026, 11, 24)) in response["Content-Disposition"]
