"""House pages in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from newsroom.models import HousePage

BODY = (
    "<p>Ring <strong>twice</strong>.</p><h2>By post</h2>"
    '<ul><li><p>See <a href="/about/privacy/">Privacy</a>.</p></li></ul>'
)


@pytest.fixture
def contact(transactional_db):
    return HousePage.objects.create(slug="contact", title="Contact", body=BODY, position=1)


@pytest.fixture
def desk(page, client, live_server, publisher):
    """The publisher's browser."""
    client.force_login(publisher)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_house_page(browser, live_server, contact, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()

    page.goto(f"{live_server.url}/about/contact/")

    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    context.close()


def test_opening_and_saving_changes_no_byte(desk, live_server, contact, complaints):
    desk.goto(f"{live_server.url}/admin/newsroom/housepage/{contact.pk}/change/")
    writing = desk.get_by_role("textbox", name="Body")
    expect(writing).to_be_visible()

    # A letter typed and taken back makes the editor write the whole body anew.
    writing.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type("x")
    desk.keyboard.press("Backspace")
    desk.get_by_role("button", name="Save", exact=True).click()

    expect(desk.locator(".messagelist")).to_contain_text("was changed successfully")
    assert HousePage.objects.get().body == BODY
    assert complaints == []


def test_the_form_has_a_name_for_everything(desk, live_server, contact):
    desk.goto(f"{live_server.url}/admin/newsroom/housepage/{contact.pk}/change/")
    expect(desk.get_by_role("textbox", name="Body")).to_be_visible()

    results = Axe().run(desk, context="#content")

    assert results.violations_count == 0, results.generate_report()
