"""Passwords are guessed a few times and no oftener, whatever is down."""

import threading

import pytest
import time_machine
from django.core.cache import cache, caches
from django.db import connection, connections
from django.test import Client

from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "a wrong sentence"
TOO_MANY = "Too many wrong tries"


def said(response):
    return response.content.decode()


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client, ned, sign_in):
    wrong = [said(sign_in(client, "Ned Carrow", WRONG)) for _ in range(5)]

    sixth = said(sign_in(client, "Ned Carrow"))

    assert all("do not belong together" in page for page in wrong)
    assert TOO_MANY in sixth
    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize("name", ["Ned Carrow", "Nobody Here"])
def test_a_name_is_one_however_it_is_written(client, ned, sign_in, name):
    for spelling in (name, name.upper(), name.lower(), name.replace(" ", "  "), f" {name}."):
        sign_in(client, spelling, WRONG)

    assert TOO_MANY in said(sign_in(client, name))


def test_a_locked_address_does_not_tell_whose_name_it_is(client, ned, sign_in):
    for _ in range(6):
        sign_in(client, "ned@letters.example", WRONG)

    assert TOO_MANY not in said(sign_in(client, "Ned Carrow", WRONG))


def test_the_lock_holds_from_every_address(ned, sign_in):
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), "Ned Carrow", WRONG)

    assert TOO_MANY in said(sign_in(Client(REMOTE_ADDR="203.0.113.9"), "Ned Carrow"))


def test_the_lock_is_for_one_account(client, ned, account, sign_in):
    account("edda", "Section editor")
    for _ in range(6):
        sign_in(client, "Ned Carrow", WRONG)

    assert sign_in(client, "edda", "secret")["Location"] == "/admin/"


def test_a_name_that_nobody_has_is_locked_alike(client, sign_in):
    pages = [said(sign_in(client, "Nobody", WRONG)) for _ in range(6)]

    assert TOO_MANY in pages[-1]
    assert TOO_MANY not in pages[-2]


def test_the_lock_opens_after_five_minutes(client, ned, sign_in):
    with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False) as clock:
        for _ in range(5):
            sign_in(client, "Ned Carrow", WRONG)
        clock.shift(299)
        early = sign_in(client, "Ned Carrow")
        clock.shift(2)
        late = sign_in(client, "Ned Carrow")

    assert TOO_MANY in said(early)
    assert late["Location"] == "/accounts/"


def test_from_one_address_ten_wrong_passwords_a_minute_are_taken(ned, sign_in):
    house, elsewhere = Client(REMOTE_ADDR="203.0.113.1"), Client(REMOTE_ADDR="203.0.113.2")
    for number in range(10):
        sign_in(house, f"Somebody {number}", WRONG)

    assert TOO_MANY in said(sign_in(house, "Ned Carrow"))
    assert sign_in(elsewhere, "Ned Carrow").status_code == 302


def test_a_forged_header_is_no_other_address(ned, sign_in):
    house = Client(REMOTE_ADDR="203.0.113.1")
    for number in range(10):
        forged = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        house.post("/accounts/login/", {"login": f"Somebody {number}", "password": WRONG}, **forged)

    assert TOO_MANY in said(sign_in(house, "Ned Carrow"))


def test_coming_in_does_not_forget_the_wrong_ones(client, ned, account, sign_in):
    for _ in range(4):
        sign_in(client, "Ned Carrow", WRONG)
    sign_in(client, "Ned Carrow")
    client.post("/accounts/logout/")
    sign_in(client, "Ned Carrow", WRONG)

    assert TOO_MANY in said(sign_in(client, "Ned Carrow"))


def test_the_page_of_the_password_again_is_counted_with_the_door(client, ned, sign_in):
    sign_in(client, "Ned Carrow")
    for _ in range(5):
        client.post("/accounts/reauthenticate/", {"password": WRONG})

    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert TOO_MANY in said(answer)
    assert TOO_MANY in said(sign_in(Client(), "ned@letters.example"))


def test_who_asks_too_often_gets_a_page_in_plain_words(client, ned, sign_in):
    with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False):
        answers = [client.post("/accounts/login/", {"login": "x", "password": "zq-typed"})
                   for _ in range(31)]  # fmt: skip

    assert answers[-1].status_code == 429
    assert "Too many tries" in said(answers[-1])
    assert "zq-typed" not in said(answers[-1])


def test_one_letter_box_is_not_filled_by_strangers(ned, letters):
    with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False) as clock:
        for place in range(8):
            stranger = Client(REMOTE_ADDR=f"203.0.113.{place}")
            answer = stranger.post("/accounts/password/reset/", {"email": "ned@letters.example"})
            clock.shift(61)

        assert answer.status_code == 429
        assert len(letters()) == 5


# Whatever is down ------------------------------------------------------------------------


@pytest.fixture
def dead_cache(settings):
    """A shared cache behind an address at which nobody answers."""
    settings.CACHES = settings.CACHES | {
        "shared": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    with pytest.raises(Exception, match="refused"):
        caches["shared"].get("anything")


def test_the_door_and_its_lock_work_while_the_shared_cache_is_away(
    dead_cache, client, ned, sign_in
):
    came_in = sign_in(client, "Ned Carrow")
    client.post("/accounts/logout/")
    for _ in range(5):
        sign_in(client, "Ned Carrow", WRONG)

    assert came_in["Location"] == "/accounts/"
    assert TOO_MANY in said(sign_in(client, "Ned Carrow"))


def test_the_tries_are_rows_that_every_process_sees(client, ned, sign_in):
    sign_in(client, "Ned Carrow", WRONG)

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM newsroom_cache")
        keys = [key for (key,) in cursor.fetchall()]

    assert any("login_failed" in key for key in keys)
    assert not any("ned" in key.lower() for key in keys), "no name stands in a key"


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_no_more_than_the_limit(ned, sign_in):
    start, answers = threading.Barrier(8), []

    def guess(number):
        guesser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        start.wait()
        for _ in range(3):
            answers.append(said(sign_in(guesser, "Ned Carrow", WRONG)))
        connections.close_all()

    guesses = [threading.Thread(target=guess, args=[number]) for number in range(8)]
    for thread in guesses:
        thread.start()
    for thread in guesses:
        thread.join()

    tried = sum("do not belong together" in page for page in answers)
    assert len(answers) == 24
    assert 1 <= tried <= 5
    cache.clear()
