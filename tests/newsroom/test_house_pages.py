import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.addresses import validate_section_slug
from newsroom.models import HousePage

FORM = "/admin/newsroom/housepage/"


@pytest.fixture
def contact(db):
    return HousePage.objects.create(
        slug="contact", title="Contact", body="<p>Ring twice.</p>", position=2
    )


def desk_of(client, username, group):
    user = get_user_model().objects.create_user(username, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


def typed(**fields):
    return {
        "title": "About us",
        "slug": "about-us",
        "body": "<p>A paper.</p>",
        "language": "",
        "position": "1",
    } | fields


# Readers ----------------------------------------------------------------------------


def test_a_house_page_is_a_page_of_the_paper(client, contact):
    page = client.get("/about/contact/").content.decode()

    assert "<title>Contact · Newsroom</title>" in page
    assert '<h1 dir="auto">Contact</h1>' in page
    assert "<p>Ring twice.</p>" in page
    assert '<link rel="canonical" href="http://testserver/about/contact/">' in page


def test_it_needs_its_last_stroke_as_every_page_does(client, contact):
    response = client.get("/about/contact")

    assert (response.status_code, response["Location"]) == (301, "/about/contact/")


@pytest.mark.parametrize("address", ["/about/", "/about/nobody/", "/about/contact/more/"])
def test_a_page_that_nobody_wrote_is_not_there(client, contact, address):
    assert client.get(address).status_code == 404


def test_it_is_only_read(client, contact):
    assert client.post("/about/contact/").status_code == 405


def test_every_page_links_the_house_pages_in_their_order(client, contact):
    HousePage.objects.create(slug="about-us", title="Who we are", body="<p>A.</p>", position=1)

    for address in ("/", "/about/contact/", "/nowhere/"):
        foot = client.get(address).content.decode().partition('<footer class="foot">')[2]
        links = re.findall(r'href="(/about/[^"]+)" lang="en">([^<]+)<', foot)
        assert links == [("/about/about-us/", "Who we are"), ("/about/contact/", "Contact")]


@pytest.mark.parametrize("count", [1, 12])
def test_a_house_page_costs_four_queries(client, db, django_assert_num_queries, count):
    for number in range(count):
        HousePage.objects.create(slug=f"p{number}", title=f"Page {number}", body="<p>.</p>")

    # The page; the sections; the house pages; the paper.
    with django_assert_num_queries(4):
        client.get("/about/p0/")


def test_the_footer_loads_no_bodies(client, contact):
    with CaptureQueriesContext(connection) as asked:
        client.get("/")

    (footer,) = [query["sql"] for query in asked if "newsroom_housepage" in query["sql"]]
    assert "body" not in footer


def test_an_arabic_page_has_arabic_labels_and_runs_from_right_to_left(client, db):
    HousePage.objects.create(slug="us", title="من نحن", body="<p>صحيفة.</p>", language="ar")

    page = client.get("/about/us/").content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert "<article>" in page


def test_a_page_in_a_language_without_labels_says_its_own(client, db):
    HousePage.objects.create(slug="nous", title="À propos", body="<p>Un.</p>", language="fr")

    page = client.get("/about/nous/").content.decode()

    assert '<html lang="en" dir="ltr">' in page
    assert '<article lang="fr" dir="ltr">' in page


def test_no_section_has_the_address_of_the_house_pages():
    with pytest.raises(ValidationError, match="an address of the site itself"):
        validate_section_slug("about")


# The desk ---------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Publisher", "IT administrator"])
def test_who_runs_the_house_writes_its_pages(client, db, group):
    desk = desk_of(client, "ruth", group)

    desk.post(f"{FORM}add/", typed())
    page = HousePage.objects.get()
    desk.post(f"{FORM}{page.pk}/change/", typed(title="About this paper"))

    assert HousePage.objects.get().title == "About this paper"
    assert b"About this paper" in client.get("/about/about-us/").content
    assert desk.post(f"{FORM}{page.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not HousePage.objects.exists()


@pytest.mark.parametrize("group", ["Reporter", "Copy editor", "Section editor", "Moderator"])
def test_nobody_else_does(client, contact, group):
    desk = desk_of(client, "ned", group)

    answers = [desk.get(f"{FORM}{way}") for way in ("", "add/", f"{contact.pk}/change/")]

    assert {answer.status_code for answer in answers} == {403}


def test_the_body_is_written_in_the_editor_of_stories(client, contact):
    desk = desk_of(client, "ruth", "Publisher")

    response = desk.get(f"{FORM}{contact.pk}/change/")

    page = response.content.decode()
    nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])
    assert "data-django-prose-editor-configurable" in page
    assert "js/desk.js" in page
    assert f'<script type="importmap" nonce="{nonce[1]}">' in page


@pytest.mark.parametrize("empty", ["", "<p></p>", "<p>  </p>", "<script>x</script>"])
def test_a_page_without_a_word_is_refused(client, db, empty):
    desk = desk_of(client, "ruth", "Publisher")

    response = desk.post(f"{FORM}add/", typed(body=empty))

    form = response.context["adminform"].form
    assert list(form.errors) == ["body"]
    assert not HousePage.objects.exists()


def test_two_pages_do_not_share_an_address(client, contact):
    desk = desk_of(client, "ruth", "Publisher")

    response = desk.post(f"{FORM}add/", typed(slug="Contact"))

    assert "House page with this Address already exists." in response.content.decode()


# Its text ---------------------------------------------------------------------------

HOSTILE = '<p onclick="x()">Ring <a href="javascript:x()">us</a></p><script>x()</script>'
HARMLESS = "<p>Ring <a>us</a></p>"


def test_no_door_stores_what_was_not_sanitised(client, db):
    desk = desk_of(client, "ruth", "Publisher")

    desk.post(f"{FORM}add/", typed(body=HOSTILE))
    HousePage.objects.create(slug="made", title="Made", body=HOSTILE)
    HousePage.objects.bulk_create([HousePage(slug="many", title="Many", body=HOSTILE)])
    HousePage.objects.create(slug="mended", title="Mended", body="<p>x</p>")
    HousePage.objects.filter(slug="mended").update(body=HOSTILE)

    assert set(HousePage.objects.values_list("body", flat=True)) == {HARMLESS}
    assert HousePage.objects.count() == 4


def test_an_address_is_kept_in_small_letters_and_a_title_on_one_line(client, db):
    desk = desk_of(client, "ruth", "Publisher")

    desk.post(f"{FORM}add/", typed(slug="About-Us", title="  About \u0007 us "))

    page = HousePage.objects.get()
    assert (page.slug, page.title) == ("about-us", "About us")
