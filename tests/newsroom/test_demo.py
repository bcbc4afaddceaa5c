import os
import re
import stat
from collections import Counter
from importlib.resources import files
from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.dispatch import read
from articles.models import Article, Section
from articles.workflow import PublicationStatus, WorkflowStatus
from comments.models import Comment, Status
from newsroom.demo import environment, house

USERNAMES = {"reporter", "copyeditor", "editor", "publisher", "moderator", "reader", "admin"}


def run_demo():
    said = StringIO()
    call_command("demo", no_serve=True, stdout=said)
    return said.getvalue()


def passwords_in(said):
    return dict(re.findall(r"^ {4}(\w+) +(\S+) ", said, re.MULTILINE))


def everything():
    kept = StringIO()
    # Content types and permissions are what `migrate` makes, in any database.
    call_command("dumpdata", exclude=["contenttypes", "auth.permission"], stdout=kept)
    return kept.getvalue()


@pytest.fixture
def demo(db):
    """What the demo says while it makes a newsroom from nothing."""
    return run_demo()


# From nothing ----------------------------------------------------------------------


def test_twelve_stories_stand_where_they_should(demo):
    now = timezone.now()
    pending = Counter(
        Article.objects.filter(publication_status=PublicationStatus.UNPUBLISHED).values_list(
            "workflow_status", flat=True
        )
    )
    coming = Article.objects.filter(publication_status=PublicationStatus.PUBLISHED).exclude(
        pk__in=Article.objects.visible()
    )

    assert Article.objects.count() == 12
    assert Article.objects.visible().count() == 6
    assert pending == {
        WorkflowStatus.DRAFT: 1,
        WorkflowStatus.SUBMITTED: 1,
        WorkflowStatus.IN_EDIT: 1,
        WorkflowStatus.APPROVED: 1,
    }
    assert coming.get(embargo_until__gt=now).code == "W464"
    assert coming.get(publish_at__gt=now, embargo_until=None).code == "B219"


def test_the_story_of_the_example_is_there_with_no_comment(demo, client):
    page = client.get("/W460", follow=True).content.decode()

    assert '<article id="W460"' in page
    assert 'data-comment-count="0"' in page


def test_a_discussion_has_comments_to_read_and_comments_to_judge(demo, client):
    statuses = Counter(
        Comment.objects.filter(discussion__article__code=house.DISCUSSED).values_list(
            "status", flat=True
        )
    )
    count = client.get(f"/{house.DISCUSSED}/comments.json").json()["count"]

    assert statuses == {Status.PUBLISHED: 3, Status.HELD: 2}
    assert count == 3


def test_the_demo_leaves_a_record_and_counts_that_hold(demo):
    call_command("check_comments", stdout=StringIO())


def test_stories_stand_in_two_languages(demo, client):
    page = client.get("/A101", follow=True).content.decode()

    assert '<html lang="ar" dir="rtl">' in page


def test_each_role_has_an_account_whose_printed_password_is_right(demo):
    passwords = passwords_in(demo)

    assert set(passwords) == USERNAMES
    for username, password in passwords.items():
        user = authenticate(username=username, password=password)
        assert user is not None, username
        assert user.is_staff is (username != "reader")
        assert user.is_superuser is (username == "admin")
    assert len(set(passwords.values())) == len(passwords)


@pytest.mark.parametrize(
    ("username", "group"),
    [(account.username, account.group) for account in house.ACCOUNTS if account.group],
)
def test_each_account_is_in_the_group_of_its_role(demo, username, group):
    groups = get_user_model().objects.get(username=username).groups

    assert list(groups.values_list("name", flat=True)) == [group]


def test_passwords_follow_from_the_key_of_this_demo(db, settings):
    settings.SECRET_KEY = "one key of the demo, and no other, made for this test"
    first = passwords_in(run_demo())
    settings.SECRET_KEY = "another key of a demo somewhere else, made for this test"
    second = passwords_in(run_demo())

    assert all(first[name] != second[name] for name in USERNAMES)


# Again, and elsewhere ---------------------------------------------------------------


def test_run_again_it_changes_nothing_and_prints_the_same_passwords(demo):
    before = everything()

    again = run_demo()

    assert everything() == before
    assert passwords_in(again) == passwords_in(demo)
    assert "serving what there is" in again


def test_what_was_done_in_the_demo_stays(demo):
    Article.objects.get(code="N082").move("submit", by=None)
    get_user_model().objects.filter(username="reader").delete()

    run_demo()

    assert Article.objects.get(code="N082").workflow_status == WorkflowStatus.SUBMITTED
    assert not get_user_model().objects.filter(username="reader").exists()


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


@pytest.mark.parametrize("username", ["editor", "admin"])
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


# Its texts ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", [story[0] for story in house.STORIES])
def test_a_dispatch_of_the_demo_is_read_without_a_word(code):
    (dispatch,) = read((files("newsroom.demo") / "dispatches" / f"{code}.txt").read_bytes())

    assert dispatch.code == code
    assert dispatch.warnings == ()


def test_every_text_of_the_demo_is_used():
    lying = {path.name for path in (files("newsroom.demo") / "dispatches").iterdir()}

    assert lying == {f"{code}.txt" for code, *_rest in house.STORIES}


def test_a_section_for_every_code(db):
    prefixes = {prefix for prefix, *_rest in house.SECTIONS}

    assert {code.rstrip("0123456789") for code, *_rest in house.STORIES} <= prefixes


def test_the_demo_keeps_the_section_that_was_there(demo):
    assert Section.objects.filter(code_prefix="N").count() == 1


# Its settings ----------------------------------------------------------------------------


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
