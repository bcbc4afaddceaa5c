import os
import shutil

import pytest

# Playwright's synchronous API runs an event loop in this thread, where Django would refuse the
# database; here each test has the thread to itself.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture
def sign_in(live_server):
    """sign_in(page, account) through the form, as a person does."""

    def sign_in(page, account):
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("Name or mail address").fill(account.get_username())
        page.get_by_label("Password").fill("secret")
        page.get_by_role("button", name="Sign in").click()

    return sign_in


@pytest.fixture
def complaints(page):
    """What the browser had to say against a page: errors of scripts and of its security policy."""
    heard = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda message: heard.append(message.text) if message.type == "error" else None,
    )
    return heard


@pytest.fixture(autouse=True)
def _rows_survive_the_server(transactional_db):
    """The live server reads with connections of its own, so rows must be committed."""
