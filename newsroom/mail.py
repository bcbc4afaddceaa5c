"""The outbox: mail is a row in the transaction of its cause, and is sent afterwards by a task.

So a cause that is rolled back sends nothing, one that is committed loses nothing, and no page waits
for a mail server. A letter may arrive twice where a worker dies between its sending and its
deletion; it has the same Message-ID then, by which mail programs know it.
"""

import logging
import smtplib
from datetime import timedelta
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from articles.dispatch import tidy_line
from newsroom.models import Letter

# Between one try and the next; the last for every try that follows.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
GIVEN_UP_AFTER = timedelta(days=3)
# How long a letter belongs to the worker that tries it: longer than any try, see EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)
# So that a round after a long silence of the mail server does not hold the database.
_PUT_BACK_AT_ONCE = 1_000
_HTML = "text/html"

logger = logging.getLogger(__name__)


@transaction.atomic
def post(message):
    """Send Django's EmailMessage in the background, to each of its recipients a letter of its own.

    Two rows for each recipient. Line breaks in the subject and the headers become blanks. Of the
    alternatives the one in HTML is sent. Raises ValueError if there are attachments.
    """
    if message.attachments:
        raise ValueError("A letter carries no attachments; link to the file.")
    now = timezone.now()
    alternatives = getattr(message, "alternatives", ())
    headers = dict(message.extra_headers)
    if message.reply_to:
        headers["Reply-To"] = ", ".join(message.reply_to)
    headers["Date"] = format_datetime(now)
    for recipient in message.recipients():
        headers["Message-ID"] = make_msgid(domain=urlsplit(settings.SITE_URL).hostname)
        letter = Letter.objects.create(
            recipient=tidy_line(recipient),
            sender=tidy_line(message.from_email),
            subject=tidy_line(str(message.subject)),
            text=_without_nul(message.body),
            html=_without_nul(next((part for part, kind in alternatives if kind == _HTML), "")),
            headers={name: tidy_line(str(value)) for name, value in headers.items()},
            posted_at=now,
            due_at=now,
        )
        deliver.enqueue(letter.pk)


@task
def deliver(pk):
    """Send a letter, unless it was sent or another worker has it in hand."""
    # No lock is held while the mail server speaks: a claim that runs out serves as well.
    now = timezone.now()
    claim = Letter.objects.due().filter(pk=pk)
    if not claim.update(due_at=now + LEASE, tries=F("tries") + 1):
        return
    letter = Letter.objects.filter(pk=pk).first()
    if letter is None:
        # Its recipient was erased in this moment.
        return
    try:
        _message(letter).send()
    except Exception as wrong:  # each backend raises its own
        _keep_or_give_up(letter, wrong)
    else:
        letter.delete()


def put_back():
    """Queue what is due and has no task: to be tried again, or of a worker that died."""
    due = list(Letter.objects.due().values_list("pk", flat=True)[:_PUT_BACK_AT_ONCE])
    queued = {
        pk
        for work in DBTaskResult.objects.filter(
            status=TaskResultStatus.READY, task_path=deliver.module_path
        ).values_list("args_kwargs", flat=True)
        for pk in work["args"]
    }
    with transaction.atomic():
        for pk in due:
            if pk not in queued:
                deliver.enqueue(pk)


def _message(letter):
    message = EmailMultiAlternatives(
        letter.subject, letter.text, letter.sender, [letter.recipient], headers=letter.headers
    )
    if letter.html:
        message.attach_alternative(letter.html, _HTML)
    return message


def _keep_or_give_up(letter, wrong):
    """Log what was wrong, by its name alone: the text of an error may hold an address."""
    now = timezone.now()
    code = _code_of(wrong)
    error = f"{type(wrong).__name__} {code or ''}".strip()
    if _is_for_good(wrong, code) or now - letter.posted_at >= GIVEN_UP_AFTER:
        logger.warning("Letter %s is given up at try %s: %s", letter.pk, letter.tries, error)
        letter.delete()
        return
    wait = WAITS[min(letter.tries, len(WAITS)) - 1]
    Letter.objects.filter(pk=letter.pk).update(due_at=now + wait, last_error=error)
    logger.warning("Letter %s is tried again in %s: %s", letter.pk, wait, error)


def _code_of(wrong):
    """The mail server's number for its refusal, None where it gave none."""
    if isinstance(wrong, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in wrong.recipients.values()), None)
    return getattr(wrong, "smtp_code", None)


def _is_for_good(wrong, code):
    # A refusal of the sender or of our password is ours to mend, and no word about the letter.
    about_the_letter = isinstance(wrong, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return about_the_letter and code is not None and code >= 500


def _without_nul(text):
    """PostgreSQL keeps no NUL."""
    return str(text).replace("\0", "")
