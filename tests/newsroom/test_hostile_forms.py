"""What attackers type into every field of every form that readers have, and into the pages' own
addresses: it is text wherever it comes out, or an error at its field, and never breaks a page."""

from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from comments import moderation, posting, readers, tokens
from comments.models import Comment
from tests.conftest import acting_elements

pytestmark = pytest.mark.django_db
PASSWORD = "a short sentence is good"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg><animate onbegin=alert(1)></svg><math><mtext></mtext>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% debug %}",
    "Ned\r\nBcc: all@letters.example",
    "N\x00ed",
    "\ud800 lone",
    "\u202e reversed \u2066",
    "\u200b\u200b\u200b",
    "a" + "\u0301" * 300,
    "x" * 20_000,
    "٣" * 60,
    "' OR 1=1 --",
    "%00%0d%0a",
    "",
]
FORMS = {
    "/W460/comments/new/": {"body": "Hello.", "name": "Ann", "website": "", "to": "", "token": "t"},
    "/W460/comments/2/edit/": {"body": "Words.", "revision": "1"},
    "/W460/comments/2/withdraw/": {"reason": ""},
    "/accounts/": {"name": "Ann B."},
    "/accounts/login/": {"login": "ann", "password": "x", "next": "/"},
    "/accounts/signup/": {"name": "Ann B.", "email": "ann@letters.example", "password1": PASSWORD},
    "/accounts/email/": {"email": "ann@letters.example", "action_add": "1"},
    "/accounts/password/change/": {
        "oldpassword": PASSWORD,
        "password1": "another sentence here",
        "password2": "another sentence here",
    },
    "/accounts/password/reset/": {"email": "ann@letters.example"},
    "/accounts/reauthenticate/": {"password": PASSWORD, "next": "/"},
    "/accounts/logout/": {"next": "/"},
    "/accounts/erase/": {"words": "keep"},
    "/accounts/2fa/totp/activate/": {"code": "123456"},
}  # fmt: skip
FIELDS = [(address, field) for address, fields in FORMS.items() for field in fields]


@pytest.fixture
def ned(publish_article):
    """A reader who signed in and has said one thing, number 2, under W460."""
    article = publish_article(code="W460")
    posting.post(article, body="First.", guest_name="Guest G.", token=tokens.make("W460"))
    user = User.objects.create_user("reader-ned", "ned@letters.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    readers.join(user, "Ned Carrow")
    posting.post(article, body="Second.", author=user, token=tokens.make("W460"))
    return user


@pytest.fixture
def reading(ned):
    client = Client()
    client.post("/accounts/login/", {"login": "Ned Carrow", "password": PASSWORD})
    return client


@pytest.mark.parametrize(("address", "field"), FIELDS)
@pytest.mark.parametrize("signed_in", [True, False], ids=["reader", "guest"])
def test_no_field_of_a_form_breaks_a_page_or_acts_on_it(
    reading, address, field, signed_in, settings
):
    settings.ACCOUNT_RATE_LIMITS = False
    client = reading if signed_in else Client()

    for typed in HOSTILE:
        body = urlencode(FORMS[address] | {field: typed}, errors="surrogatepass")
        answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500, typed
        if "json" not in answer["Content-Type"]:
            assert acting_elements(answer.content.decode()) == [], typed
        assert "\n" not in answer.get("Location", "")


@pytest.mark.parametrize("hostile", [text for text in HOSTILE if "<" in text])
def test_hostile_words_are_text_on_every_page_that_shows_them(ned, reading, moderator, hostile):
    Comment.objects.all().update(body=hostile, guest_name="")
    type(ned.reader).objects.update(name=hostile[:50])
    for comment in Comment.objects.all():
        moderation.transition(
            comment, expected=comment.status, revision=comment.revision, to="published", by=None
        )
    desk = Client()
    desk.force_login(moderator)

    for client, address in [
        (reading, "/accounts/"),
        (reading, "/W460/comments/"),
        (reading, "/W460/comments/new/?to=2"),
        (reading, "/W460/comments/2/withdraw/"),
        (Client(), "/W460/comments/"),
        (Client(), "/W460/comments/new/?to=2"),
        (desk, "/admin/comments/comment/?tab=decided"),
        (desk, "/admin/comments/reader/"),
        (desk, f"/admin/comments/reader/{ned.reader.pk}/change/"),
    ]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert hostile[:20] not in answer.content.decode(), address


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/?before=-1",
        "/accounts/?before=99999999999999999999",
        "/accounts/?before=%00",
        "/accounts/?before=1&before=x",
        "/accounts/confirm-email/%00/",
        "/accounts/confirm-email/" + "x" * 3000 + "/",
        "/accounts/password/reset/key/1-%00/",
        "/accounts/password/reset/key/zzzzzzzzzzzzzzzzzzzz-set-password/",
        "/accounts/login/?next=%00//evil.example",
        "/about/%00/",
        "/about/" + "x" * 3000 + "/",
        "/W460/comments/1/%00",
    ],
)
def test_no_address_breaks_a_page(reading, address):
    for client in (reading, Client()):
        assert client.get(address).status_code < 500
        assert client.post(address, {"x": "y"}).status_code < 500


@pytest.mark.parametrize("address", FORMS)
def test_what_is_no_form_breaks_no_page(reading, address):
    for kind, body in [
        ("application/x-www-form-urlencoded", b"\xff\xfe=%zz&&&==;" * 50),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/json", b'{"a": ' * 500),
        ("text/plain; charset=utf-16", b"\x00"),
    ]:
        assert reading.post(address, body, content_type=kind).status_code < 500, kind
    assert reading.post(address, {str(n): "x" for n in range(2000)}).status_code in {302, 303, 400}
