"""A reader without script says something, a moderator lets it through, and the number moves."""

import pytest
from playwright.sync_api import expect

from comments import posting, tokens
from comments.models import Comment


@pytest.fixture
def reading(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_guests_comment_is_held_approved_and_counted(
    reading, page, live_server, sign_in, moderator, publish_article, complaints
):
    article = publish_article(headline="Snow closes the road")
    reading.goto(live_server.url)
    expect(reading.locator(".teaser .count").first).to_have_text("Comments 0")
    reading.get_by_role("link", name="Snow closes the road").click()
    assert reading.context.cookies() == []

    reading.get_by_label("Your name").fill("Branwen T.")
    reading.get_by_label("Comment", exact=True).fill("My father kept\nevery receipt.")
    reading.get_by_role("button", name="Preview").click()
    expect(reading.locator(".preview")).to_contain_text("every receipt.")
    reading.get_by_role("button", name="Post the comment").click()
    expect(reading.locator("main")).to_contain_text("Waiting for an editor; only you see it")
    reading.goto(live_server.url)
    expect(reading.locator(".teaser .count").first).to_have_text("Comments 0")

    sign_in(page, moderator)
    page.goto(f"{live_server.url}/admin/comments/comment/")
    expect(page.locator("ol.queue")).to_contain_text("every receipt.")
    page.get_by_role("button", name="Approve").first.click()
    expect(page.locator(".messagelist")).to_be_visible()

    for address in ("/", "/world/", article.get_absolute_url()):
        page.goto(live_server.url + address)
        expect(page.locator("[data-comment-count]").first).to_have_text("Comments 1")
    expect(page.locator("#comments #c1")).to_contain_text("every receipt.")
    text = page.request.get(f"{live_server.url}/{article.code}.txt").text()
    assert text.endswith("\n\nComments 1\n")
    assert complaints == []


def test_the_same_form_sent_again_posts_nothing_twice(reading, live_server, publish_article):
    article = publish_article()
    address = f"{live_server.url}/{article.code}/comments/new/"
    reading.goto(address)
    reading.get_by_label("Your name").fill("Ana B.")
    reading.get_by_label("Comment", exact=True).fill("Once is enough.")
    reading.get_by_role("button", name="Preview").click()
    fields = reading.locator("form.new [name]").evaluate_all(
        "all => Object.fromEntries("
        "all.filter(e => e.type !== 'submit').map(e => [e.name, e.value]))"
    )
    reading.get_by_role("button", name="Post the comment").click()
    expect(reading.locator("main")).to_contain_text("Waiting for an editor")

    again = reading.request.post(address, form=fields, headers={"Referer": address})

    assert "Waiting for an editor" in again.text()
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("section", ["world", "arabic"])
def test_no_page_scrolls_sideways(page, live_server, publish_article, request, width, section):
    section = request.getfixturevalue(section)
    article = publish_article(
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3,
        "x" * 200,
        section=section,
        headline="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz " + "y" * 120,
        byline=", ".join(["Ana Lima"] * 12),
    )
    page.set_viewport_size({"width": width, "height": 800})

    for address in ("/", section.get_absolute_url(), article.get_absolute_url(),
                    f"/{article.code}/comments/", "/nowhere/"):  # fmt: skip
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


@pytest.mark.parametrize("width", [360, 1280])
def test_a_word_without_an_end_does_not_widen_the_queue(
    page, live_server, sign_in, moderator, publish_article, width
):
    article = publish_article()
    token = tokens.make(article.code)
    posting.post(article, body="b" * 3000, guest_name="Ned C.", token=token)
    sign_in(page, moderator)
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{live_server.url}/admin/comments/comment/")

    expect(page.locator("ol.queue li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
