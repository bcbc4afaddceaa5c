"""The outbox: what happens to a mail between its cause and the mail server."""

import logging
import socket
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic

import pytest
import time_machine
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from newsroom import mail, tasks
from newsroom.models import Letter
from tests.newsroom.post_office import open_post_office

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def post_office(settings):
    """The mail server of the site."""
    with open_post_office() as office:
        send_to(settings, office.port)
        yield office


@pytest.fixture
def no_post_office(settings):
    """A port of this machine at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        send_to(settings, taken.getsockname()[1])
        yield


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def send_to(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def post(**fields):
    message = EmailMessage(
        **{"subject": "Confirm", "body": "Your key is 4711.\n", "to": ["ana@example.org"]} | fields
    )
    mail.post(message)


def go_to_work():
    """What a worker does in a minute."""
    tasks.go_the_round()
    tasks.run_due()


# On its way ----------------------------------------------------------------------------


def test_a_letter_is_sent_by_the_worker_and_by_nobody_before(mailoutbox):
    post()
    before = len(mailoutbox)

    tasks.run_due()

    assert before == 0
    assert [(sent.subject, sent.body, sent.to) for sent in mailoutbox] == [
        ("Confirm", "Your key is 4711.\n", ["ana@example.org"])
    ]


def test_a_letter_that_was_sent_is_kept_nowhere(mailoutbox):
    post()

    tasks.run_due()

    assert not Letter.objects.exists()
    assert "4711" not in str(list(DBTaskResult.objects.values()))
    assert "ana@" not in str(list(DBTaskResult.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_when_its_cause_is_taken_back(mailoutbox):
    with transaction.atomic():
        post()
        transaction.set_rollback(True)

    go_to_work()

    assert mailoutbox == []
    assert not Letter.objects.exists()


def test_a_letter_says_all_that_the_message_said(post_office):
    message = EmailMultiAlternatives(
        "Réponse à votre commentaire — الرد",
        "In words.\n",
        "desk@example.org",
        ["ana@example.org"],
        reply_to=["letters@example.org"],
        headers={"List-Unsubscribe": "<https://example.org/quiet/4711>"},
    )
    message.attach_alternative("<p>In words.</p>", "text/html")

    mail.post(message)
    tasks.run_due()

    (letter,) = post_office.letters
    assert letter["Subject"] == "Réponse à votre commentaire — الرد"
    assert (letter["From"], letter["To"]) == ("desk@example.org", "ana@example.org")
    assert letter["Reply-To"] == "letters@example.org"
    assert letter["List-Unsubscribe"] == "<https://example.org/quiet/4711>"
    assert letter["Message-ID"].endswith("@testserver>")
    assert letter.get_body(["plain"]).get_content().strip() == "In words."
    assert letter.get_body(["html"]).get_content().strip() == "<p>In words.</p>"


def test_each_recipient_gets_a_letter_without_the_others(mailoutbox):
    post(to=["ana@example.org"], cc=["ben@example.org"], bcc=["cy@example.org"])

    tasks.run_due()

    assert [sent.recipients() for sent in mailoutbox] == [
        ["ana@example.org"],
        ["ben@example.org"],
        ["cy@example.org"],
    ]
    assert len({sent.extra_headers["Message-ID"] for sent in mailoutbox}) == 3


def test_a_line_break_in_a_headline_adds_no_recipient_and_loses_no_letter(post_office):
    post(
        subject="Snow\r\nBcc: everybody@example.org\n\nclosed\0",
        body="Words\0.\n",
        headers={"List-Id": "one\r\ntwo"},
    )

    tasks.run_due()

    (letter,) = post_office.letters
    assert letter["Subject"] == "Snow Bcc: everybody@example.org closed"
    assert (letter["Bcc"], letter["List-Id"]) == (None, "one two")
    assert letter.get_content().strip() == "Words."


def test_a_message_with_an_attachment_is_refused_before_it_is_posted():
    message = EmailMessage("Subject", "Words.", to=["ana@example.org"])
    message.attach("file.txt", "More words.")

    with pytest.raises(ValueError, match="link to the file"):
        mail.post(message)

    assert not Letter.objects.exists()


def test_a_letter_is_sent_once_however_often_its_task_is_run(mailoutbox):
    post()
    pk = Letter.objects.get().pk

    for _ in range(3):
        mail.deliver.call(pk)

    assert len(mailoutbox) == 1


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_letter_send_it_once(post_office):
    def deliver():
        mail.deliver.call(pk)
        connection.close()

    post_office.silent = "."
    post()
    pk = Letter.objects.get().pk

    first = Thread(target=deliver)
    first.start()
    assert post_office.fell_silent.wait(10)
    post_office.silent = None
    mail.deliver.call(pk)
    post_office.go_on.set()
    first.join()

    assert len(post_office.letters) == 1
    assert not Letter.objects.exists()


def test_a_letter_in_the_hands_of_another_worker_is_left_to_it(mailoutbox, clock):
    post()
    Letter.objects.update(due_at=NOON + mail.LEASE)

    go_to_work()

    assert mailoutbox == []
    assert Letter.objects.count() == 1


def test_posting_asks_the_database_no_more_for_a_long_queue(django_assert_num_queries):
    for _ in range(5):
        post()

    with django_assert_num_queries(4):  # a savepoint, the letter, its task, the savepoint's end
        post()


# A mail server that does not take it ----------------------------------------------------


def test_while_no_mail_server_answers_nothing_is_lost_and_nobody_waits(
    no_post_office, clock, settings, caplog
):
    for _ in range(3):
        post()
    tasks.run_due()
    waiting = list(Letter.objects.values_list("tries", "due_at", "last_error"))

    with open_post_office() as office:
        send_to(settings, office.port)
        go_to_work()
        too_early = len(office.letters)
        clock.move_to(NOON + timedelta(minutes=1))
        go_to_work()
        delivered = len(office.letters)

    assert waiting == [(1, NOON + timedelta(minutes=1), "ConnectionRefusedError")] * 3
    assert (too_early, delivered) == (0, 3)
    assert not Letter.objects.exists()


def test_every_try_sends_the_same_letter(post_office, clock):
    post_office.answers = {".": "451 later"}
    post()
    posted = Letter.objects.get().headers
    tasks.run_due()
    post_office.answers = {}
    clock.move_to(NOON + timedelta(hours=1))

    go_to_work()

    (letter,) = post_office.letters
    assert letter["Message-ID"] == posted["Message-ID"]
    assert letter["Date"].datetime == NOON


def test_the_tries_of_a_letter_become_rarer_and_end_after_three_days(no_post_office, clock, caplog):
    post()
    tried, now = [], NOON

    while letter := Letter.objects.first():
        now = letter.due_at
        clock.move_to(now)
        go_to_work()
        tried.append(now - NOON)

    minutes = [gap // timedelta(minutes=1) for gap in tried]
    assert minutes[:7] == [0, 1, 6, 21, 81, 321, 561]
    assert timedelta(days=3) <= tried[-1] < timedelta(days=3, hours=4)
    assert "is given up" in caplog.messages[-1]


@pytest.mark.parametrize("command", ["RCPT", "DATA", "."])
def test_a_letter_that_is_refused_for_good_is_given_up_at_once(post_office, caplog, command):
    post_office.answers = {command: "550 no ana@example.org here"}
    post()
    pk = Letter.objects.get().pk

    tasks.run_due()

    error = "SMTPRecipientsRefused" if command == "RCPT" else "SMTPDataError"
    assert not Letter.objects.exists()
    assert caplog.messages == [f"Letter {pk} is given up at try 1: {error} 550"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "450 greylisted"), (".", "451 later"), ("MAIL", "550 not from you"), ("EHLO", "421")],
)
def test_a_letter_that_is_not_refused_for_good_is_kept(post_office, command, answer):
    post_office.answers = {command: answer, "HELO": answer}
    post()

    tasks.run_due()

    assert Letter.objects.get().tries == 1


def test_an_address_that_no_letter_can_bear_fails_for_nobody_else(post_office):
    post(to=["ana@exa mple.org"])
    post(to=["ben@example.org"])

    tasks.run_due()

    assert [letter["To"] for letter in post_office.letters] == ["ben@example.org"]
    assert Letter.objects.get().tries == 1


def test_no_address_stands_in_a_log_or_an_error(post_office, caplog):
    caplog.set_level(logging.DEBUG)
    post_office.answers = {"RCPT": "450 ana@example.org is greylisted"}
    post()

    tasks.run_due()

    assert "SMTPRecipientsRefused 450" in caplog.text
    assert Letter.objects.get().last_error == "SMTPRecipientsRefused 450"
    assert "ana@" not in caplog.text
    assert "ana@" not in str(list(DBTaskResult.objects.values()))


def test_a_mail_server_that_falls_silent_is_left_after_a_while(post_office, settings):
    settings.EMAIL_TIMEOUT = 0.2
    post_office.silent = "RCPT"
    post()

    begun = monotonic()
    tasks.run_due()

    assert monotonic() - begun < 5
    assert Letter.objects.get().tries == 1


def test_a_letter_that_was_accepted_is_sent_though_the_mail_server_takes_no_leave(
    post_office, settings
):
    settings.EMAIL_TIMEOUT = 0.2
    post_office.silent = "QUIT"
    post()

    tasks.run_due()

    assert len(post_office.letters) == 1
    assert not Letter.objects.exists()


def test_a_try_ends_before_another_worker_may_begin_one(settings):
    # A letter takes a dozen steps, from the greeting to the leave, and each may take so long.
    assert mail.LEASE.total_seconds() > 12 * settings.EMAIL_TIMEOUT


# Letters without a task ---------------------------------------------------------------------


def test_a_letter_whose_task_was_lost_is_sent_all_the_same(mailoutbox):
    post()
    DBTaskResult.objects.all().delete()

    go_to_work()

    assert len(mailoutbox) == 1


def test_a_letter_that_waits_for_its_turn_is_queued_once(django_assert_num_queries):
    for _ in range(3):
        post()

    for _ in range(3):
        tasks.go_the_round()

    assert DBTaskResult.objects.count() == 3


def test_after_a_long_silence_letters_are_queued_part_by_part(monkeypatch, mailoutbox):
    monkeypatch.setattr(mail, "_PUT_BACK_AT_ONCE", 2)
    for _ in range(5):
        post()
    DBTaskResult.objects.all().delete()

    sent = []
    for _ in range(3):
        go_to_work()
        sent.append(len(mailoutbox))

    assert sent == [2, 4, 5]
