import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsroom.environment import Environment

ROOT = Path(settings.BASE_DIR)
ENOUGH = {"SECRET_KEY": "0123456789" * 5, "ALLOWED_HOSTS": "www.example.org"}
NO_FILE = Path("/nonexistent/.env")


@pytest.fixture
def settings_of(monkeypatch):
    """settings_of(NAME="value", ...): what the settings are where nothing else is set."""
    monkeypatch.setattr(environ.Env, "read_env", lambda *_args, **_kwargs: None)

    def read(**variables):
        monkeypatch.setattr(environ.Env, "ENVIRON", variables)
        return runpy.run_path(str(ROOT / "newsroom" / "settings.py"))

    return read


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the program without the `.env` and the `var/` of this one."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("newsroom", "articles", "comments", "static", "templates"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "tests")
        )
    shutil.copy(ROOT / "manage.py", folder)
    return folder


def start(checkout, *command, **variables):
    """Run Python in the checkout, with these variables alone."""
    return subprocess.run(
        [sys.executable, *command], cwd=checkout, env=variables, capture_output=True, text=True
    )


# What stops the start --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DEBUG", "flase"),
        ("DEBUG", "2"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", " , "),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "."),
        ("ALLOWED_HOSTS", "https://www.example.org"),
        ("ALLOWED_HOSTS", "www.example.org/news"),
        ("ALLOWED_HOSTS", "www.example.org:8000"),
        ("ALLOWED_HOSTS", "www.example.org example.org"),
        ("ALLOWED_HOSTS", "www.example.org;example.org"),
        ("SITE_URL", "www.example.org"),
        ("SITE_URL", "ftp://www.example.org"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://www.example.org/news"),
        ("SITE_URL", "https://www.example.org?edition=2"),
        ("SITE_URL", "https://www.example.org#top"),
        ("SITE_URL", "https://editor:secret@www.example.org"),
        ("SITE_URL", "https://www example.org"),
        ("SITE_URL", "https://www.example.org:99999"),
        ("SITE_URL", "https://[::1"),
        ("TRUSTED_PROXIES", "proxy.example.org"),
        ("TRUSTED_PROXIES", "10.0.0"),
        ("TRUSTED_PROXIES", "10.0.0.1/24"),
        ("TRUSTED_PROXIES", "10.0.0.1,all"),
        ("NEWSROOM_FOUR_EYES", "two"),
        ("NEWSROOM_GUEST_COMMENTS", "sometimes"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://root@127.0.0.1/newsroom"),
        ("DATABASE_URL", "postgres://newsroom@127.0.0.1"),
        ("DATABASE_URL", "postgres://newsroom@127.0.0.1:port/newsroom"),
        ("DATABASE_URL", "postgres://[::1/newsroom"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "/srv/newsroom.sqlite3"),
        ("CACHE_URL", ""),
        ("CACHE_URL", "memcache://127.0.0.1:11211"),
        ("CACHE_URL", "redis://127.0.0.1:port/0"),
        ("CACHE_URL", "redis://[::1"),
        ("EMAIL_URL", ""),
        ("EMAIL_URL", "gopher://127.0.0.1"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://127.0.0.1:port"),
        ("EMAIL_URL", "smtp://[::1"),
        ("MEDIA_STORAGE_URL", ""),
        ("MEDIA_STORAGE_URL", "/srv/media"),
        ("MEDIA_STORAGE_URL", "file://srv/media"),
        ("MEDIA_STORAGE_URL", "s3://"),
        ("MEDIA_STORAGE_URL", "s3://[pictures"),
        ("MEDIA_STORAGE_URL", "s3://pictures?endpoint=nowhere"),
        ("MEDIA_STORAGE_URL", "s3://pictures?endpont=https://store.example.org"),
        ("TIME_ZONE", ""),
        ("TIME_ZONE", "Almaty"),
        ("TIME_ZONE", "UTC+6"),
        ("LANGUAGE_CODE", ""),
        ("LANGUAGE_CODE", "English"),
        ("LANGUAGE_CODE", "en_GB"),
        ("LANGUAGE_CODE", "xx"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence_that_names_its_variable(settings_of, name, value):
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(**ENOUGH | {name: value})

    sentence = str(refused.value)
    assert sentence.startswith(f"{name} "), sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("missing", ENOUGH)
def test_without_key_or_host_there_is_no_start(settings_of, missing):
    given = {name: value for name, value in ENOUGH.items() if name != missing}

    with pytest.raises(ImproperlyConfigured, match=f"^{missing} is not set; "):
        settings_of(**given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://newsroom:hush-hush@127.0.0.1:port/newsroom"),
        ("DATABASE_URL", "mysql://newsroom:hush-hush@127.0.0.1/newsroom"),
        ("CACHE_URL", "memcache://newsroom:hush-hush@127.0.0.1"),
        ("EMAIL_URL", "gopher://newsroom:hush-hush@127.0.0.1"),
        ("MEDIA_STORAGE_URL", "http://newsroom:hush-hush@127.0.0.1"),
        ("SECRET_KEY", "hush-hush"),
    ],
)
def test_a_refusal_gives_no_secret_away(settings_of, name, value):
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(**ENOUGH | {name: value})

    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"), [("SECRET_KEY", ""), ("DEBUG", "maybe"), ("TIME_ZONE", "Almaty")]
)
def test_the_command_line_says_one_sentence_and_ends_with_status_1(checkout, name, value):
    ended = start(checkout, "manage.py", "check", **ENOUGH | {name: value})

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert re.fullmatch(rf"newsroom: {name} .+\n", ended.stderr)


def test_a_web_server_is_told_the_same(checkout):
    ended = start(checkout, "-c", "import newsroom.wsgi", **ENOUGH | {"SITE_URL": "example"})

    assert ended.returncode == 1
    assert re.fullmatch(r"newsroom: SITE_URL .+\n", ended.stderr)


# What is so unless it is set --------------------------------------------------------


def test_a_key_and_a_host_are_enough(settings_of):
    found = settings_of(**ENOUGH)

    assert found["DEBUG"] is False
    assert found["SITE_URL"] == "https://www.example.org"
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert found["CACHES"]["default"]["BACKEND"].endswith("DatabaseCache")
    assert found["CACHES"]["shared"]["BACKEND"].endswith("LocMemCache")
    assert found["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert found["STORAGES"]["default"]["BACKEND"].endswith("FileSystemStorage")
    assert found["TRUSTED_PROXIES"] == []
    assert (found["TIME_ZONE"], found["LANGUAGE_CODE"]) == ("UTC", "en")
    assert found["NEWSROOM_FOUR_EYES"] is True
    assert found["NEWSROOM_GUEST_COMMENTS"] is True
    assert found["NEWSROOM_ADMIN_TWO_FACTOR"] is False


@pytest.mark.parametrize("word", ["", "0", "no", "OFF", "False", " off "])
def test_debug_stays_off(settings_of, word):
    assert settings_of(**ENOUGH | {"DEBUG": word})["DEBUG"] is False


@pytest.mark.parametrize("word", ["1", "yes", "On", "TRUE"])
def test_debug_needs_neither_key_nor_host(settings_of, word):
    found = settings_of(DEBUG=word)

    assert found["DEBUG"] is True
    assert found["SITE_URL"] == "http://127.0.0.1:8000"


def test_blanks_between_commas_are_nothing(settings_of):
    found = settings_of(**ENOUGH | {"ALLOWED_HOSTS": " www.example.org, ,example.org ,"})

    assert found["ALLOWED_HOSTS"] == ["www.example.org", "example.org"]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_cookies_hsts_and_the_redirect_follow_the_scheme_of_the_site(settings_of, scheme):
    found = settings_of(**ENOUGH | {"SITE_URL": f"{scheme}://www.example.org"})

    is_safe = scheme == "https"
    assert found["SESSION_COOKIE_SECURE"] is is_safe
    assert found["CSRF_COOKIE_SECURE"] is is_safe
    assert found["SECURE_SSL_REDIRECT"] is is_safe
    assert (found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600) is is_safe
    assert is_safe or found["SECURE_HSTS_SECONDS"] == 0


@pytest.mark.parametrize("path", ["healthz", "readyz"])
def test_a_probe_inside_the_house_needs_no_https(settings_of, path):
    exempt = settings_of(**ENOUGH)["SECURE_REDIRECT_EXEMPT"]

    assert any(re.search(pattern, path) for pattern in exempt)


def test_the_scheme_that_a_proxy_names_counts_only_where_proxies_are_trusted(settings_of):
    assert "SECURE_PROXY_SSL_HEADER" not in settings_of(**ENOUGH)
    assert settings_of(**ENOUGH | {"TRUSTED_PROXIES": "10.0.0.0/24"})["SECURE_PROXY_SSL_HEADER"]


def test_pictures_may_lie_in_a_bucket(settings_of):
    url = "s3://pictures?endpoint=https://store.example.org"

    found = settings_of(**ENOUGH | {"MEDIA_STORAGE_URL": url})["STORAGES"]["default"]

    assert found["OPTIONS"]["bucket_name"] == "pictures"
    assert found["OPTIONS"]["endpoint_url"] == "https://store.example.org"
    assert found["OPTIONS"]["file_overwrite"] is False


# The file ------------------------------------------------------------------------------


def test_the_file_fills_in_what_the_environment_leaves_out(tmp_path, monkeypatch):
    monkeypatch.setattr(environ.Env, "ENVIRON", {"TIME_ZONE": "Europe/Berlin"})
    file = tmp_path / ".env"
    file.write_text("# The desk's clock.\nTIME_ZONE=Asia/Almaty\nLANGUAGE_CODE=ar\n")

    environment = Environment(file)

    assert environment.time_zone() == "Europe/Berlin"
    assert environment.language_code() == "ar"


def test_a_value_stands_as_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(environ.Env, "ENVIRON", {"SECRET_KEY": "$OTHER" * 10, "OTHER": "x"})

    assert Environment(tmp_path / ".env").secret_key(debug=False) == "$OTHER" * 10


def test_a_file_that_is_no_text_stops_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    (tmp_path / ".env").write_bytes(b"TIME_ZONE=\xff\xfe")

    with pytest.raises(ImproperlyConfigured, match=r"\.env is not UTF-8"):
        Environment(tmp_path / ".env")


def test_the_example_names_every_variable_and_no_other(settings_of, monkeypatch):
    asked = set()
    text = Environment.text

    def noted(self, name, default=""):
        asked.add(name)
        return text(self, name, default)

    monkeypatch.setattr(Environment, "text", noted)
    settings_of(**ENOUGH)

    assert set(_example()) == asked


def test_the_example_says_what_each_variable_does_and_its_default():
    lines = (ROOT / ".env.example").read_text().splitlines()

    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            said = " ".join(lines[lines.index("", number - 4) + 1 : number])
            assert re.search(r"default", said, re.IGNORECASE), line


def test_the_example_brings_no_key():
    assert _example()["SECRET_KEY"] == ""


def test_a_site_made_by_the_example_is_safe_to_deploy(checkout):
    variables = _example() | {"SECRET_KEY": ENOUGH["SECRET_KEY"]}

    ended = start(
        checkout, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables
    )

    assert ended.returncode == 0, ended.stderr
    assert "(2 silenced)" in ended.stdout


def _example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
