"""Erasing while others write. Each thread has a connection of its own, as each worker has."""

from contextlib import suppress
from datetime import timedelta
from itertools import count
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from comments import posting, tokens
from comments.erasure import Words, forget_addresses
from comments.models import Comment, Reader
from comments.moderation import ChangedMeanwhile, NotAllowed, transition
from comments.proof import discrepancies
from comments.readers import join
from comments.refusals import NameMissing
from newsroom import privacy

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
# Nobody may speak twice in a moment.
HOURS = count()


def all_at_once(*acts):
    """Run each act in a thread of its own; the exceptions that they ended with."""
    barrier, failures = Barrier(len(acts)), []

    def run(act):
        barrier.wait()
        try:
            act()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.fixture
def stories(publish_article):
    return [publish_article(code=f"W46{number}") for number in range(4)]


@pytest.fixture
def reader(stories):
    """reader("Ana") is an account that has spoken under every story, in the order that is hers."""

    def make(name, *, reverse=False):
        user = User.objects.create_user(f"reader-{name}", f"{name}@example.org")
        join(user, name)
        for story in 3 * (stories[::-1] if reverse else stories):
            speak(user, story)
        return user

    return make


def speak(user, story):
    number = next(HOURS)
    return posting.post(
        story,
        body=f"Words number {number}.",
        author=User.objects.get(pk=user.pk),
        address=f"203.0.113.{user.pk}",
        token=tokens.make(story.code),
        at=timezone.now() + timedelta(hours=number),
    )


@pytest.mark.parametrize("words", Words)
def test_nothing_stays_whatever_else_happens_meanwhile(reader, stories, moderator, words):
    marit, ana = reader("Marit"), reader("Ana", reverse=True)

    def speak_on_another_device():
        for story in 3 * stories[::-1]:
            speak(marit, story)

    def withdraw_on_a_third():
        for comment in Comment.objects.filter(author=marit).order_by("-pk"):
            with suppress(ChangedMeanwhile, NotAllowed):
                decide(comment, "withdrawn", by=marit)

    def moderate():
        for comment in Comment.objects.order_by("-pk"):
            with suppress(ChangedMeanwhile, NotAllowed):
                decide(comment, "published", by=moderator)

    failures = all_at_once(
        speak_on_another_device,
        withdraw_on_a_third,
        moderate,
        lambda: privacy.erase(marit, words=words),
        lambda: privacy.erase(marit, words=words),
        lambda: privacy.erase(ana, words=words),
        lambda: forget_addresses(before=timezone.now() + timedelta(days=1)),
    )

    assert {type(failure) for failure in failures} <= {NameMissing}
    assert not Reader.objects.exists()
    assert not Comment.objects.exclude(ip_hash="").exists()
    assert not Comment.objects.held().exists()
    if words == Words.WITHDRAW:
        assert (
            not Comment.objects.filter(author=marit).exclude(status="withdrawn", body="").exists()
        )
    assert not list(discrepancies())


def decide(comment, to, *, by):
    current = Comment.objects.get(pk=comment.pk)
    transition(current, expected=current.status, revision=current.revision, to=to, by=by)
