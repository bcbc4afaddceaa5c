"""A password is changed by who knows it, or by a letter; everybody else is signed out by it."""

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client
from django.utils.http import int_to_base36

from tests.newsroom.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another sentence that is good"
FORGOTTEN = "/accounts/password/reset/"


def signed_in(client):
    return client.get("/accounts/").status_code == 200


def html_of(response):
    return response.content.decode()


@pytest.fixture
def ask(ned, letters, link_in):
    """ask() has a letter sent to Ned, and gives its link to a new password."""

    def ask():
        Client().post(FORGOTTEN, {"email": "ned@letters.example"})
        (letter,) = letters()
        letters().clear()
        return link_in(letter, "password/reset/key/")

    return ask


@pytest.fixture
def link(ask):
    return ask()


def choose(client, link, password=NEW):
    """Open the link of the letter and fill in the form that it leads to."""
    form = client.get(link, follow=True)
    where = form.request["PATH_INFO"]
    return form, client.post(where, {"password1": password})


def test_who_forgot_the_password_chooses_another_by_a_letter(client, ned, link, letters, sign_in):
    form, answer = choose(client, link)

    assert form.request["PATH_INFO"].endswith("-set-password/"), "no address shows the key"
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    assert "Your password is changed" in html_of(client.get(answer["Location"]))
    assert not signed_in(client)
    assert sign_in(client, "Ned Carrow", NEW)["Location"] == "/accounts/"
    (letter,) = letters()
    assert letter.subject == "Newsroom: Your password was changed"


def test_the_link_serves_once(client, ned, link, sign_in):
    choose(client, link)

    form, _answer = choose(Client(), link, "a third sentence that is good")

    assert "used already" in html_of(form)
    assert sign_in(client, "Ned Carrow", NEW).status_code == 302


def test_a_link_that_is_too_old_serves_nobody(client, link):
    with time_machine.travel("2040-01-01"):
        form, _answer = choose(client, link)

    assert "too old" in html_of(form)


@pytest.mark.parametrize(
    "key",
    ["0-a-b", "zzzzzzzzzzzzz-a-b", "1-x", "1-set-password", "9" * 200 + "-b", "1-" + "a" * 5000],
)
def test_a_link_that_is_not_ours_is_said_to_be_no_good(client, ned, key):
    page = client.get(f"/accounts/password/reset/key/{key}/", follow=True)

    assert page.status_code == 200
    assert "used already" in html_of(page)


def test_a_link_is_for_one_account(client, ned, link, account):
    other = account("edda", "Section editor")
    stolen = link.replace(f"/{int_to_base36(ned.pk)}-", f"/{int_to_base36(other.pk)}-")

    form, _answer = choose(client, stolen)

    assert stolen != link
    assert "used already" in html_of(form)
    assert User.objects.get(pk=other.pk).check_password("secret")


def test_a_weak_password_is_refused_at_its_field(client, link):
    form, answer = choose(client, link, "short")

    assert 'aria-describedby="id_password1_helptext"' in html_of(form)
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in html_of(answer)
    assert "at least 10 characters" in html_of(answer)


def test_an_address_that_nobody_has_gets_the_same_page_and_a_letter(client, ned, letters):
    known = client.post(FORGOTTEN, {"email": "ned@letters.example"})
    unknown = client.post(FORGOTTEN, {"email": "nobody@letters.example"})

    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"
    assert [letter.to for letter in letters()] == [
        ["ned@letters.example"],
        ["nobody@letters.example"],
    ]
    assert "no account with it" in letters()[1].body


def test_staff_get_the_letter_at_the_address_that_an_administrator_wrote(client, account, letters):
    account("edda", "Section editor", email="edda@paper.example")

    client.post(FORGOTTEN, {"email": "Edda@paper.example"})

    (letter,) = letters()
    assert letter.to == ["edda@paper.example"]
    assert "/password/reset/key/" in letter.body


def test_a_closed_account_gets_no_link(client, ned, letters):
    User.objects.update(is_active=False)

    client.post(FORGOTTEN, {"email": "ned@letters.example"})

    assert "/password/reset/key/" not in letters()[0].body


def test_the_letter_opens_a_lock_too(client, ned, link, sign_in):
    for _ in range(6):
        sign_in(client, "Ned Carrow", "a wrong sentence")
    choose(client, link)

    assert sign_in(client, "Ned Carrow", NEW)["Location"] == "/accounts/"


def test_a_new_password_ends_all_other_sessions(client, ned, sign_in, letters):
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, "Ned Carrow")

    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})

    assert answer["Location"] == "/accounts/"
    assert "Your password is changed." in html_of(client.get("/accounts/"))
    assert not signed_in(elsewhere)
    (letter,) = letters()
    assert letter.to == ["ned@letters.example"]


def test_a_reset_ends_all_sessions(client, ned, sign_in, ask):
    sign_in(client, "Ned Carrow")

    choose(Client(), ask())

    assert not signed_in(client)


def test_the_old_password_is_asked_and_its_guessing_counted(client, ned, sign_in):
    sign_in(client, "Ned Carrow")
    form = {"oldpassword": "a wrong sentence", "password1": NEW}
    answers = [client.post("/accounts/password/change/", form) for _ in range(6)]

    assert "This is not your password." in html_of(answers[0])
    assert answers[-1].status_code == 429
    assert User.objects.get(pk=ned.pk).check_password(PASSWORD)


def test_without_its_letter_no_password_is_changed(client, ned, sign_in, monkeypatch):
    sign_in(client, "Ned Carrow")
    monkeypatch.setattr(
        "newsroom.mail.Letter.objects.create", lambda **kw: (_ for _ in ()).throw(IntegrityError)
    )
    client.raise_request_exception = False

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})

    assert User.objects.get(pk=ned.pk).check_password(PASSWORD)


# The mail address ------------------------------------------------------------------------


@pytest.fixture
def trusted(client, ned, sign_in):
    """Ned's browser, in which he has just given his password again."""
    sign_in(client, "Ned Carrow")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def change_to(client, address, act="action_add"):
    return client.post("/accounts/email/", {"email": address, act: "1"})


def addresses_of(user):
    return list(
        EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    )


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    trusted, ned, letters, link_in, sign_in
):
    asked = change_to(trusted, "New@letters.example")
    waiting = html_of(trusted.get("/accounts/email/"))
    before = addresses_of(ned)
    (letter,) = letters()
    confirmed = trusted.post(link_in(letter, "confirm-email"))

    assert asked["Location"] == "/accounts/email/"
    assert "<bdi>new@letters.example</bdi> waits to be confirmed" in waiting
    assert "<bdi>ned@letters.example</bdi>" in waiting
    assert before == ["ned@letters.example"]
    assert letter.to == ["new@letters.example"]
    assert confirmed["Location"] == "/accounts/"
    assert addresses_of(ned) == ["new@letters.example"]
    assert User.objects.get(pk=ned.pk).email == "new@letters.example"
    told = letters()[-1]
    assert (told.to, told.subject) == (
        ["ned@letters.example"],
        "Newsroom: Your mail address was changed",
    )
    assert sign_in(Client(), "new@letters.example").status_code == 302
    assert sign_in(Client(), "ned@letters.example").status_code == 200


def test_a_change_is_called_off_and_the_letter_then_does_nothing(trusted, ned, letters, link_in):
    change_to(trusted, "new@letters.example")
    (letter,) = letters()

    change_to(trusted, "new@letters.example", "action_remove")
    answer = trusted.post(link_in(letter, "confirm-email"))

    assert "used already" in html_of(answer)
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["ned@letters.example"]


def test_a_second_thought_takes_the_place_of_the_first(trusted, ned):
    change_to(trusted, "first@letters.example")
    change_to(trusted, "second@letters.example")

    waiting = EmailAddress.objects.filter(user=ned, verified=False)
    assert [address.email for address in waiting] == ["second@letters.example"]


def test_the_letter_is_sent_again_but_not_at_once(trusted, ned, letters):
    with time_machine.travel("2026-11-23 12:00:00+00:00", tick=False) as clock:
        trusted.post("/accounts/reauthenticate/", {"password": PASSWORD})
        change_to(trusted, "new@letters.example")
        change_to(trusted, "new@letters.example", "action_send")
        clock.shift(200)
        change_to(trusted, "new@letters.example", "action_send")

        assert len(letters()) == 2


def test_an_address_of_somebody_else_is_not_told_and_not_taken(
    trusted, ned, account, letters, link_in
):
    other = account("reader-other", is_staff=False, email="taken@letters.example")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)

    asked = change_to(trusted, "taken@letters.example")
    (letter,) = letters()
    page = trusted.get(link_in(letter, "confirm-email"))
    trusted.post(link_in(letter, "confirm-email"))

    assert asked["Location"] == "/accounts/email/"
    assert "Another account has this mail address" in html_of(page)
    assert addresses_of(ned) == ["ned@letters.example"]
    assert addresses_of(other) == ["taken@letters.example"]


@pytest.mark.parametrize("act", ["action_remove", "action_primary"])
@pytest.mark.parametrize("address", ["ned@letters.example", "new@letters.example"])
def test_an_account_keeps_one_confirmed_address_whatever_is_posted(trusted, ned, act, address):
    change_to(trusted, "new@letters.example")

    change_to(trusted, address, act)

    assert addresses_of(ned) == ["ned@letters.example"]
    assert User.objects.get(pk=ned.pk).email == "ned@letters.example"
    assert EmailAddress.objects.get(user=ned, primary=True).email == "ned@letters.example"


def test_staff_keep_their_address_until_the_new_one_is_confirmed(
    client, account, sign_in, letters, link_in
):
    edda = account("edda", "Section editor", email="edda@paper.example")
    sign_in(client, "edda", "secret")
    client.post("/accounts/reauthenticate/", {"password": "secret"})
    change_to(client, "new@paper.example")
    change_to(client, "new@paper.example", "action_primary")

    before = User.objects.get(pk=edda.pk).email
    (letter,) = letters()
    client.post(link_in(letter, "confirm-email"))

    assert before == "edda@paper.example"
    assert User.objects.get(pk=edda.pk).email == "new@paper.example"
    assert letters()[-1].to == ["edda@paper.example"]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a" * 300 + "@letters.example", "ned@letters.example", "a@b\x00.example"],
)
def test_what_is_no_new_address_is_refused_at_its_field(trusted, ned, address):
    answer = change_to(trusted, address)

    assert answer.status_code == 200
    assert 'id="id_email_error"' in html_of(answer)
    assert EmailAddress.objects.filter(user=ned).count() == 1


# The password again ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/accounts/email/", "/accounts/2fa/totp/activate/", "/accounts/export/", "/accounts/erase/"],
)
def test_what_is_delicate_asks_for_the_password_first_and_keeps_nothing(
    client, ned, sign_in, address
):
    sign_in(client, "Ned Carrow")

    posted = client.post(
        address, {"email": "zq@letters.example", "action_add": "1", "code": "zq1", "words": "zq2"}
    )
    asked = client.get(address)

    assert posted["Location"] == address
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert "zq" not in str(dict(client.session))
    assert "csrftoken" not in str(dict(client.session))
    again = client.post(asked["Location"], {"password": PASSWORD})
    assert again["Location"] == address
    assert client.get(address).status_code == 200
