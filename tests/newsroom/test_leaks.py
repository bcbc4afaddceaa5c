"""A reader's mail, sign-in name, address and secrets stand on no page and in no line of a log."""

import logging
from contextlib import suppress
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from comments import moderation, posting, tokens
from comments.models import Comment, Reader, Status
from comments.readers import join
from tests.newsroom.test_site_map import address_of, routes

ADDRESS = "zqmail@leak.example.org"
CLIENT = "203.0.113.222"
PASSWORD = "zqpassword of a sentence"
# The public name is public; of these nothing is.
SECRETS = ("zqmail", "leak.example", "zquser", "zqlast", "zqhash", "zqpassword", CLIENT)
# Where accounts are managed; for IT administrators alone.
OF_ACCOUNTS = {"auth", "account", "mfa", "sessions", "django_tasks_db"}


@pytest.fixture
def marit(paper):
    """A reader whose comments have every status, and the secrets above."""
    user = User(username="reader-zquser", email=ADDRESS, last_name="Zqlastname")
    user.password = "md5$salt$zqhash"
    user.save()
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=True, primary=True)
    join(user, "Marit S.")
    for hours, status in enumerate(Status, start=1):
        comment = posting.post(
            paper,
            body=f"Words that are {status}.",
            author=User.objects.get(pk=user.pk),
            address=CLIENT,
            token=tokens.make(paper.code),
            at=timezone.now() + timedelta(hours=hours),
        )
        bring_to(comment, status, by=user)
    return user


def bring_to(comment, status, *, by):
    steps = {Status.REMOVED: [Status.PUBLISHED, Status.REMOVED]}.get(status, [status])
    for step in steps:
        if step != comment.status:
            moderation.transition(
                comment,
                expected=comment.status,
                revision=1,
                to=step,
                by=by if step == Status.WITHDRAWN else None,
                reason="So.",
            )


def secrets_in(response):
    """Those that a response holds, in its body or in a header."""
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    text = f"{headers} {response.content.decode(errors='replace')}".lower()
    found = [secret for secret in SECRETS if secret in text]
    hashes = Comment.objects.exclude(ip_hash="").values_list("ip_hash", flat=True)
    return found + [kept for kept in hashes if kept in text]


def browser_of(user, **options):
    client = Client(raise_request_exception=False, **options)
    if user:
        client.force_login(user)
    return client


# Pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [None, "", "Moderator"])
def test_no_page_of_the_paper_names_a_reader_but_by_the_public_name(group, marit, account):
    other = account("somebody", group, is_staff=bool(group)) if group is not None else None
    browser = browser_of(other)

    for address in {*paper_addresses(), *account_addresses()}:
        response = browser.get(address, follow=True)

        assert response.status_code < 500, address
        assert secrets_in(response) == [], address


def paper_addresses():
    yield from map(address_of, routes())
    yield "/nowhere/"
    for name in ("comment", "edit_comment", "withdraw_comment"):
        for seq in Comment.objects.values_list("seq", flat=True):
            yield reverse(name, args=["W460", seq])


def account_addresses():
    for name in get_resolver().reverse_dict:
        if isinstance(name, str) and name.startswith(("account", "mfa")):
            with suppress(NoReverseMatch):
                yield reverse(name)


def test_the_discussion_shows_the_public_name(marit, passer_by):
    assert "Marit S." in passer_by.get("/W460/comments/").content.decode()


@pytest.mark.parametrize(
    "group",
    ["Reporter", "Copy editor", "Section editor", "Publisher", "Moderator", "IT administrator"],
)
def test_no_page_of_the_desk_names_a_reader_but_by_the_public_name(group, marit, account):
    browser = browser_of(account("colleague", group))
    seen = 0

    for address in desk_addresses():
        response = browser.get(address, follow=True)

        assert response.status_code < 500, address
        assert secrets_in(response) == [], address
        seen += response.status_code == 200

    assert seen


def desk_addresses():
    """Every list of the admin, every row's form and history, every tab of the queue."""
    yield reverse("admin:index")
    for tab in ("held", "reported", "unreviewed", "decided"):
        yield reverse("admin:comments_comment_changelist") + f"?tab={tab}"
    for model, of_model in admin.site._registry.items():
        if model._meta.app_label in OF_ACCOUNTS:
            continue
        for pattern in of_model.get_urls():
            if pattern.name is None:
                continue
            takes_a_row = "object_id" in str(pattern.pattern)
            rows = model._default_manager.all() if takes_a_row else [None]
            for row in rows:
                yield reverse(f"admin:{pattern.name}", args=[row.pk] if row else [])


@pytest.mark.parametrize("group", ["Section editor", "Publisher", "Moderator"])
@pytest.mark.parametrize("model", ["auth/user", "account/emailaddress", "sessions/session"])
def test_moderators_and_editors_do_not_come_near_accounts(group, model, marit, account):
    response = browser_of(account("colleague", group)).get(f"/admin/{model}/")

    assert response.status_code in {403, 404}


# Logs ------------------------------------------------------------------------------------


@pytest.fixture
def log(caplog):
    """What is logged: all that ours and those near us say, and the warnings of everybody else."""
    for name in (
        *("articles", "comments", "newsroom", "allauth", "django_tasks", "django_tasks_db"),
        *("django.request", "django.security"),
    ):
        caplog.set_level(logging.DEBUG, logger=name)

    def read():
        formatter = logging.Formatter("%(name)s %(message)s")
        return "\n".join(formatter.format(record) for record in caplog.records).lower()

    return read


def assert_silent(log):
    assert [secret for secret in SECRETS if secret in log()] == []


@pytest.fixture
def visitor(db):
    return Client(raise_request_exception=False, REMOTE_ADDR=CLIENT)


def test_signing_up_is_logged_without_the_person(visitor, log):
    visitor.post(
        reverse("account_signup"),
        {"name": "Marit S.", "email": ADDRESS, "password1": PASSWORD},
    )

    assert User.objects.filter(email=ADDRESS).exists()
    assert_silent(log)


def test_a_wrong_password_is_logged_without_the_person(marit, visitor, log):
    form = {"login": ADDRESS, "password": PASSWORD}
    # Often enough to be locked out.
    answers = [visitor.post(reverse("account_login"), form) for _ in range(12)]

    assert all(answer.status_code in {200, 422, 429} for answer in answers)
    assert_silent(log)


def test_a_forgotten_password_is_logged_without_the_person(marit, visitor, log):
    for address in (ADDRESS, f"no-{ADDRESS}"):
        visitor.post(reverse("account_reset_password"), {"email": address})

    assert_silent(log)


def test_posting_is_logged_without_the_person(marit, visitor, log):
    Comment.objects.update(created_at=timezone.now() - timedelta(days=1))
    before = Comment.objects.count()
    visitor.force_login(marit)
    address = "/W460/comments/new/"

    form = {"body": "Once more, with words."}
    page = visitor.post(address, form)
    form["csrfmiddlewaretoken"] = visitor.cookies["csrftoken"].value
    for token in (page.context["token"], tokens.make("W460"), "forged"):
        visitor.post(address, form | {"token": token})
    visitor.post(address, {"body": "x" * 30_000}, headers={"x-forwarded-for": CLIENT})
    Client(enforce_csrf_checks=True, REMOTE_ADDR=CLIENT).post(address, {"token": "forged"})

    assert Comment.objects.count() == before + 1
    assert_silent(log)


def test_erasing_is_logged_without_the_person(marit, visitor, log):
    from newsroom import privacy

    privacy.erase(marit, words="keep")

    assert not Reader.objects.exists()
    assert_silent(log)


def test_a_page_that_breaks_is_logged_without_the_person(marit, visitor, log, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the plough is in the ditch")

    monkeypatch.setattr("comments.threads.newest", fail)
    visitor.force_login(marit)

    assert visitor.get("/W460/comments/").status_code == 500
    assert "the plough is in the ditch" in log()
    assert_silent(log)
