import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from articles.models import Article
from comments.models import Discussion, Policy, Status, visible_count

pytestmark = pytest.mark.django_db


def rendered(source, story):
    return Template("{% load comments_tags %}" + source).render(
        Context({"story": story, "request": RequestFactory().get("/")})
    )


def read(story):
    return Article.objects.select_related("section", "discussion").get(pk=story.pk)


def test_the_count_reads_comments_0(story, django_assert_num_queries):
    found = read(story)

    with django_assert_num_queries(0):
        html = rendered("{% comment_count story %}", found)

    assert html == (
        f'<a class="count" href="{story.get_absolute_url()}#comments" data-comment-count="0">'
        "Comments <b>0</b></a>"
    )
    assert re.sub("<[^>]+>", "", html) == "Comments 0"


def test_the_count_counts_what_shows(story, say):
    say(status=Status.PUBLISHED)
    say()

    html = rendered('{% comment_count story link="#comments" %}', read(story))

    assert 'href="#comments" data-comment-count="1">Comments <b>1</b>' in html
    assert visible_count(read(story)) == 1


def test_the_count_of_a_list_costs_nothing_more(file_story, django_assert_num_queries):
    for _ in range(3):
        file_story()

    with django_assert_num_queries(1):
        for story in Article.objects.visible().for_teasers():
            rendered("{% comment_count story %}", story)


def test_a_hidden_discussion_prints_nothing(story, discussion):
    Discussion.objects.update(policy=Policy.HIDDEN)

    html = rendered("{% comment_count story %}{% discussion_section story %}", read(story))

    assert html.strip() == ""


@pytest.mark.parametrize(("said", "queries"), [(0, 0), (3, 2), (30, 2)])
def test_the_section_of_the_story_costs_two_queries(
    story, say, staff, said, queries, django_assert_num_queries
):
    for _ in range(said):
        say(author=staff)
    if said:
        say(to=say(author=staff), author=staff)
    found = read(story)

    with django_assert_num_queries(queries):
        html = rendered("{% discussion_section story %}", found)

    assert '<section id="comments" class="talk"' in html
    assert ("No comments yet" in html) == (said == 0)
    assert 'action="/W460/comments/new/"' in html


def test_more_than_a_page_is_a_link_away(story, say, staff):
    for _ in range(22):
        say(author=staff)

    html = rendered("{% discussion_section story %}", read(story))

    assert 'href="/W460/comments/?before=3"' in html
    assert 'href="/W460/comments/"' in html


def test_a_closed_discussion_is_shown_without_a_form(story, say):
    say("Kept words.", status=Status.PUBLISHED)
    Discussion.objects.update(policy=Policy.CLOSED)

    html = rendered("{% discussion_section story %}", read(story))

    assert "Kept words." in html
    assert "<form" not in html
    assert "This discussion is closed" in html


def test_every_comment_is_heard_as_well_as_seen(story, say):
    root = say(status=Status.PUBLISHED)
    say(to=root, status=Status.PUBLISHED)

    html = rendered("{% discussion_section story %}", read(story))

    heading = re.search(r'<li id="c2">.*?<h3>(.*?)</h3>', html, re.DOTALL)[1]
    words = " ".join(re.sub("<[^>]+>", "", heading).split())
    assert words == "Comment 2 by Quay Street Choir, in reply to comment 1"
    replies = re.findall(r"Reply<span class=\"vh\"> (to comment \d)", html)
    assert sorted(replies) == ["to comment 1", "to comment 2"]
    assert html.count("<label for=") == 2


def test_a_count_in_another_language_keeps_its_plain_number(story):
    with translation.override("ar"):
        assert 'data-comment-count="0"' in rendered("{% comment_count story %}", read(story))
