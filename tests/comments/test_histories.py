"""Whatever readers and moderators do, in whatever order, the numbers stay true."""

import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import paths, posting, tokens
from comments.models import Comment, Discussion, Status
from comments.moderation import DECISIONS, transition
from comments.proof import discrepancies

_POST = st.tuples(st.just("post"), st.integers(0, 12), st.booleans())
_DECIDE = st.tuples(st.sampled_from(sorted(DECISIONS)), st.integers(0, 12), st.just(False))


def carry_out(story, history, staff):
    comments, used = [], []
    for act, number, flag in history:
        if act == "post":
            parent = comments[number % len(comments)] if comments and number > 2 else None
            token = used[0] if flag and used else tokens.make(story.code)
            used.append(token)
            try:
                comment = posting.post(
                    story,
                    body=f"Words {number % 2}.",
                    guest_name="Quay Street Choir",
                    author=staff if number % 2 else None,
                    token=token,
                    parent_seq=parent.seq if parent else None,
                )
            except (posting.ParentGone, posting.TokenSpent):
                continue
            if comment not in comments:
                comments.append(comment)
        elif comments:
            comment = Comment.objects.get(pk=comments[number % len(comments)].pk)
            decision = DECISIONS[act]
            if comment.status in decision.sources:
                transition(
                    comment,
                    expected=comment.status,
                    revision=comment.revision,
                    to=decision.target,
                    by=None,
                )


def numbers_reached_by_the_pager(code):
    """The numbers of the comments that a reader without script comes across."""
    client, todo, done, reached = Client(), [f"/{code}/comments/"], set(), set()
    while todo:
        address = todo.pop()
        if address in done:
            continue
        done.add(address)
        html = client.get(address).content.decode()
        reached |= {
            int(number)
            for number in re.findall(r'<li id="c(\d+)">\s*<article class="comment"', html)
        }
        for query in re.findall(rf'href="(?:/{code}/comments/)?(\?[^"]+)"', html):
            todo.append(f"/{code}/comments/{query.replace('&amp;', '&')}")
    return reached


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(st.one_of(_POST, _POST, _DECIDE), max_size=25))
def test_the_numbers_stay_true(file_story, staff, history):
    story = file_story()

    carry_out(story, history, staff)

    talk = Discussion.objects.filter(article=story).first() or Discussion(article=story)
    rows = list(Comment.objects.filter(discussion__article=story).order_by("path"))
    published = {row.seq for row in rows if row.status == Status.PUBLISHED}
    assert talk.visible_count == len(published)
    assert talk.held_count == sum(row.status == Status.HELD for row in rows)
    assert numbers_reached_by_the_pager(story.code) == published
    for root in rows:
        if root.depth == 0:
            below = [row for row in rows if row.root_id == root.pk and row.seq in published]
            assert root.reply_count == len(below)
    assert sorted(row.seq for row in rows) == list(range(1, talk.last_seq + 1))
    assert [row.seq for row in rows] == depth_first(rows)
    assert len({row.token for row in rows if not row.author_id}) == sum(
        not row.author_id for row in rows
    )
    assert not list(discrepancies())


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
