"""The demo in a database that is not empty, or that it cannot finish."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from tests.newsroom.the_demo import everything, run_demo


def test_a_database_with_a_story_of_somebody_else_is_left_alone(paper):
    before = everything()

    with pytest.raises(CommandError, match="did not make"):
        run_demo()

    assert everything() == before


def test_a_database_of_somebody_else_is_not_even_migrated(paper, monkeypatch):
    called = []
    monkeypatch.setattr(
        "newsroom.management.commands.demo.call_command",
        lambda *args, **_kwargs: called.append(args),
    )

    with pytest.raises(CommandError, match="did not make"):
        run_demo()

    assert called == []


@pytest.mark.parametrize("username", ["editor", "admin", "archivist"])
def test_a_database_with_an_account_of_that_name_is_left_alone(db, username):
    get_user_model().objects.create_user(username, f"{username}@example.org")
    before = everything()

    with pytest.raises(CommandError, match="did not make"):
        run_demo()

    assert everything() == before


def test_stopped_half_way_it_leaves_nothing(db, monkeypatch):
    before = everything()

    def stop(self):
        raise KeyboardInterrupt

    monkeypatch.setattr("newsroom.management.commands.demo.Command._discuss", stop)

    with pytest.raises(KeyboardInterrupt):
        run_demo()

    assert everything() == before


def test_it_serves_where_it_is_told(db, monkeypatch):
    called = []

    def note(name, *args, **options):
        called.append((name, *args))

    monkeypatch.setattr("newsroom.management.commands.demo.call_command", note)

    call_command("demo", "127.0.0.1:8123", stdout=StringIO())

    assert called[-1] == ("runserver", "127.0.0.1:8123")
