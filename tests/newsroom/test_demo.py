import re
from collections import Counter
from importlib.resources import files
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from articles.body import sanitise
from articles.dispatch import HEADLINE_MAX, read
from articles.models import Article, Section
from articles.workflow import PublicationStatus, WorkflowStatus
from comments.models import Comment, Status
from comments.paths import MAX_DEPTH
from comments.threads import REPLIES_AT_FIRST
from newsroom.demo import house
from newsroom.demo.discussions import lines_of
from newsroom.models import HousePage
from tests.newsroom.the_demo import everything, run_demo

STAFF = {"reporter", "copyeditor", "editor", "publisher", "moderator", "admin"}
READERS = {"reader", "newreader", "onhold"}
DISPATCHES = files("newsroom.demo") / "dispatches"


def passwords_in(said):
    return dict(re.findall(r"^ {4}(\w+) +(\w+) ", said, re.MULTILINE))


def comments_of(code):
    return Comment.objects.filter(discussion__article__code=code)


def names_of(comments):
    return {comment.name for comment in comments.with_names()}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    # Once for all: it takes two seconds, and every test is undone on top of it.
    with django_db_blocker.unblock(), transaction.atomic():
        yield run_demo()
        transaction.set_rollback(True)


@pytest.fixture
def demo(made, db):
    """What the demo says while it makes a newsroom from nothing."""
    return made


# From nothing ----------------------------------------------------------------------


def test_two_dozen_stories_stand_where_they_should(demo):
    now = timezone.now()
    pending = Counter(
        Article.objects.filter(publication_status=PublicationStatus.UNPUBLISHED).values_list(
            "workflow_status", flat=True
        )
    )
    coming = Article.objects.filter(publication_status=PublicationStatus.PUBLISHED).exclude(
        pk__in=Article.objects.visible()
    )

    assert Article.objects.count() == 24
    assert Article.objects.visible().count() == 15
    assert pending == {
        WorkflowStatus.DRAFT: 2,
        WorkflowStatus.SUBMITTED: 1,
        WorkflowStatus.IN_EDIT: 2,
        WorkflowStatus.APPROVED: 2,
    }
    assert coming.get(embargo_until__gt=now).code == "W464"
    assert coming.get(publish_at__gt=now, embargo_until=None).code == "B219"


def test_every_section_has_stories_to_read(demo, client):
    front = client.get("/").content.decode()

    assert Section.objects.count() == 5
    for section in Section.objects.all():
        assert Article.objects.visible().in_section(section).count() >= 2
        assert section.get_absolute_url() in front


def test_stories_stand_in_two_languages(demo, client):
    page = client.get("/A101", follow=True).content.decode()

    assert Article.objects.filter(section__language="ar").count() == 5
    assert '<html lang="ar" dir="rtl">' in page


def test_the_story_of_the_example_is_there_with_no_comment(demo, client):
    page = client.get("/W460", follow=True).content.decode()

    assert '<article id="W460"' in page
    assert 'data-comment-count="0"' in page


def test_the_house_speaks_of_itself_and_every_page_links_it(demo, client):
    front = client.get("/").content.decode()

    for slug, title in house.PAGES:
        page = client.get(f"/about/{slug}/").content.decode()
        assert f'<h1 dir="auto">{title}</h1>' in page
        assert f'href="/about/{slug}/" lang="en">{title}<' in front
    assert HousePage.objects.count() == 5


def test_links_between_the_house_pages_arrive(demo, client):
    bodies = HousePage.objects.values_list("body", flat=True)
    links = {link for body in bodies for link in re.findall(r'href="(/[^"]*)"', body)}

    answers = {link: client.get(link).status_code for link in links}

    assert len(answers) >= 3
    assert set(answers.values()) == {200}


# What readers say in it -------------------------------------------------------------


def test_a_hundred_comments_are_where_their_moderator_left_them(demo, client):
    statuses = Counter(comments_of("N081").values_list("status", flat=True))
    count = client.get("/N081/comments.json").json()["count"]

    assert statuses == {
        Status.PUBLISHED: 89,
        Status.HELD: 7,
        Status.REJECTED: 2,
        Status.REMOVED: 1,
        Status.WITHDRAWN: 1,
    }
    assert count == 89


@pytest.mark.parametrize("code", house.DISCUSSED)
def test_each_comment_stands_where_its_line_says(demo, code):
    lines = lines_of(code)
    story = Article.objects.get(code=code)

    said = comments_of(code).with_names().select_related("parent").order_by("seq")

    for line, comment in zip(lines, said, strict=True):
        minutes = (comment.created_at - story.visible_from).total_seconds() / 60
        answers = comment.parent.seq if comment.parent else None
        assert (comment.seq, answers, comment.name) == (line["n"], line["to"], line["by"])
        assert (comment.body, minutes) == (line["text"], line["minutes"])
        assert comment.reason == line.get("reason", "")
        assert (comment.author is None) is line["guest"]
        assert comment.created_at < timezone.now()


@pytest.mark.parametrize("rule", ["guest", "new", "links", "repeat", "on_hold"])
def test_comments_are_held_for_every_reason(demo, rule):
    held = comments_of("N081").held().filter(verdicts__rule=rule, verdicts__outcome="hold")

    assert held.exists()


def test_what_was_rejected_or_removed_has_its_reason(demo):
    decided = comments_of("N081").filter(status__in=[Status.REJECTED, Status.REMOVED])

    assert all(comment.reason and comment.reviewed_by_id for comment in decided)


def test_a_removed_comment_leaves_its_place_to_its_replies(demo, client):
    removed = comments_of("N081").get(status=Status.REMOVED)
    page = client.get("/N081/comments/").content.decode()

    assert removed.answers.published().exists()
    assert f'id="c{removed.seq}"' in page
    assert removed.body not in page


def test_one_thread_is_longer_than_its_first_page_and_as_deep_as_threads_go(demo, client):
    longest = comments_of("N081").order_by("-reply_count").first()
    page = client.get("/N081", follow=True).content.decode()

    assert longest.reply_count > REPLIES_AT_FIRST
    assert f"Show the other {longest.reply_count - REPLIES_AT_FIRST}" in page
    assert comments_of("N081").filter(depth=MAX_DEPTH).exists()


def test_many_voices_speak_and_the_newsroom_answers(demo):
    voices = names_of(comments_of("N081"))
    story = Article.objects.get(code="N081")
    of_the_house = names_of(comments_of("N081").published().filter(author__is_staff=True))

    assert len(voices) >= 20
    assert {"Tomas Reyl", "Mirela Oduya"} == of_the_house
    assert story.byline == "Tomas Reyl"


def test_an_arabic_story_is_discussed_in_arabic(demo, client):
    page = client.get("/A101/comments/").content.decode()

    assert client.get("/A101/comments.json").json()["count"] == 5
    assert "Harbour pilot, retired" in page


def test_the_demo_leaves_a_record_and_counts_that_hold(demo):
    call_command("check_comments", stdout=StringIO())


# Its people -------------------------------------------------------------------------


def test_each_role_has_an_account_whose_printed_password_is_right(demo):
    passwords = passwords_in(demo)

    assert set(passwords) == STAFF | READERS
    for username, password in passwords.items():
        user = authenticate(username=username, password=password)
        assert user is not None, username
        assert user.is_staff is (username in STAFF)
        assert user.is_superuser is (username == "admin")
    assert len(set(passwords.values())) == len(passwords)


def test_every_account_has_one_address_which_is_verified(demo):
    people = get_user_model().objects.exclude(email="")
    addresses = EmailAddress.objects.filter(verified=True, primary=True)

    assert set(addresses.values_list("user", "email")) == set(people.values_list("pk", "email"))
    assert addresses.count() == len(house.ACCOUNTS) + len(house.READERS)


@pytest.mark.parametrize(
    ("username", "published", "on_hold"),
    [("reader", 4, False), ("newreader", 0, False), ("onhold", 2, True)],
)
def test_there_is_a_reader_of_each_standing(demo, username, published, on_hold):
    user = get_user_model().objects.select_related("reader").get(username=username)

    assert user.comments.published().count() == published
    assert user.reader.on_hold is on_hold
    assert f"{user.reader.name}" in {account.name for account in house.ACCOUNTS}


def test_the_other_readers_cannot_sign_in(demo):
    usernames = [username for username, _name in house.READERS]
    others = get_user_model().objects.filter(username__in=usernames)

    assert others.count() == len(house.READERS)
    assert not any(user.has_usable_password() or user.is_staff for user in others)


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


# Again ------------------------------------------------------------------------------


def test_run_again_it_changes_nothing_and_prints_the_same_passwords(demo):
    before = everything()

    again = run_demo()

    assert everything() == before
    assert passwords_in(again) == passwords_in(demo)
    assert "serving what there is" in again


def test_what_was_done_in_the_demo_stays(demo):
    Article.objects.get(code="N082").move("submit", by=None)
    HousePage.objects.get(slug="contact").delete()
    get_user_model().objects.filter(username="reader").update(is_active=False)

    run_demo()

    assert Article.objects.get(code="N082").workflow_status == WorkflowStatus.SUBMITTED
    assert not HousePage.objects.filter(slug="contact").exists()
    assert not get_user_model().objects.get(username="reader").is_active


# Its texts ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", [story[0] for story in house.STORIES])
def test_a_dispatch_of_the_demo_is_read_without_a_word(code):
    (dispatch,) = read((DISPATCHES / f"{code}.txt").read_bytes())

    assert dispatch.code == code
    assert dispatch.warnings == ()


@pytest.mark.parametrize(
    ("folder", "used"),
    [
        ("dispatches", {f"{code}.txt" for code, *_rest in house.STORIES}),
        ("pages", {f"{slug}.html" for slug, _title in house.PAGES}),
        ("discussions", {f"{code}.jsonl" for code in house.DISCUSSED}),
    ],
)
def test_every_text_of_the_demo_is_used(folder, used):
    lying = {path.name for path in (files("newsroom.demo") / folder).iterdir() if path.is_file()}

    assert lying - {"__init__.py"} == used


@pytest.mark.parametrize("slug", [slug for slug, _title in house.PAGES])
def test_a_house_page_of_the_demo_is_what_the_editor_would_write(slug):
    html = (files("newsroom.demo") / "pages" / f"{slug}.html").read_text()

    assert sanitise(html) == html.replace("\n", "")


def test_the_texts_try_the_pages_with_what_is_long():
    texts = {path.name: path.read_text() for path in DISPATCHES.iterdir()}

    headline = max(len(text.partition("\n")[0]) for text in texts.values())
    word = max(len(word) for text in texts.values() for word in re.findall(r"\w+", text))
    most_authors = max(len(re.findall(r", | and ", line)) + 1 for line in _bylines(texts))

    assert HEADLINE_MAX - 10 < headline <= HEADLINE_MAX
    assert word >= 40
    assert most_authors >= 4


def _bylines(texts):
    return [line for text in texts.values() for line in re.findall(r"^By: (.*)$", text, re.M)]


def test_no_two_comments_are_alike_but_the_one_that_is_held_for_it():
    texts = Counter(line["text"] for code in house.DISCUSSED for line in lines_of(code))

    assert sorted(texts.values())[-2:] == [1, 2]
    assert all(1 <= len(text.split()) <= 120 for text in texts)


def test_a_section_for_every_code(db):
    prefixes = {prefix for prefix, *_rest in house.SECTIONS}

    assert {code.rstrip("0123456789") for code, *_rest in house.STORIES} <= prefixes


def test_the_demo_keeps_the_section_that_was_there(demo):
    assert Section.objects.filter(code_prefix="N").count() == 1
