"""What readers get at each address, and what nobody learns from any."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.keyset import cursor_of
from articles.models import Article, Section
from comments import posting, tokens
from comments.moderation import transition
from tests.conftest import acting_elements, text_of

ADDRESSES = ("/{code}/{slug}/", "/{code}/", "/{code}", "/{lower}", "/{code}/x/", "/{code}/x",
             "/{code}.txt", "/{code}/comments/", "/{code}/comments/new/",
             "/{code}/comments.json")  # fmt: skip


def addresses(article):
    slug = article.slug or "snow-closes-the-coast-road"
    return [
        address.format(code=article.code, slug=slug, lower=article.code.lower())
        for address in ADDRESSES
    ]


def test_a_story_has_its_code_headline_times_and_count(client, publish_article):
    article = publish_article(
        kicker="Weather", dateline="Dunmarrow", headline="Snow & ice close “the” road"
    )

    page = client.get(article.get_absolute_url()).content.decode()

    assert f'<article id="{article.code}"' in page
    assert "Snow &amp; ice close “the” road</h1>" in page
    assert '<p class="stand" dir="auto">The plough is in the ditch.</p>' in page
    assert '<span class="dateline">Dunmarrow</span> – The road is closed.' in page
    assert f'datetime="{article.visible_from:%Y-%m-%dT%H:%M}' in page
    assert 'data-comment-count="0">Comments <b>0</b></a>' in page
    assert '<section id="comments"' in page


@pytest.mark.parametrize("address", ["/W460", "/w460", "/W460/", "/W460/other", "/W460/other/"])
def test_every_way_to_a_visible_story_is_one_redirect(client, publish_article, address):
    article = publish_article(code="W460")

    answer = client.get(address)

    assert answer.status_code == 301
    assert answer["Location"] == article.get_absolute_url()
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("address", ["/W460/history/", "/W460/preview/", "/W460/preview"])
def test_a_word_that_means_something_under_a_code_is_no_slug(client, publish_article, address):
    publish_article(code="W460")

    assert client.get(address).status_code == 404


def test_leading_zeros_find_another_story(client, publish_article):
    publish_article(code="W7")

    assert client.get("/W007").status_code == 404


def withdraw(article):
    article.move("unpublish", by=None, reason="Doubt.")


def schedule(article):
    article.move("submit", by=None)
    article.move("approve", by=None)
    ahead = timezone.now() + timedelta(days=1)
    article.move("schedule", by=None, publish_at=ahead)


def embargo(article):
    Article.objects.filter(pk=article.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    article.refresh_from_db()
    article.move("submit", by=None)
    article.move("publish", by=None)


def hold(article):
    Article.objects.filter(pk=article.pk).update(held_open_ended=True)
    article.refresh_from_db()
    article.move("submit", by=None)
    article.move("publish", by=None)


def expire(article):
    article.move("submit", by=None)
    article.move("publish", by=None)
    Article.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


def publish_then_withdraw(article):
    article.move("submit", by=None)
    article.move("publish", by=None)
    withdraw(article)


HIDDEN = {
    "draft": lambda article: None,
    "submitted": lambda article: article.move("submit", by=None),
    "scheduled": schedule,
    "embargoed": embargo,
    "held": hold,
    "expired": expire,
    "withdrawn": publish_then_withdraw,
}


@pytest.mark.parametrize("state", HIDDEN)
def test_no_address_tells_anything_of_a_story_that_readers_may_not_see(
    client, file_article, publish_article, state
):
    shown = publish_article(headline="Shown")
    article = file_article(
        "Nobody may read this secret.",
        headline="Secret headline",
        kicker="Secret kicker",
        standfirst="Secret standfirst",
    )
    HIDDEN[state](article)
    article.refresh_from_db()
    unknown = client.get("/W99999/nothing/")
    lists = ["/", "/world/", shown.get_absolute_url()]

    for address in addresses(article):
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert answer.content == unknown.content, address
        assert dict(answer.headers) == dict(unknown.headers), address
    for address in lists:
        page = client.get(address).content.decode()
        assert "ecret" not in page, address
        assert article.code not in page, address
    assert (
        client.post(f"/{article.code}/comments/new/", {"name": "Ana", "body": "Hello"}).status_code
        == 404
    )


def test_a_change_in_work_is_nowhere_to_be_seen(client, publish_article, editor):
    article = publish_article()
    article.save_working_copy(
        text_of("Secret.", headline="Secret"), by=editor, version=article.version
    )

    for address in ["/", "/world/", *addresses(article)]:
        assert b"ecret" not in client.get(address, follow=True).content


def test_the_newest_story_leads_and_none_stands_twice(client, publish_article, world):
    nation = Section.objects.create(name="Nation", slug="nation", code_prefix="X")
    now = timezone.now()
    stories = [
        publish_article(
            headline=f"Story {n}", section=nation if n % 3 else world, at=now - timedelta(hours=n)
        )
        for n in range(1, 16)
    ]

    page = client.get("/").content.decode()

    assert page.index("Story 1<") < page.index("Story 2<")
    for story in stories:
        assert page.count(f'"{story.get_absolute_url()}"') <= 1


def test_a_quiet_section_keeps_its_place_on_the_front(client, publish_article):
    quiet = Section.objects.create(name="Quiet", slug="quiet", code_prefix="Q")
    now = timezone.now()
    publish_article(headline="Old and quiet", section=quiet, at=now - timedelta(days=900))
    for n in range(30):
        publish_article(headline=f"Busy {n}", at=now - timedelta(minutes=n))

    assert b"Old and quiet" in client.get("/").content


def test_an_empty_paper_says_so(client, db):
    assert b"Nothing is published yet" in client.get("/").content


@pytest.mark.parametrize("count", [3, 30])
def test_the_front_page_costs_six_queries_at_most(
    client, publish_article, django_assert_max_num_queries, count
):
    for letter in "BCD":
        section = Section.objects.create(name=letter, slug=f"s{letter.lower()}", code_prefix=letter)
        for _ in range(count):
            publish_article(section=section)

    # The newest; the sections with their newest; those stories; the paper; the house pages.
    with django_assert_max_num_queries(6):
        client.get("/")


@pytest.mark.parametrize("count", [0, 2, 30])
def test_a_story_costs_seven_queries_at_most(
    client, publish_article, django_assert_max_num_queries, count
):
    article = publish_article()
    for number in range(count):
        token = tokens.make(article.code)
        comment = posting.post(article, body=f"Say {number}", guest_name="Ana B.", token=token)
        transition(comment, expected="held", revision=comment.revision, to="published", by=None)

    # The story with its section and discussion; two for the comments; the sections; the paper;
    # the house pages.
    with django_assert_max_num_queries(7):
        client.get(article.get_absolute_url())


@pytest.mark.parametrize("count", [1, 40])
def test_a_section_costs_the_same_whatever_its_size(
    client, publish_article, django_assert_num_queries, count
):
    for _ in range(count):
        publish_article()

    # The section; its stories; the sections; the paper; the house pages.
    with django_assert_num_queries(5):
        client.get("/world/")


def test_a_section_is_read_to_its_end_page_by_page(client, publish_article):
    now = timezone.now().replace(microsecond=0)
    at = [now - timedelta(minutes=n // 3) for n in range(45)]  # three in each minute
    published = {publish_article(at=moment).code for moment in at}

    found, address = [], "/world/"
    while address:
        page = client.get(address)
        found += [story.code for story in page.context["page"].stories]
        older = page.context["page"].older
        address = f"/world/?before={older}" if older else None

    assert len(found) == 45
    assert set(found) == published


def test_a_cursor_that_is_none_shows_the_first_page(client, publish_article):
    article = publish_article()

    for cursor in ("", "x", "1-2-3", "%00", "-", "9" * 40, cursor_of(article) + "'"):
        page = client.get("/world/", {"before": cursor})
        assert page.status_code == 200
        assert page.context["page"].stories == [article]


def test_an_arabic_story_is_a_right_to_left_page_in_arabic(client, publish_article, arabic):
    article = publish_article(section=arabic, headline="ثلج على الطريق")

    page = client.get(article.get_absolute_url()).content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert "التعليقات <b>0</b>" in page


def test_the_browsers_language_changes_nothing(client, publish_article):
    article = publish_article()

    plain = client.get(article.get_absolute_url())
    asked = client.get(article.get_absolute_url(), headers={"accept-language": "ar"})

    assert plain.content == asked.content
    assert "Accept-Language" not in plain.get("Vary", "")


def test_a_language_that_the_interface_does_not_speak_is_marked_on_the_text(
    client, publish_article
):
    article = publish_article(language="fr", headline="La neige ferme la route")

    page = client.get(article.get_absolute_url()).content.decode()

    assert '<html lang="en" dir="ltr">' in page
    assert 'class="body" lang="fr" dir="ltr"' in page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_page_is_read_and_not_written(client, publish_article, method):
    article = publish_article()

    for address in ("/", "/world/", article.get_absolute_url(), f"/{article.code}.txt"):
        assert getattr(client, method)(address).status_code == 405


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "</title><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_field_of_a_story_is_shown_as_text(client, publish_article, hostile):
    fields = ("headline", "kicker", "standfirst", "byline", "dateline", "source")
    article = publish_article(hostile, **dict.fromkeys(fields, hostile))

    for address in ("/", "/world/", article.get_absolute_url()):
        page = client.get(address).content.decode()
        assert not acting_elements(page), address
