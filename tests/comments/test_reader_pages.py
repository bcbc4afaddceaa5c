import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from comments import threads
from comments.models import Comment, Discussion, Policy, Status

pytestmark = pytest.mark.django_db
PAGES = ["/W460/comments/", "/W460/comments/new/", "/W460/comments.json"]


def html_of(response):
    return response.content.decode()


def test_a_discussion_is_read_newest_first_with_its_replies(client, say):
    first = say("The first words.", status=Status.PUBLISHED)
    say("An answer.", to=first, status=Status.PUBLISHED)
    say("The newest words.", status=Status.PUBLISHED)

    html = html_of(client.get("/W460/comments/"))

    assert "3 comments" in html
    assert re.findall(r'<li id="(c\d)">', html) == ["c3", "c1", "c2"]
    assert "in reply to comment 1</span>" in html


def test_no_comments_yet_is_said(client, story):
    assert "No comments yet" in html_of(client.get("/W460/comments/"))


def test_what_is_not_shown_leaves_a_stub_above_visible_replies(client, say):
    root = say("Removed words.", status=Status.PUBLISHED)
    middle = say("Withdrawn words.", to=root, status=Status.PUBLISHED)
    say("Kept words.", to=middle, status=Status.PUBLISHED)
    Comment.objects.get(pk=root.pk)
    from comments.moderation import transition

    transition(root, expected="published", revision=1, to="removed", by=None)
    transition(middle, expected="published", revision=1, to="withdrawn", by=None)

    html = html_of(client.get("/W460/comments/"))

    assert "1 comment<" in html
    assert "Comment 1 is not shown" in html
    assert "Comment 2 is not shown" in html
    assert "Removed words" not in html
    assert "Kept words" in html


@pytest.mark.parametrize("status", [Status.HELD, Status.REJECTED, Status.REMOVED, Status.WITHDRAWN])
def test_what_is_not_shown_is_on_no_public_address(client, story, say, status):
    shown = say(status=Status.PUBLISHED)
    hidden = say("Not for anybody.", to=shown, status=status, name="Nobody Known")
    addresses = [
        *PAGES, story.get_absolute_url(), "/W460.txt", "/", "/world/",
        f"/W460/comments/?before={hidden.seq + 1}",
        f"/W460/comments/?thread={shown.seq}&after={shown.path}",
        f"/W460/comments/?thread={hidden.seq}&after={hidden.path}",
        f"/W460/comments/new/?to={hidden.seq}", f"/W460/comments/new/?to={shown.seq}",
    ]  # fmt: skip

    for address in addresses:
        html = html_of(client.get(address))
        assert "Not for anybody" not in html, address
        assert "Nobody Known" not in html, address
        assert f'id="c{hidden.seq}"' not in html, address
    assert client.get(f"/W460/comments/new/?to={hidden.seq}").status_code == 404


@pytest.mark.parametrize("cursor", ["abc", "-1", "0", "9" * 20, "%00", "1.5", "٣", "<x>"])
def test_a_cursor_that_is_none_shows_the_first_page(client, say, cursor):
    say("The newest words.", status=Status.PUBLISHED)

    for query in (f"before={cursor}", f"thread={cursor}&after=00001", f"thread=1&after={cursor}"):
        response = client.get(f"/W460/comments/?{query}")
        assert response.status_code == 200
        assert "The newest words." in html_of(response)


def test_a_long_thread_goes_on_where_it_stopped(client, say, staff, monkeypatch):
    monkeypatch.setattr(threads, "REPLIES_AT_FIRST", 4)
    monkeypatch.setattr(threads, "REPLIES_A_PAGE", 3)
    root = parent = say(author=staff)
    for number in range(10):
        parent = say(to=parent if number < 4 else root, author=staff)

    first = html_of(client.get("/W460/comments/"))
    assert "Show the other 6" in first
    assert len(re.findall('<li id="c', first)) == 5

    address = re.search(r'href="([^"]+thread=1[^"]+)"', first)[1].replace("&amp;", "&")
    second = html_of(client.get(address))
    assert re.findall(r'<li id="c(\d+)"', second) == ["1", "6", "7", "8"]
    assert "More replies" in second
    assert "is not shown" not in second


def test_a_page_that_begins_deep_in_a_branch_shows_what_stands_above(client, say, staff):
    root = say(author=staff)
    answer = say("Above it.", to=root, author=staff)
    say("First below.", to=answer, author=staff)
    after = say("Second below.", to=answer, author=staff)
    say("Third below.", to=answer, author=staff)

    html = html_of(client.get(f"/W460/comments/?thread=1&after={after.path}"))

    assert "Above it." in html
    assert "Third below." in html
    assert "Second below." not in html


@pytest.mark.parametrize("path", PAGES)
def test_pages_without_a_session_set_no_cookie_and_do_not_vary(client, say, path):
    say(status=Status.PUBLISHED)

    response = client.get(path)

    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_the_storys_page_carries_no_cookie_and_no_token(client, story, say):
    say(status=Status.PUBLISHED)
    response = client.get(story.get_absolute_url())

    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "csrfmiddlewaretoken" not in html_of(response)
    assert 'name="token"' not in html_of(response)


@pytest.mark.parametrize("policy", [Policy.OPEN, Policy.CLOSED, Policy.HIDDEN])
def test_a_hidden_discussion_is_nowhere(client, story, say, policy):
    say("Some words.", status=Status.PUBLISHED)
    Discussion.objects.update(policy=policy)
    hidden = policy == Policy.HIDDEN

    for path in PAGES:
        assert client.get(path).status_code == (404 if hidden else 200), path
    page = html_of(client.get(story.get_absolute_url()))
    assert ("Some words." not in page) == hidden
    assert ("data-comment-count" not in page) == hidden


def test_a_story_that_is_not_public_has_no_discussion(client, file_story, story, say):
    say(status=Status.PUBLISHED)
    story.move("unpublish", by=None, reason="Wrong.")
    file_story("W461", published=False)
    file_story("W462", embargo_until=timezone.now() + timedelta(hours=1))

    for code in ("W460", "W461", "W462", "W999"):
        for page in PAGES:
            address = page.replace("W460", code)
            assert client.get(address).status_code == 404, address
        response = client.post(f"/{code}/comments/new/", {"body": "Words.", "name": "Ned"})
        assert response.status_code == 404


def test_the_count_for_other_sites(client, say):
    say(status=Status.PUBLISHED)
    say()

    response = client.get("/W460/comments.json")

    assert json.loads(response.content) == {
        "code": "W460", "count": 1, "version": 1, "open": True,
    }  # fmt: skip
    again = client.get("/W460/comments.json", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_count_of_nothing_is_nought(client, story):
    assert json.loads(client.get("/W460/comments.json").content)["count"] == 0


def test_closing_a_discussion_is_news_for_a_copy(client, say):
    say(status=Status.PUBLISHED)
    etag = client.get("/W460/comments.json")["ETag"]
    Discussion.objects.update(closes_at=timezone.now())

    response = client.get("/W460/comments.json", headers={"if-none-match": etag})

    assert response.json()["open"] is False


@pytest.mark.parametrize("path", PAGES)
def test_pages_that_are_read_change_nothing(client, story, say, path):
    say(status=Status.PUBLISHED)
    before = list(Discussion.objects.values()), list(Comment.objects.values())

    for method in (client.get, client.head):
        assert method(f"{path}?body=Words&name=Ned&token=x&post=1").status_code == 200
    assert client.put(path).status_code == 405

    assert (list(Discussion.objects.values()), list(Comment.objects.values())) == before


@pytest.mark.parametrize("many", [3, 30])
def test_a_page_costs_the_same_however_much_was_said(
    client, say, staff, many, django_assert_num_queries
):
    cache.clear()
    for _ in range(many):
        root = say(author=staff)
        say(to=root, author=staff)

    # story with its discussion, roots, replies; the paper, its sections, its house pages
    with django_assert_num_queries(6):
        client.get("/W460/comments/")


def test_the_newest_twenty_roots_and_a_link_to_older(client, say, staff):
    for _ in range(25):
        say(author=staff)

    first = html_of(client.get("/W460/comments/"))
    second = html_of(client.get("/W460/comments/?before=6"))

    assert "?before=6" in first
    assert re.findall(r'<li id="c(\d+)"', second) == ["5", "4", "3", "2", "1"]
    assert "Newest comments" in second


def test_an_arabic_story_has_an_arabic_page(client, arabic, file_story):
    story = file_story(section=arabic)

    assert '<html lang="ar" dir="rtl">' in html_of(client.get(f"/{story.code}/comments/"))


def test_a_request_without_cookies_reads_no_session(client, say, django_assert_num_queries):
    with django_assert_num_queries(1):
        Client().get("/W460/comments.json")
