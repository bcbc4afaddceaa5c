import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder


@pytest.fixture
def keep_no_cache(settings):
    """keep_no_cache(backend, location): another cache, asked afresh."""

    def keep(backend, location=""):
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": location}}

    return keep


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
def test_a_cache_that_does_not_answer_is_named(client, keep_no_cache):
    # Port 1 is nobody's.
    keep_no_cache("django.core.cache.backends.redis.RedisCache", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"cache": "ConnectionError"})


@pytest.mark.django_db
def test_a_cache_that_forgets_is_named(client, keep_no_cache):
    keep_no_cache("django.core.cache.backends.dummy.DummyCache")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"cache": "does not keep what it is given"}
