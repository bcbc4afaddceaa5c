"""The demo starts from a checkout with nothing configured, and reaches nothing that is."""

import os
import stat
from types import SimpleNamespace

import pytest

from newsroom.demo import environment


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A checkout with nothing configured: (its variables, its .env, its demo.env)."""
    variables = {}
    monkeypatch.setattr(environment, "os", SimpleNamespace(**vars(os) | {"environ": variables}))
    monkeypatch.setattr(environment, "_ENV_FILE", tmp_path / ".env")
    monkeypatch.setattr(environment, "_DEMO_FILE", tmp_path / "var" / "demo.env")
    return variables, tmp_path / ".env", tmp_path / "var" / "demo.env"


def prepare(*words):
    environment.prepare(["manage.py", *words])


def test_the_demo_brings_its_own_settings(machine):
    variables, _env_file, demo_file = machine

    prepare("demo")

    assert variables["DEBUG"] == "off"
    assert variables["EMAIL_URL"] == "consolemail://"
    assert variables["SITE_URL"] == "http://127.0.0.1:8000"
    assert set(variables["ALLOWED_HOSTS"].split(",")) == {"localhost", "127.0.0.1", "[::1]"}
    assert variables["DATABASE_URL"] == f"sqlite:///{demo_file.parent / 'demo.sqlite3'}"
    assert len(variables["SECRET_KEY"]) >= 50


def test_its_key_is_drawn_once(machine):
    variables, *_files = machine
    prepare("demo")
    first = variables["SECRET_KEY"]
    variables.clear()

    prepare("demo", "--no-serve")

    assert variables["SECRET_KEY"] == first


def test_two_demos_have_two_keys(machine):
    variables, _env_file, demo_file = machine
    prepare("demo")
    first = variables["SECRET_KEY"]
    demo_file.unlink()

    prepare("demo")

    assert variables["SECRET_KEY"] != first


def test_nobody_else_on_the_machine_reads_the_key(machine):
    _variables, _env_file, demo_file = machine

    prepare("demo")

    assert stat.S_IMODE(demo_file.stat().st_mode) == 0o600


def test_the_demo_is_no_production_by_accident(machine):
    variables, *_files = machine
    variables |= {
        "DEBUG": "on",
        "SECRET_KEY": "the paper's own",
        "SITE_URL": "https://www.example.org",
        "ALLOWED_HOSTS": "www.example.org",
        "EMAIL_URL": "smtp://mail.example.org:25",
    }

    prepare("demo")

    assert variables["DEBUG"] == "off"
    assert variables["SECRET_KEY"] != "the paper's own"
    assert variables["EMAIL_URL"] == "consolemail://"
    assert "example.org" not in variables["SITE_URL"] + variables["ALLOWED_HOSTS"]


@pytest.mark.parametrize("name", ["CACHE_URL", "MEDIA_STORAGE_URL", "TRUSTED_PROXIES"])
def test_what_the_file_of_a_production_says_does_not_reach_the_demo(machine, name):
    # The settings read .env for what is not set; the demo sets it therefore.
    variables, env_file, _demo_file = machine
    env_file.write_text(f"{name}=something of the production\n")

    prepare("demo")

    assert name in variables


def test_the_demo_takes_the_database_that_it_is_given(machine):
    variables, _env_file, demo_file = machine
    variables["DATABASE_URL"] = "postgres://postgres:hush-hush@127.0.0.1/demo"

    prepare("demo")

    assert variables["DATABASE_URL"] == "postgres://postgres:hush-hush@127.0.0.1/demo"
    assert "hush-hush" not in demo_file.read_text()


def test_a_later_command_speaks_to_the_demo(machine):
    variables, *_files = machine
    prepare("demo")
    demo = dict(variables)
    variables.clear()

    prepare("check_comments")

    assert variables == demo


def test_a_later_command_without_a_demo_gets_nothing(machine):
    variables, *_files = machine

    prepare("check")

    assert variables == {}


def test_a_key_in_the_environment_wins_over_the_demo(machine):
    variables, *_files = machine
    prepare("demo")
    variables.clear()
    variables["SECRET_KEY"] = "the paper's own"

    prepare("check")

    assert variables == {"SECRET_KEY": "the paper's own"}


def test_a_file_of_settings_wins_over_the_demo(machine):
    variables, env_file, _demo_file = machine
    prepare("demo")
    variables.clear()
    env_file.write_text("SECRET_KEY=the paper's own\n")

    prepare("check")

    assert variables == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ("127.0.0.1", "8000")),
        (["--no-serve"], ("127.0.0.1", "8000")),
        (["8123"], ("127.0.0.1", "8123")),
        (["127.0.0.1:8123"], ("127.0.0.1", "8123")),
        (["localhost:8123"], ("localhost", "8123")),
        (["[::1]:8123"], ("[::1]", "8123")),
        (["--no-serve", "8123"], ("127.0.0.1", "8123")),
        (["--verbosity", "2"], ("127.0.0.1", "8000")),
        (["--verbosity", "2", "8123"], ("127.0.0.1", "8123")),
    ],
)
def test_its_address_is_read_as_the_server_reads_it(words, found):
    assert environment.address(["manage.py", "demo", *words]) == found
