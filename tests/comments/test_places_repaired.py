"""Where a comment stands is known from its row and those above it, whatever was done to one."""

from collections import Counter
from contextlib import suppress

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import paths
from comments.models import Comment, Discussion
from comments.proof import discrepancies, repair

pytestmark = pytest.mark.django_db
PLACE = ("parent_id", "root_id", "depth", "path", "reply_count")


@pytest.fixture
def deep(say, staff):
    """Answers to answers, two of them on the deepest level; a root and a short branch beside."""
    last = None
    for _ in range(paths.MAX_DEPTH + 2):
        last = say(to=last, author=staff)
    say(to=say(author=staff), author=staff)
    return last.discussion


def stored():
    return list(Comment.objects.order_by("seq").values_list("status", *PLACE))


def test_whatever_one_column_says_is_found_and_put_back(deep):
    """Every column of every comment, with every value that another comment has there."""
    before, rows = stored(), list(Comment.objects.order_by("seq"))
    told = Counter()
    for row in rows:
        for name in PLACE:
            values = {getattr(other, Comment._meta.get_field(name).attname) for other in rows}
            for value in values - {getattr(row, Comment._meta.get_field(name).attname)}:
                told[_damaged_and_repaired(deep, row, name, value, before)] += 1

    # On the deepest level a place does not tell whom one answers.
    assert told == {
        "made true": 94,
        "left to a person": 13,
        "as good as true": 1,
        "refused by the database": 162,
    }


def _damaged_and_repaired(talk, row, name, value, before):
    """What became of it; everything is as before afterwards."""
    try:
        with transaction.atomic():
            Comment.objects.filter(pk=row.pk).update(**{name: value})
            found = list(discrepancies(talk.pk))
            repair(talk.pk)
            after, left = stored(), list(discrepancies(talk.pk))
            transaction.set_rollback(True)
    except DatabaseError:
        return "refused by the database"
    if not found and row.depth == paths.MAX_DEPTH:
        return "as good as true"
    assert f"of comment {row.seq} is" in str(found[0]), (row.seq, name, value)
    if left:
        assert (row.depth, name) == (paths.MAX_DEPTH, "parent_id"), (row.seq, name, value)
        assert left == found
        assert left[0].way_out
        return "left to a person"
    assert after == before, (row.seq, name, value)
    return "made true"


_DAMAGE = st.tuples(
    st.integers(1, 10),
    st.sampled_from(PLACE),
    st.one_of(st.integers(1, 10), st.sampled_from(["~", "0000", "000010000z", "000090000900009"])),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages=st.lists(_DAMAGE, min_size=2, max_size=6))
def test_much_damage_at_once_never_stops_a_repair(deep, damages):
    rows = {row.seq: row for row in Comment.objects.all()}

    with transaction.atomic():
        for seq, name, value in damages:
            if name != "path":
                value = getattr(rows[value], name) if value in rows else None
            elif value in rows:
                value = rows[value].path
            # What the database refuses is no damage.
            with suppress(DatabaseError), transaction.atomic():
                Comment.objects.filter(pk=rows[seq].pk).update(**{name: value})
        repair(deep.pk)
        left = list(discrepancies(deep.pk))
        transaction.set_rollback(True)

    assert all(discrepancy.way_out for discrepancy in left)


def test_a_repair_costs_the_same_for_many_comments(deep, django_assert_max_num_queries):
    Discussion.objects.update(visible_count=99, held_count=9, last_seq=0)

    # savepoint, lock, tree, counts, time, version, update, savepoint
    with django_assert_max_num_queries(8):
        repair(deep.pk)
