"""The editor's form in a real browser."""

import pytest
from playwright.sync_api import expect

from articles.body import from_paragraphs, sanitise
from articles.models import Article, Revision

BLOCKS = {
    "paragraphs": from_paragraphs(["The road is closed.", 'He said: "No."']),
    "signs": from_paragraphs(["a < b & c > d", "&amp; is no sign", "it’s ‘so’"]),
    "line breaks": from_paragraphs(["06:10 Wenlow\n06:40 Tarnholt\n07:05 Port Amery"]),
    "runs of spaces": from_paragraphs(["Wenlow     12.40\n  Tarnholt   9.10", "10\u00a0km away"]),
    "arabic": from_paragraphs(["الرسائل قصيرة، وكلها تقول الشيء نفسه.", "\u200fW460\u200f"]),
    "japanese": from_paragraphs(["選挙の結果は、火曜日に発表された。"]),
    "subhead": "<p>One.</p><h2>Who knew, and when</h2><p>Two.</p>",
    "quotation": "<blockquote><p>Slow.</p><p>Steady.</p></blockquote><p>She said.</p>",
    "lists": "<ul><li><p>one</p></li><li><p>two</p><ul><li><p>deep</p></li></ul></li></ul>"
    "<ol><li><p>first</p></li></ol>",
    "marks": "<p>A <strong>bold</strong> and <em>slanted </em>"
    "<strong><em>both</em></strong> word.</p>",
    "links": '<p>See <a href="https://example.org/?a=1&amp;b=2">there</a> and '
    '<a href="/W431">W431</a>, <a href="mailto:desk@example.org">write</a>.</p>',
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_opening_and_saving_changes_no_byte(
    page, live_server, sign_in, editor, file_article, kind, complaints
):
    assert sanitise(BLOCKS[kind]) == BLOCKS[kind]
    article = file_article(body=BLOCKS[kind])
    sign_in(page, editor)
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    writing = page.locator(".field-body [contenteditable=true]")
    expect(writing).to_be_visible()

    # A letter typed and taken back makes the editor write the whole body anew.
    writing.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="Save working copy").click()

    expect(page.locator(".messagelist")).to_contain_text("Nothing has changed")
    assert Revision.objects.get().content["body"] == BLOCKS[kind]
    assert complaints == []


def test_an_editor_writes_publishes_and_finds_the_story(
    page, live_server, sign_in, editor, world, complaints
):
    sign_in(page, editor)
    page.get_by_role("link", name="Stories").click()
    page.get_by_role("link", name="Add story").click()
    page.get_by_label("Headline:").fill("Fog lifts; the first ferry is full")
    page.get_by_label("Section:").select_option("World")
    page.locator(".field-body [contenteditable=true]").click()
    page.keyboard.type("The first ferry left at six.")
    page.get_by_role("button", name="Create the story").click()
    expect(page.locator(".messagelist")).to_contain_text("Created W1")

    page.get_by_label("Byline:").fill("Ines Falk")
    page.get_by_role("button", name="File to the desk").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".state-now")).to_contain_text("Readers have seen it since")

    page.goto(live_server.url)
    page.get_by_role("link", name="Fog lifts; the first ferry is full").first.click()
    expect(page.locator("#W1 .body")).to_have_text("The first ferry left at six.")
    expect(page.locator("#W1 .by .count")).to_have_text("Comments 0")
    assert complaints == []


def test_the_form_is_worked_by_keyboard_alone(page, live_server, sign_in, editor, file_article):
    article = file_article()
    sign_in(page, editor)
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    page.get_by_label("Headline:").focus()

    page.keyboard.press("Control+A")
    page.keyboard.type("Typed by hand")
    page.keyboard.press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("Saved the working copy")
    assert Article.objects.get().working_headline == "Typed by hand"


def test_two_editors_at_once_lose_nothing(
    context, live_server, sign_in, editor, publisher, file_article
):
    article = file_article()
    address = f"{live_server.url}/admin/articles/article/{article.pk}/change/"
    mine = context.new_page()
    sign_in(mine, editor)
    mine.goto(address)
    theirs = context.browser.new_context().new_page()
    sign_in(theirs, publisher)
    theirs.goto(address)

    theirs.get_by_label("Headline:").fill("Their headline")
    theirs.get_by_role("button", name="Save working copy").click()
    mine.get_by_label("Headline:").fill("My headline")
    mine.get_by_role("button", name="Save working copy").click()

    expect(mine.locator(".errornote")).to_be_visible()
    expect(mine.locator(".theirs")).to_contain_text("Their headline")
    expect(mine.get_by_label("Headline:")).to_have_value("My headline")
    mine.get_by_role("button", name="Save my text as the working copy").click()
    expect(mine.locator(".messagelist")).to_contain_text("Saved the working copy")
    assert Article.objects.get().working_headline == "My headline"
