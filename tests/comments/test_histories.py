"""Whatever readers and moderators do, in whatever order, the numbers stay true."""

import re
from contextlib import contextmanager
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from comments import paths, readers, rules
from comments.models import Comment, Discussion, Outcome, Status
from comments.proof import discrepancies
from tests.comments.people import People

_ACTS = ("say", "say", "press_again", "argue", "edit", "withdraw", "decide", "decide", "set_policy")
_WAITS = (0, 1, 5, 40, 290, 700)
# More replies, and then more roots, than one page holds; a guest says it in other words.
_A_LONG_ONE = [
    ("say", 0, 1, 1, 0),
    ("argue", 0, 1, 5, 0),
    ("argue", 0, 3, 5, 0),
    ("say", 0, 0, 2, 0),
    ("edit", 0, 0, 1, 1),
]
_HISTORY = st.lists(
    st.tuples(
        st.sampled_from(_ACTS),
        st.integers(0, 1),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from(_WAITS),
    ),
    min_size=10,
    max_size=30,
)


@contextmanager
def afternoon(file_story, staff, moderator):
    """Two stories and the people who speak there; all of it is forgotten at the end."""
    with transaction.atomic():
        accounts = [User.objects.create_user(f"reader-{name}") for name in ("ana", "bo", "cy")]
        for name, account in zip(("Ana", "Bo", "Cy"), accounts, strict=True):
            readers.join(account, name)
        yield People(
            [file_story("W460"), file_story("W461")],
            readers=accounts,
            staff=staff,
            moderator=moderator,
            at=timezone.now(),
        )
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=20,
    # Not to explain: that asks for hundreds of histories more.
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=_HISTORY)
@example(history=_A_LONG_ONE)
def test_the_numbers_stay_true(file_story, staff, moderator, history):
    with afternoon(file_story, staff, moderator) as people:
        for act in history:
            event(f"{act[0]}: {people.act(*act)}")

        for story in people.stories:
            see_that_the_numbers_are_true(story)
        assert not list(discrepancies())


def see_that_the_numbers_are_true(story):
    talk = Discussion.objects.filter(article=story).first() or Discussion(article=story)
    comments = Comment.objects.filter(discussion__article=story).order_by("path")
    rows = list(comments.prefetch_related("events", "verdicts"))
    published = {row.seq for row in rows if row.status == Status.PUBLISHED}

    # I1 and I2
    assert talk.visible_count == len(published)
    assert talk.held_count == sum(row.status == Status.HELD for row in rows)
    # I3
    assert numbers_reached_by_the_pager(story.code) == published
    assert numbers_reached_by_their_addresses(story.code, talk.last_seq) == published
    # I4
    for root in rows:
        below = [row for row in rows if row.root_id == root.pk and row.seq in published]
        assert root.reply_count == len(below)
    # I5
    assert sorted(row.seq for row in rows) == list(range(1, talk.last_seq + 1))
    # I6
    assert [row.seq for row in rows] == depth_first(rows)
    # I7
    keys = [(row.author_key, row.token) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        see_that_the_record_is_whole(row)


def see_that_the_record_is_whole(comment):
    """One event leads to the next, and each new text has the status that its rules wanted, unless
    a person held the one before."""
    events = sorted(comment.events.all(), key=lambda event: event.pk)
    assert events[0].status_from == ""
    assert events[-1].status_to == comment.status
    assert events[-1].revision == comment.revision
    for before, after in pairwise(events):
        assert after.status_from == before.status_to
    for revision in range(1, comment.revision + 1):
        entered = next(event for event in events if event.revision == revision)
        said = [each for each in comment.verdicts.all() if each.revision == revision]
        wanted = rules.strictest(said)
        status = {Outcome.HOLD: Status.HELD}.get(wanted, Status.PUBLISHED)
        assert entered.status_to in {status, entered.status_from} & {status, Status.HELD}
        assert (comment.author is None) == ("guest" in {each.rule for each in said})


_SHOWN = re.compile(r'<li id="c(\d+)">\s*<article class="comment"')


def numbers_reached_by_the_pager(code):
    """The numbers of the comments that a reader without script comes across."""
    client, todo, done, reached = Client(), [f"/{code}/comments/"], set(), set()
    while todo:
        address = todo.pop()
        if address in done:
            continue
        done.add(address)
        html = client.get(address).content.decode()
        reached |= {int(number) for number in _SHOWN.findall(html)}
        for query in re.findall(rf'href="(?:/{code}/comments/)?(\?[^"]+)"', html):
            todo.append(f"/{code}/comments/{query.replace('&amp;', '&')}")
    return reached


def numbers_reached_by_their_addresses(code, last_seq):
    """The numbers whose own address leads to a page on which they stand; all others are 404."""
    client, pages, reached = Client(), {}, set()
    for seq in range(1, last_seq + 2):
        answer = client.get(f"/{code}/comments/{seq}/")
        if answer.status_code == 404:
            continue
        address, anchor = answer["Location"].split("#")
        if address not in pages:
            pages[address] = set(_SHOWN.findall(client.get(address).content.decode()))
        assert anchor == f"c{seq}"
        assert str(seq) in pages[address]
        reached.add(seq)
    return reached


def depth_first(rows):
    """The order of a tree that is walked through its parents, deep answers beside each other."""
    children = {}
    for row in sorted(rows, key=lambda row: row.seq):
        above = paths.ancestors(row.path)
        children.setdefault(above[-1] if above else "", []).append(row)

    def walk(path):
        for row in children.get(path, []):
            yield row.seq
            yield from walk(row.path)

    return list(walk(""))


@given(st.integers(1, paths.LAST_SEQ), st.integers(1, paths.LAST_SEQ))
def test_paths_sort_as_their_numbers_do(one, other):
    assert (paths.encode(one) < paths.encode(other)) == (one < other)
    assert paths.decode(paths.encode(one)) == one


@given(st.lists(st.integers(1, paths.LAST_SEQ), min_size=1, max_size=12))
def test_answers_follow_what_they_answer(seqs):
    path = ""
    for seq in seqs:
        above = path
        depth, path = paths.under(path, seq)
        assert depth == paths.depth_of(path) <= paths.MAX_DEPTH
        assert paths.is_path(path)
        assert paths.decode(path) == seq
        assert path.startswith(above[: depth * paths.WIDTH])
        assert all(ancestor < path for ancestor in paths.ancestors(path))
