"""Background work, and workers that die."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Thread
from time import monotonic, sleep

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import F
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from newsroom import mail, tasks
from newsroom.models import Letter
from tests.newsroom.own_database import own_url
from tests.newsroom.post_office import open_post_office

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
done = []


@task
def note(word):
    done.append(word)


@task
def linger():
    done.append("begun")
    sleep(0.2)
    done.append("ended")


@task
def stumble():
    raise LookupError("no such thing")


@pytest.fixture(autouse=True)
def nothing_done():
    done.clear()


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def statuses():
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def wait_until(holds, seconds=20):
    """The one way to follow what another process does."""
    end = monotonic() + seconds
    while not holds():
        assert monotonic() < end, "not within the time"
        sleep(0.05)


# One after the other -------------------------------------------------------------------


def test_what_is_due_is_done_once(db):
    for word in ("one", "two"):
        note.enqueue(word)

    tasks.run_due()
    tasks.run_due()

    assert done == ["one", "two"]
    assert statuses() == [TaskResultStatus.SUCCESSFUL] * 2


def test_what_is_for_later_is_done_later(db, clock):
    note.using(run_after=NOON + timedelta(hours=1)).enqueue("later")

    tasks.run_due()
    too_early = list(done)
    clock.move_to(NOON + timedelta(hours=1))
    tasks.run_due()

    assert (too_early, done) == ([], ["later"])


def test_a_task_that_fails_stops_no_other(db, caplog):
    stumble.enqueue()
    note.enqueue("next")

    tasks.run_due()

    assert done == ["next"]
    assert statuses() == [TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL]


def test_looking_for_work_asks_the_database_once(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        tasks.run_due()


# What a dead worker leaves --------------------------------------------------------------


def running_since(ago):
    note.enqueue("left")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=NOON - ago)


def test_the_task_of_a_worker_that_died_is_done_by_the_next(db, clock):
    running_since(tasks.LONGEST_TASK + timedelta(seconds=1))

    tasks.go_the_round()
    tasks.run_due()

    assert done == ["left"]


def test_the_task_of_a_worker_that_may_live_is_left_to_it(db, clock):
    running_since(tasks.LONGEST_TASK - timedelta(seconds=1))

    tasks.go_the_round()
    tasks.run_due()

    assert done == []
    assert statuses() == [TaskResultStatus.RUNNING]


def test_finished_tasks_are_forgotten_after_a_week(db, clock):
    note.enqueue("once")
    tasks.run_due()

    clock.move_to(NOON + timedelta(days=6, hours=23))
    tasks.go_the_round()
    kept = DBTaskResult.objects.count()
    clock.move_to(NOON + timedelta(days=7, hours=1))
    tasks.go_the_round()

    assert (kept, DBTaskResult.objects.count()) == (1, 0)


# The loop -----------------------------------------------------------------------------


def in_another_thread(act):
    """Beside the test, with a connection of its own that is closed afterwards."""

    def run():
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_beside_the_demo_work_is_done_and_ends_with_it(monkeypatch):
    monkeypatch.setattr(tasks, "_SECONDS_BETWEEN_LOOKS", 0.01)

    with tasks.in_a_thread():
        note.enqueue("in the thread")
        wait_until(lambda: statuses() == [TaskResultStatus.SUCCESSFUL])
    note.enqueue("afterwards")
    sleep(0.1)

    assert done == ["in the thread"]


@pytest.mark.django_db(transaction=True)
def test_who_ends_the_demo_waits_for_the_task_in_hand():
    linger.enqueue()

    with tasks.in_a_thread():
        wait_until(lambda: "begun" in done)

    assert done == ["begun", "ended"]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_never_ends_keeps_no_worker_from_its_round(monkeypatch):
    monkeypatch.setattr(tasks, "_SECONDS_BETWEEN_ROUNDS", 0)
    rounds = []
    monkeypatch.setattr(tasks, "go_the_round", lambda: rounds.append(len(done)))
    for number in range(3):
        note.enqueue(number)

    with tasks.in_a_thread():
        wait_until(lambda: len(rounds) > 3)

    assert rounds[:4] == [0, 1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_developers_server_does_the_work_itself(monkeypatch):
    def serve(*_args, **_options):
        note.enqueue("beside the pages")
        wait_until(lambda: "beside the pages" in done)

    monkeypatch.setattr("django.core.management.commands.runserver.run", serve)
    note.enqueue("before")

    call_command("runserver", use_reloader=False, skip_checks=True, stdout=StringIO())

    assert done == ["before", "beside the pages"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_is_waited_for(monkeypatch, caplog):
    monkeypatch.setattr(tasks, "_SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(tasks, "_SECONDS_WITHOUT_DATABASE", 0.01)
    away, run_one = 3, tasks._run_one

    def run(worker):
        nonlocal away
        if away:
            away -= 1
            raise OperationalError("password of newsroom at db.internal refused")
        return run_one(worker)

    monkeypatch.setattr(tasks, "_run_one", run)
    note.enqueue("after all")

    with tasks.in_a_thread():
        wait_until(lambda: statuses() == [TaskResultStatus.SUCCESSFUL])

    assert done == ["after all"]
    assert caplog.messages == ["Waiting for the database: OperationalError"] * 3


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_does_a_task():
    for number in range(60):
        note.enqueue(number)

    threads = [in_another_thread(tasks.run_due) for _ in range(6)]
    for thread in threads:
        thread.join()

    assert sorted(done) == list(range(60))
    assert all(len(ids) == 1 for ids in DBTaskResult.objects.values_list("worker_ids", flat=True))


def test_how_long_the_oldest_task_has_waited(db, clock, django_assert_num_queries):
    note.using(run_after=NOON - timedelta(minutes=9)).enqueue("due")
    note.using(run_after=NOON + timedelta(days=1)).enqueue("not due")
    note.enqueue("now")

    with django_assert_num_queries(1):
        assert tasks.longest_wait() == timedelta(minutes=9)


def test_where_nothing_is_due_nothing_waits(db):
    assert tasks.longest_wait() == timedelta(0)


# Workers as processes ------------------------------------------------------------------


@pytest.fixture
def post_office():
    with open_post_office() as office:
        yield office


@contextmanager
def worker(post_office, *options):
    """`manage.py db_worker` on the database of the tests."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DATABASE_URL": own_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{post_office.port}",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", *options],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def post(number=0):
    mail.post(EmailMessage(f"Letter {number}", "Your key is 4711.", to=["ana@example.org"]))


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", ["RCPT", "."])
def test_a_letter_survives_the_death_of_the_worker_that_sends_it(post_office, command):
    post_office.silent = command
    post()
    message_id = Letter.objects.get().headers["Message-ID"]

    with worker(post_office) as first:
        assert post_office.fell_silent.wait(20)
        first.kill()
        first.wait()
    left = (statuses(), Letter.objects.count())
    post_office.silent = None
    # A quarter of an hour later.
    DBTaskResult.objects.update(started_at=F("started_at") - timedelta(minutes=15))
    Letter.objects.update(due_at=F("due_at") - timedelta(minutes=15))
    with worker(post_office, "--batch") as second:
        second.wait(20)

    assert left == ([TaskResultStatus.RUNNING], 1)
    assert second.returncode == 0
    assert [letter["Message-ID"] for letter in post_office.letters] == [message_id]
    assert not Letter.objects.exists()
    assert set(statuses()) == {TaskResultStatus.SUCCESSFUL}


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(post_office):
    for number in range(40):
        post(number)

    with worker(post_office, "--batch") as one, worker(post_office, "--batch") as two:
        one.wait(30)
        two.wait(30)

    subjects = sorted(letter["Subject"] for letter in post_office.letters)
    assert subjects == sorted(f"Letter {number}" for number in range(40))
    assert (one.returncode, two.returncode) == (0, 0)
    assert all(len(ids) == 1 for ids in DBTaskResult.objects.values_list("worker_ids", flat=True))


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_its_task(post_office, number):
    post_office.silent = "."
    post()
    post(2)

    with worker(post_office) as process:
        assert post_office.fell_silent.wait(20)
        process.send_signal(number)
        sleep(0.2)
        still_there = process.poll() is None
        post_office.silent = None
        post_office.go_on.set()
        process.wait(20)

    assert still_there
    assert process.returncode == 0
    assert len(post_office.letters) == Letter.objects.count() == 1
    assert statuses() == [TaskResultStatus.SUCCESSFUL, TaskResultStatus.READY]
