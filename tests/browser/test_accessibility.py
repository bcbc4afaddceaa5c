"""Every page can be used by everyone, as far as a program can tell (axe)."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import posting, readers, tokens
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


@pytest.fixture
def ned(addresses):
    """A reader who waits under an English story and under an Arabic one."""
    user = User.objects.create_user("reader-ned")
    readers.join(user, "Ned Carrow")
    for number, code in enumerate(("W1", "A101")):
        posting.post(
            Article.objects.get(code=code),
            body=f"Words under {code}: https://paper.example",
            author=user,
            token=tokens.make(code),
            at=timezone.now() + timedelta(seconds=6 * number),
        )
    return user


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_a_reader_mends_and_waits(browser, live_server, ned, scheme):
    client = Client()
    client.force_login(ned)
    session = client.cookies["sessionid"].value
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()

    for address in ("/W1", "/W1/comments/", "/A101/comments/", "/W1/comments/3/edit/",
                    "/A101/comments/1/edit/", "/W1/comments/3/withdraw/",
                    "/W1/comments/new/?to=1", "/accounts/"):  # fmt: skip
        page.goto(live_server.url + address)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
    page.goto(f"{live_server.url}/W1/comments/new/")
    page.locator("textarea").fill("x")
    page.locator("form.new button").first.click()
    page.locator(".summary").wait_for()
    assert Axe().run(page).violations_count == 0
    context.close()


def test_axe_finds_nothing_on_the_pages_of_the_desk(page, live_server, ned, sign_in, admin_user):
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
        "comments/reader/",
        f"comments/reader/{ned.reader.pk}/change/",
        "newsroom/housepage/",
        "auth/user/",
        "mfa/authenticator/",
        "account/emailaddress/",
    ):
        page.goto(f"{live_server.url}/admin/{address}")
        if "/article/" in address and address != "articles/article/":
            page.locator("[contenteditable]").wait_for()
        results = Axe().run(page, context="#content")
        assert results.violations_count == 0, f"{address}\n{results.generate_report()}"
