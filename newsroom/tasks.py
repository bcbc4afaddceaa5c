"""Background work: who does it, and what becomes of it when its worker dies.

A task is a function under `django_tasks.task`; to enqueue it writes a row, in the transaction of
its cause. Every task of the house

- may be run again after it was done in part or in full, and changes nothing then: a worker that is
  killed leaves its task to the next;
- is done within LONGEST_TASK, or it may be run twice at once: what takes longer enqueues its rest;
- tries again by itself what may go well later, since a task that raises is not run again.
"""

import logging
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

from django.db import Error as DatabaseFault
from django.db import close_old_connections, connection, transaction
from django.db.models import Case, F, Min, When
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from newsroom import mail, privacy
from newsroom.models import CachedValue

LONGEST_TASK = timedelta(minutes=10)
# Longer than a worker needs to come back; `readyz` says so then.
LONG_WAIT = timedelta(minutes=5)
_KEPT = timedelta(days=7)
_SECONDS_BETWEEN_LOOKS = 1
_SECONDS_BETWEEN_ROUNDS = 60
_SECONDS_WITHOUT_DATABASE = 10

logger = logging.getLogger(__name__)


def work(stop):
    """Do what is due, and what becomes due, until `stop` is set, a threading.Event.

    The task in hand is done first. While the database does not answer, waits for it.
    """
    worker, next_round = _worker(), monotonic()
    while not stop.is_set():
        close_old_connections()
        try:
            if monotonic() >= next_round:
                go_the_round()
                next_round = monotonic() + _SECONDS_BETWEEN_ROUNDS
            if not _run_one(worker):
                stop.wait(_SECONDS_BETWEEN_LOOKS)
        except DatabaseFault as fault:
            logger.warning("Waiting for the database: %s", type(fault).__name__)
            stop.wait(_SECONDS_WITHOUT_DATABASE)
    connection.close()


@contextmanager
def in_a_thread():
    """Do the background work beside what the block does, as long as it does it."""
    stop = Event()
    # A daemon, so that whoever does not want to wait for the task in hand may interrupt twice.
    thread = Thread(target=work, args=[stop], name="tasks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run_due(stop=None):
    """Run what is due now, one task after the other, until there is none or `stop` is set."""
    stop = stop or Event()
    worker = _worker()
    while not stop.is_set() and _run_one(worker):
        pass


def go_the_round():
    """Give back the tasks of workers that died, queue the mail that is due, forget what is old:
    results, counted tries, accounts that nobody confirmed."""
    now = timezone.now()
    DBTaskResult.objects.running().filter(started_at__lt=now - LONGEST_TASK).update(
        status=TaskResultStatus.READY
    )
    DBTaskResult.objects.finished().filter(finished_at__lt=now - _KEPT).delete()
    # Counted tries name network addresses; Django forgets them only when the table is full.
    CachedValue.objects.filter(expires__lt=now).delete()
    privacy.forget_unconfirmed()
    mail.put_back()


def longest_wait():
    """For how long the oldest task that is due has waited; nothing where none is. One query."""
    now = timezone.now()
    # A task for no special hour bears one that never comes.
    due_since = Case(When(run_after__lte=now, then=F("run_after")), default=F("enqueued_at"))
    oldest = DBTaskResult.objects.ready().aggregate(oldest=Min(due_since))["oldest"]
    return now - oldest if oldest else timedelta()


def _worker():
    """The library's, of which only the running of a task is used."""
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        backend_name="default",
        batch=True,
        max_tasks=None,
        interval=0,
        startup_delay=False,
        worker_id=get_random_string(32),
    )


def _run_one(worker):
    """Run the task that is the next, and return whether there was one."""
    ready = DBTaskResult.objects.ready()
    # Asked first, since on SQLite the transaction takes the one writer's place.
    if not ready.exists():
        return False
    with transaction.atomic():
        if result := ready.get_locked():
            result.claim(worker.worker_id)
    if result:
        worker.run_task(result)
    return bool(result)
