"""The desk's second lock: a code from an app, or once a code from a list in a drawer."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import get_resolver

from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NOON = "2026-11-23 12:00:00+00:00"
CODE_PAGE = "/accounts/2fa/authenticate/"
SET_UP = "/accounts/2fa/totp/activate/"


def code_of(secret):
    """What an app shows for this secret now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def html_of(response):
    return response.content.decode()


@pytest.fixture
def two_factor(settings):
    settings.NEWSROOM_ADMIN_TWO_FACTOR = True


@pytest.fixture
def edda(account):
    return account("edda", "Section editor", email="edda@paper.example")


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def test_without_the_setting_a_password_opens_the_desk(client, edda, sign_in):
    sign_in(client, "edda", "secret")

    assert client.get("/admin/").status_code == 200


def test_staff_without_an_app_set_one_up_and_are_back_at_the_desk(
    two_factor, noon, client, edda, sign_in, letters, django_capture_on_commit_callbacks
):
    assert sign_in(client, "edda", "secret")["Location"] == "/admin/"
    led = client.get("/admin/", follow=True)
    page = client.post(
        "/accounts/reauthenticate/", {"password": "secret", "next": SET_UP}, follow=True
    )
    secret = page.context["form"].secret

    wrong = client.post(SET_UP, {"code": "000000"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(SET_UP, {"code": code_of(secret)})
    done = client.get("/accounts/2fa/recovery-codes/")

    assert led.redirect_chain[0][0] == SET_UP
    assert f'<code class="secret" dir="ltr">{secret}</code>' in html_of(page)
    assert "This code is not right" in html_of(wrong)
    assert html_of(done).count("<li><code>") == 10
    assert 'href="/admin/"' in html_of(done)
    assert client.get("/admin/").status_code == 200
    assert letters()[-1].subject == "Newsroom: Two-factor authentication is on"


def test_the_square_is_the_one_picture_that_is_not_a_file(client, edda, sign_in):
    sign_in(client, "edda", "secret")
    client.post("/accounts/reauthenticate/", {"password": "secret"})

    page = client.get(SET_UP)

    assert "img-src 'self' data:;" in page["Content-Security-Policy"] + ";"
    assert "data:" not in client.get("/accounts/2fa/")["Content-Security-Policy"]
    assert "script-src 'self';" in page["Content-Security-Policy"] + ";"
    assert "no-store" in page["Cache-Control"]


def test_staff_with_an_app_give_a_code_at_the_door(
    two_factor, noon, client, edda, sign_in, with_app
):
    secret = with_app(edda)
    asked = sign_in(client, "edda", "secret", next="/admin/comments/comment/")
    before = client.get("/admin/", follow=True)

    wrong = client.post(CODE_PAGE, {"code": "123"})
    right = client.post(CODE_PAGE, {"code": code_of(secret)})

    assert asked["Location"] == CODE_PAGE
    assert before.redirect_chain[-1][0] == CODE_PAGE
    assert "This code is not right" in html_of(wrong)
    assert right["Location"] == "/admin/comments/comment/"
    assert client.get("/admin/").status_code == 200


def test_a_code_serves_once(noon, client, edda, sign_in, with_app):
    code = code_of(with_app(edda))
    sign_in(client, "edda", "secret")
    client.post(CODE_PAGE, {"code": code})

    thief = Client()
    sign_in(thief, "edda", "secret")
    again = thief.post(CODE_PAGE, {"code": code})
    noon.shift(61)
    late = thief.post(CODE_PAGE, {"code": code})

    assert "was used already" in html_of(again)
    assert "not right" in html_of(late)


def test_a_recovery_code_opens_once(noon, client, edda, sign_in, with_app):
    with_app(edda)
    codes = Authenticator.objects.get(user=edda, type="recovery_codes").wrap().get_unused_codes()
    sign_in(client, "edda", "secret")
    first = client.post(CODE_PAGE, {"code": codes[0]})

    thief = Client()
    sign_in(thief, "edda", "secret")
    second = thief.post(CODE_PAGE, {"code": codes[0]})

    assert first["Location"] == "/admin/"
    assert "not right" in html_of(second)
    left = Authenticator.objects.get(user=edda, type="recovery_codes").wrap().get_unused_codes()
    assert left == codes[1:]


def test_codes_are_guessed_five_times(noon, client, edda, sign_in, with_app):
    secret = with_app(edda)
    sign_in(client, "edda", "secret")
    pages = [html_of(client.post(CODE_PAGE, {"code": f"00000{n}"})) for n in range(5)]

    sixth = html_of(client.post(CODE_PAGE, {"code": code_of(secret)}))

    assert "Too many wrong tries" in sixth
    assert "Too many wrong tries" not in pages[0]


def test_a_session_from_before_the_app_gives_a_code_at_the_desk(
    two_factor, noon, client, edda, sign_in, with_app
):
    sign_in(client, "edda", "secret")
    secret = with_app(edda)

    asked = client.get("/admin/comments/comment/?tab=held")
    given = client.post(asked["Location"], {"code": code_of(secret)})

    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fcomments")
    assert given["Location"] == "/admin/comments/comment/?tab=held"
    assert client.get(given["Location"]).status_code == 200


def test_no_page_of_the_desk_opens_without(two_factor, client, edda, sign_in):
    sign_in(client, "edda", "secret")

    for pattern in get_resolver("newsroom.urls").url_patterns:
        if str(pattern.pattern) == "admin/":
            addresses = [f"/admin/{inner.pattern}" for inner in pattern.url_patterns]
    for address in addresses:
        if "logout" not in address:
            assert client.get(address)["Location"] == SET_UP, address
    assert len(addresses) > 15
    assert client.post("/admin/logout/")["Location"] == "/"


def test_readers_are_not_touched(two_factor, client, ned, sign_in):
    assert sign_in(client, "Ned Carrow")["Location"] == "/accounts/"

    assert client.get("/accounts/").status_code == 200
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_reader_may_have_a_second_factor_too(noon, client, ned, sign_in, with_app):
    secret = with_app(ned)
    sign_in(client, "Ned Carrow")

    assert client.get("/accounts/").status_code == 302
    assert client.post(CODE_PAGE, {"code": code_of(secret)})["Location"] == "/accounts/"


def test_turning_it_off_asks_for_the_password_and_tells_the_owner(
    noon, client, ned, sign_in, with_app, letters
):
    secret = with_app(ned)
    sign_in(client, "Ned Carrow")
    client.post(CODE_PAGE, {"code": code_of(secret)})
    off = "/accounts/2fa/totp/deactivate/"
    asked = client.get(off)

    client.post(asked["Location"], {"password": PASSWORD})
    client.post(off)

    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not Authenticator.objects.exists()
    assert letters()[-1].subject == "Newsroom: Two-factor authentication is off"


def test_recovery_codes_are_shown_downloaded_and_made_anew(noon, client, ned, sign_in, with_app):
    secret = with_app(ned)
    sign_in(client, "Ned Carrow")
    client.post(CODE_PAGE, {"code": code_of(secret)})
    assert client.get("/accounts/2fa/recovery-codes/")["Location"].startswith(
        "/accounts/reauthenticate/"
    )
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    shown = client.get("/accounts/2fa/recovery-codes/")
    file = client.get("/accounts/2fa/recovery-codes/download/")
    client.post("/accounts/2fa/recovery-codes/generate/")
    anew = client.get("/accounts/2fa/recovery-codes/")

    codes = file.content.decode().split()
    assert len(codes) == 10
    assert all(code in html_of(shown) for code in codes)
    assert not any(code in html_of(anew) for code in codes)
    assert "no-store" in shown["Cache-Control"]
    assert "no-store" in file["Cache-Control"]
    assert "10 codes are left" in html_of(client.get("/accounts/2fa/"))


def test_codes_without_an_app_are_refused_with_the_way_out(client, ned, sign_in):
    sign_in(client, "Ned Carrow")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    answer = client.post("/accounts/2fa/recovery-codes/generate/")

    assert "set that up first" in html_of(answer)
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 404


# What lies in the database ---------------------------------------------------------------


def test_no_secret_lies_open_in_the_database(ned, with_app):
    secret = with_app(ned)

    rows = str(list(Authenticator.objects.values()))

    assert secret not in rows
    codes = Authenticator.objects.get(type="recovery_codes").wrap()
    assert not any(code in rows for code in codes.get_unused_codes())


def test_a_new_secret_key_opens_what_the_one_before_locked(noon, ned, with_app, settings):
    secret = with_app(ned)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 10

    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))


# A colleague who lost the phone -------------------------------------------------------------


def remove(client, authenticator):
    address = f"/admin/mfa/authenticator/{authenticator.pk}/delete/"
    return client.post(address, {"post": "yes"})


@pytest.fixture
def manager(client, account):
    user = account("manager", "IT administrator")
    client.force_login(user)
    return user


def test_an_it_administrator_takes_the_app_from_a_colleague_without_seeing_secrets(
    client, manager, edda, with_app, letters
):
    with_app(edda)
    app = Authenticator.objects.get(type="totp")
    pages = [client.get(f"/admin/mfa/authenticator/{part}") for part in
             ("", f"{app.pk}/change/", f"{app.pk}/delete/", f"{app.pk}/history/")]  # fmt: skip

    answer = remove(client, app)

    assert [page.status_code for page in pages] == [200] * 4
    assert pages[0].context["cl"].result_count == 1, "a colleague is one row"
    for page in pages:
        assert app.data["secret"] not in html_of(page)
        assert "seed" not in html_of(page)
    assert answer.status_code == 302
    assert not Authenticator.objects.exists(), "the recovery codes go as well"
    assert letters()[-1].to == ["edda@paper.example"]


def test_nobody_takes_their_own_or_a_superusers(client, manager, admin_user, with_app):
    for user in (manager, admin_user):
        with_app(user)
        app = Authenticator.objects.get(user=user, type="totp")

        assert remove(client, app).status_code == 403
    assert Authenticator.objects.filter(type="totp").count() == 2


@pytest.mark.parametrize("group", ["Reporter", "Section editor", "Publisher", "Moderator"])
def test_others_do_not_come_near_the_apps(client, account, edda, with_app, group):
    with_app(edda)
    client.force_login(account("colleague", group))

    assert client.get("/admin/mfa/authenticator/").status_code == 403
    assert remove(client, Authenticator.objects.get(type="totp")).status_code == 403


def test_addresses_and_background_work_are_for_looking_only(client, manager, ned):
    client.post("/accounts/password/reset/", {"email": "nobody@letters.example"})

    for model, row in (("account/emailaddress", ned.emailaddress_set.get().pk),
                       ("django_tasks_database/dbtaskresult", None)):  # fmt: skip
        assert client.get(f"/admin/{model}/").status_code == 200
        assert client.get(f"/admin/{model}/add/").status_code == 403
        if row:
            assert client.post(f"/admin/{model}/{row}/change/", {"verified": ""}).status_code == 403
            assert client.post(f"/admin/{model}/{row}/delete/", {"post": "yes"}).status_code == 403


def test_an_it_administrator_makes_an_account_of_staff(client, manager, sign_in):
    made = client.post(
        "/admin/auth/user/add/",
        {
            "username": "pia",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    saved = client.post(
        made["Location"],
        {
            "username": "pia",
            "email": "Pia@Paper.Example",
            "is_active": "on",
            "is_staff": "on",
            "groups": [Group.objects.get(name="Publisher").pk],
            "date_joined_0": "2026-11-23",
            "date_joined_1": "12:00:00",
        },
    )

    assert saved.status_code == 302, saved.context["adminform"].form.errors
    assert sign_in(Client(), "pia@paper.example")["Location"] == "/admin/"
    # Letters are looked up by it as it is written here.
    assert User.objects.get(username="pia").email == "pia@paper.example"
