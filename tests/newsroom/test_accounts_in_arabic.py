"""What a reader of an Arabic paper meets at the door and behind it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.urls import reverse

from comments import readers
from newsroom import tasks
from newsroom.accounts.urls import urlpatterns
from tests.newsroom.latin import ADDRESS_LIKE, WORD, latin_words

PASSWORD = "الثلج على الطريق"
# The names of the paper, of its first section, of a format, and the parts of a mail address.
NAMES = ("Newsroom", "News", "JSON", "layla", "letters", "example")
PAGES = [pattern.name for pattern in urlpatterns if not pattern.pattern.regex.groups]


@pytest.fixture
def layla(settings, db):
    settings.LANGUAGE_CODE = "ar"
    user = User.objects.create_user("reader-layla", "layla@letters.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    readers.join(user, "ليلى")
    return user


@pytest.fixture
def at_home(client, layla):
    """The browser of a reader who has just given the password a second time."""
    client.post(reverse("account_login"), {"login": "ليلى", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def assert_arabic(page, address):
    text = page.content.decode()
    assert '<html lang="ar" dir="rtl">' in text, address
    # The secret of a second factor is letters, and no words.
    secret = getattr(page.context["form"], "secret", "") if "form" in page.context else ""
    text = text.replace(secret, "") if secret else text
    assert not latin_words(text, *NAMES), address


def test_the_door_is_arabic_throughout(client, layla):
    shown = {name: page for name in PAGES if (page := client.get(reverse(name))).status_code == 200}

    assert {"account_login", "account_signup", "account_reset_password"} <= shown.keys()
    for name, page in shown.items():
        assert_arabic(page, name)


def test_an_account_is_arabic_throughout(at_home):
    shown = {
        name: page for name in PAGES if (page := at_home.get(reverse(name))).status_code == 200
    }

    assert {"account", "account_email", "account_erase", "mfa_activate_totp"} <= shown.keys()
    for name, page in shown.items():
        assert_arabic(page, name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("account_login", {}),
        ("account_login", {"login": "ليلى", "password": "خطأ"}),
        ("account_login", {"login": "layla@letters.example", "password": "خطأ"}),
        ("account_signup", {}),
        ("account_signup", {"name": "ل", "email": "خطأ", "password1": "1234567890"}),
        ("account_signup", {"name": "ليلى", "email": "م@م.م", "password1": "ليلى والثلج الكثير"}),
        ("account_reset_password", {}),
        ("account_reset_password", {"email": "خطأ"}),
    ],
)
def test_a_door_that_stays_shut_says_why_in_arabic(client, layla, name, typed):
    page = client.post(reverse(name), typed)

    assert page.context["form"].errors
    assert_arabic(page, name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("account", {"name": ""}),
        ("account_email", {"action_add": "1", "email": "خطأ"}),
        ("account_email", {"action_add": "1", "email": "layla@letters.example"}),
        ("account_change_password", {}),
        ("account_change_password", {"oldpassword": "خطأ", "password1": "1234567890"}),
        ("mfa_activate_totp", {"code": "000000"}),
        ("account_erase", {}),
    ],
)
def test_a_wrong_answer_within_the_account_is_told_in_arabic(at_home, name, typed):
    at_home.get(reverse(name))

    page = at_home.post(reverse(name), typed)

    assert page.context["form"].errors
    assert_arabic(page, name)


def test_letters_of_an_arabic_paper_are_arabic(client, layla):
    fresh = {"name": "سامر", "email": "samer@letters.example", "password1": PASSWORD}
    client.post(reverse("account_signup"), fresh)
    client.post(reverse("account_signup"), fresh | {"name": "نور", "email": layla.email})
    client.post(reverse("account_reset_password"), {"email": layla.email})
    client.post(reverse("account_reset_password"), {"email": "nobody@letters.example"})

    tasks.run_due()

    assert len(mail.outbox) == 4
    for letter in mail.outbox:
        words = f"{letter.subject}\n{ADDRESS_LIKE.sub('', letter.body)}"
        assert not set(WORD.findall(words)) - {"Newsroom"}, letter.subject
