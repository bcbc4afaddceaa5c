import re
from collections import Counter
from importlib.resources import files
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.dispatch import read
from articles.models import Article, Section
from articles.workflow import PublicationStatus, WorkflowStatus
from comments.models import Comment, Status
from newsroom.demo import house

USERNAMES = {"reporter", "copyeditor", "editor", "publisher", "moderator", "reader", "admin"}


def run_demo():
    said = StringIO()
    call_command("demo", no_serve=True, stdout=said)
    return said.getvalue()


def passwords_in(said):
    return dict(re.findall(r"^ {4}(\w+) +(\w+) ", said, re.MULTILINE))


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


def test_a_password_that_is_not_the_printed_one_is_not_printed(demo, settings):
    editor = get_user_model().objects.get(username="editor")
    editor.set_password("mine")
    editor.save()

    again = passwords_in(run_demo())

    assert again["reporter"] == passwords_in(demo)["reporter"]
    assert "editor" not in again


def test_passwords_follow_from_the_key_of_this_demo(demo, settings):
    settings.SECRET_KEY = "another key of a demo somewhere else, made for this test"

    assert passwords_in(run_demo()) == {}


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
