import os
import shutil
import socket
import subprocess
import sys
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from newsroom.checks import mail_leaves_the_machine
from newsroom.environment import Environment

REDIS = "django.core.cache.backends.redis.RedisCache"


@task
def nothing():
    pass


@pytest.fixture
def share_cache(settings):
    """share_cache(backend, location): another shared cache, asked afresh."""

    def share(backend, location=""):
        settings.CACHES = settings.CACHES | {"shared": {"BACKEND": backend, "LOCATION": location}}

    return share


@pytest.fixture
def redis(share_cache):
    """The process of a Redis that is the shared cache, with nothing in it."""
    if not shutil.which("redis-server"):
        pytest.skip("no Redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = ["--bind", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        ["redis-server", *address, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        share_cache(REDIS, f"redis://127.0.0.1:{port}/0")
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(port, seconds=10):
    end = monotonic() + seconds
    while monotonic() < end:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.02)
    pytest.fail(f"nobody answers at port {port}")


def test_the_process_lives_without_a_database(client):
    # No mark: a query would be refused.
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_a_site_that_can_serve_says_so(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"ready": True})


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_no_answer_about_health_is_kept(client, db, address):
    assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_inside_the_house_is_not_sent_to_https(client, db, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_a_missing_migration_is_named(client):
    newest = MigrationRecorder(connection).migration_qs.filter(app="comments").last()
    newest.delete()

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"migrations": "not all applied"})


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_named(client, monkeypatch, error):
    def fail(*_args):
        raise error("password of newsroom at db.internal refused")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", fail)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": error.__name__})


@pytest.mark.django_db
def test_a_cache_that_does_not_answer_is_named(client, share_cache):
    # Port 1 is nobody's.
    share_cache(REDIS, "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"cache": "ConnectionError"})


@pytest.mark.django_db
def test_a_cache_that_forgets_is_named(client, share_cache):
    share_cache("django.core.cache.backends.dummy.DummyCache")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"cache": "does not keep what it is given"}


# A shared cache on Redis ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_site_whose_shared_cache_is_redis_says_that_it_can_serve(client, redis):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"ready": True})
    assert caches["shared"].get("readyz") == "ok"


def test_without_redis_the_site_says_so_and_its_pages_are_read_all_the_same(
    passer_by, paper, redis
):
    redis.kill()
    redis.wait()

    ready = passer_by.get("/readyz")
    pages = [
        passer_by.get(address, follow=True).status_code
        for address in ("/", "/W460", "/W460.txt", "/W460/comments/", "/W460/comments.json")
    ]

    assert (ready.status_code, ready.json()) == (503, {"cache": "ConnectionError"})
    assert pages == [200] * 5


# Work that waits ----------------------------------------------------------------------


def wait_for_a_worker(minutes):
    nothing.enqueue()
    DBTaskResult.objects.update(enqueued_at=F("enqueued_at") - timedelta(minutes=minutes))


@pytest.mark.django_db
def test_work_that_waits_for_long_is_told_and_stops_no_reader(client):
    wait_for_a_worker(minutes=7)

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "tasks": "the oldest has waited 7 minutes; is db_worker running?",
    }


@pytest.mark.django_db
def test_work_that_has_just_come_in_is_no_news(client):
    wait_for_a_worker(minutes=4)

    assert client.get("/readyz").json() == {"ready": True}


# Mail that stays in the house ------------------------------------------------------------


@pytest.mark.parametrize(
    ("https", "url", "warned"),
    [
        (True, "consolemail://", True),
        (True, "smtp://127.0.0.1:25", False),
        (False, "consolemail://", False),
    ],
)
def test_a_public_site_that_prints_its_mail_is_warned(settings, monkeypatch, https, url, warned):
    monkeypatch.setenv("EMAIL_URL", url)
    settings.HTTPS = https
    settings.EMAIL_BACKEND = Environment(settings.BASE_DIR / "none").email()["EMAIL_BACKEND"]

    warnings = mail_leaves_the_machine(None)

    assert [warning.id for warning in warnings] == ["newsroom.W001"] * warned


def test_that_warning_is_given_before_a_deployment():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "SITE_URL": "https://testserver",
        "EMAIL_URL": "consolemail://",
    }

    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    ).stderr

    assert "(newsroom.W001) Mail is printed" in said
