"""The accounts in a browser: for everyone, by keyboard alone, on a telephone and in the dark."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.core import mail as outbox
from playwright.sync_api import expect

from comments import posting, readers, tokens
from newsroom import tasks

PASSWORD = "a short sentence is good"


@pytest.fixture
def ned(publish_article):
    """A reader with a confirmed address and a comment that waits."""
    user = User.objects.create_user("reader-ned", "ned@letters.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    readers.join(user, "Ned Carrow")
    posting.post(publish_article(), body="Two numbers.", author=user, token=tokens.make("W1"))
    return user


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def type_into(page, label, text):
    """Go on by Tab to the field with this label, and type."""
    for _ in range(40):
        press(page, "Tab")
        if page.get_by_label(label, exact=True).evaluate(
            "field => field === document.activeElement"
        ):
            page.keyboard.type(text)
            return
    pytest.fail(f"Tab does not lead to {label}")


def come_in(page, server, name="Ned Carrow", password=PASSWORD):
    page.goto(f"{server.url}/accounts/login/")
    page.get_by_label("Name or mail address").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def confirm_password(page, server, address):
    page.goto(server.url + address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def code_of(secret):
    """What an app shows for this secret now, with some seconds left to type it."""
    while time.time() % 30 > 25:
        time.sleep(0.5)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def assert_good(page):
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
    # Nothing goes over the edge of the page.
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], page.url


@pytest.fixture(params=["light on a telephone", "dark on a desk"])
def look(request, browser):
    """A page in one of two places."""
    on_a_telephone = "telephone" in request.param
    context = browser.new_context(
        color_scheme=request.param.split()[0],
        viewport={"width": 320 if on_a_telephone else 1280, "height": 800},
    )
    yield context.new_page()
    context.close()


def test_the_pages_for_strangers_are_good_for_everyone(look, live_server, ned):
    for address in ("login/", "signup/", "password/reset/", "password/reset/done/",
                    "confirm-email/", "confirm-email/x/", "inactive/",
                    "password/reset/key/1-x-y/"):  # fmt: skip
        look.goto(f"{live_server.url}/accounts/{address}")
        assert_good(look)
    for address, button in (("login/", "Sign in"), ("signup/", "Sign up")):
        look.goto(f"{live_server.url}/accounts/{address}")
        look.get_by_role("button", name=button).click()
        expect(look.get_by_role("alert")).to_be_visible()
        assert_good(look)


def test_the_pages_for_readers_are_good_for_everyone(look, live_server, ned):
    come_in(look, live_server)
    assert_good(look)
    confirm_password(look, live_server, "/accounts/email/")
    for address in ("email/", "password/change/", "logout/", "reauthenticate/", "2fa/",
                    "2fa/totp/activate/"):  # fmt: skip
        look.goto(f"{live_server.url}/accounts/{address}")
        assert_good(look)
    look.goto(f"{live_server.url}/accounts/email/")
    look.get_by_label("New mail address").fill("new@letters.example")
    look.get_by_role("button", name="Change the address").click()
    assert_good(look)
    look.goto(f"{live_server.url}/admin/")
    assert_good(look)


def test_the_second_factor_is_good_for_everyone(look, live_server, ned):
    come_in(look, live_server)
    confirm_password(look, live_server, "/accounts/2fa/totp/activate/")
    secret = look.locator(".secret").inner_text()
    loaded = look.locator(".qr").evaluate("picture => picture.naturalWidth > 0")

    look.get_by_label("Code that the app shows").fill(code_of(secret))
    look.get_by_role("button", name="Turn it on").click()

    assert loaded, "the policy lets the square through"
    assert look.get_by_role("listitem").filter(has_text=re.compile(r"^\d{8}$")).count() == 10
    assert_good(look)
    for address in ("2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/generate/",
                    "2fa/reauthenticate/"):  # fmt: skip
        look.goto(f"{live_server.url}/accounts/{address}")
        assert_good(look)
    look.goto(f"{live_server.url}/accounts/logout/")
    look.get_by_role("button", name="Sign out").click()
    come_in(look, live_server)
    assert_good(look)


def test_a_reader_signs_up_and_comes_in_by_keyboard_alone(page, live_server, settings):
    settings.SITE_URL = live_server.url
    page.goto(f"{live_server.url}/accounts/signup/")

    type_into(page, "Name under your comments", "Branwen T.")
    type_into(page, "Mail address", "branwen@letters.example")
    type_into(page, "Password", PASSWORD)
    press(page, "Enter")
    page.get_by_role("heading", name="Look into your mail").wait_for()
    tasks.run_due()
    (letter,) = outbox.outbox
    page.goto(re.search(r"http\S+confirm-email\S+", letter.body).group())
    page.get_by_role("button", name="Confirm the address").focus()
    press(page, "Enter")
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    type_into(page, "Name or mail address", "branwen t")
    type_into(page, "Password", PASSWORD)
    press(page, "Enter")

    page.get_by_role("heading", name="Your account").wait_for()
    expect(page.get_by_role("link", name="Branwen T.")).to_be_visible()


def test_who_typed_something_wrong_is_at_the_summary_and_one_key_from_the_field(page, live_server):
    page.goto(f"{live_server.url}/accounts/signup/")
    type_into(page, "Name under your comments", "x")
    press(page, "Enter")
    page.get_by_role("alert").wait_for()

    assert page.get_by_role("alert").evaluate("summary => summary === document.activeElement")
    press(page, "Tab", "Enter", "Control+a")
    page.keyboard.type("Branwen T.")

    expect(page.get_by_label("Name under your comments")).to_have_value("Branwen T.")
