"""Every page can be used by everyone, as far as a program can tell (axe)."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from articles.models import Article
from comments import posting, tokens
from comments.moderation import transition


@pytest.fixture
def addresses(publish_article, arabic):
    article = publish_article(kicker="Weather", dateline="Dunmarrow")
    publish_article(headline="ثلج على الطريق", section=arabic, code="A101")
    for text in ("The first.", "The second."):
        comment = posting.post(article, body=text, guest_name="Ana B.", token=tokens.make("W1"))
        transition(comment, expected="held", revision=comment.revision, to="published", by=None)
    return ["/", "/world/", "/arabic/", "/W1", "/A101", "/W1/comments/", "/W1/comments/new/",
            "/nowhere/"]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_readers_pages(browser, live_server, addresses, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()

    for address in addresses:
        page.goto(live_server.url + address)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
    context.close()


def test_axe_finds_nothing_on_the_pages_of_the_desk(
    page, live_server, addresses, sign_in, admin_user
):
    admin_user.set_password("secret")
    admin_user.save()
    sign_in(page, admin_user)

    for address in (
        "",
        "articles/article/",
        f"articles/article/{Article.objects.get(code='W1').pk}/change/",
        "articles/article/add/",
        "comments/discussion/add/",
        "comments/comment/",
        "comments/discussion/",
    ):
        page.goto(f"{live_server.url}/admin/{address}")
        if "/article/" in address and address != "articles/article/":
            page.locator("[contenteditable]").wait_for()
        results = Axe().run(page, context="#content")
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
