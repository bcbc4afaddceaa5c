from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from comments.models import Comment, Discussion, Status
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db


@pytest.fixture
def lively(say):
    """Two roots; below the first a branch down to the third level."""
    root = say(status=Status.PUBLISHED)
    answer = say(to=root, status=Status.PUBLISHED)
    deeper = say(to=answer, status=Status.PUBLISHED)
    say(to=deeper, status=Status.PUBLISHED)
    say(status=Status.PUBLISHED)
    say()
    return root


def check(*options):
    out = StringIO()
    try:
        call_command("check_comments", *options, stdout=out)
    except CommandError as wrong:
        return wrong.returncode, out.getvalue()
    return 0, out.getvalue()


def discussions(**changes):
    return lambda: Discussion.objects.update(**changes)


def comments(seq, **changes):
    return lambda: Comment.objects.filter(seq=seq).update(**changes)


DAMAGE = {
    "visible_count": discussions(visible_count=9),
    "held_count": discussions(held_count=0),
    "last_seq": discussions(last_seq=3),
    "last_comment_at": discussions(last_comment_at=None),
    "reply_count of comment 1": comments(1, reply_count=7),
    "reply_count of comment 5": comments(5, reply_count=1),
    "path of comment 2": comments(2, path="0000100009"),
    "path of comment 3": comments(3, path="000020000100003"),
    "path of comment 5": comments(5, path="00006x"),
    "depth of comment 3": comments(3, depth=1),
    "root of comment 3": lambda: Comment.objects.filter(seq=3).update(
        root=Comment.objects.get(seq=5)
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_each_damage_is_named_and_repaired(lively, what):
    assert check() == (0, "Every count is true.\n")
    DAMAGE[what]()

    status, said = check()
    assert status == 1
    assert f"W460: {what} is " in said

    status, said = check("--fix")
    assert status == 0, said
    assert "Repaired 1 discussion" in said
    assert check() == (0, "Every count is true.\n")


def test_paths_that_changed_places_are_put_back(lively):
    before = list(Comment.objects.order_by("seq").values_list("path", flat=True))
    comments(1, path="~")()
    comments(5, path="00001")()
    comments(1, path="00005")()

    status, said = check("--fix")

    assert status == 0, said
    assert list(Comment.objects.order_by("seq").values_list("path", flat=True)) == before


def test_a_reply_that_no_page_would_list_is_found(lively):
    Comment.objects.filter(seq=1).update(status=Status.REMOVED, reply_count=0)

    found = {discrepancy.what for discrepancy in discrepancies()}

    assert "way to comment 2" in found
    assert "visible_count" in found


def test_only_what_is_wrong_is_touched(lively, file_story, say):
    other = file_story()
    say(under=other, status=Status.PUBLISHED)
    Discussion.objects.exclude(article=other).update(visible_count=9)
    version = Discussion.objects.get(article=other).version

    check("--fix")

    assert Discussion.objects.get(article=other).version == version


def test_the_proof_costs_the_same_for_many_discussions(
    lively, file_story, say, django_assert_num_queries
):
    for _ in range(3):
        say(under=file_story(), status=Status.PUBLISHED)

    with django_assert_num_queries(7):  # gone rows (2), counts, reply counts, places, parents, ways
        assert not list(discrepancies())


def test_paths_are_compared_byte_by_byte(lively):
    for seq, path in ((1, "0000Z"), (5, "0000a"), (6, "~")):
        comments(seq, path=path)()
    ordered = Comment.objects.filter(seq__in=[1, 5, 6]).order_by("path")

    assert list(ordered.values_list("path", flat=True)) == ["0000Z", "0000a", "~"]


@pytest.mark.parametrize("table", ["comments_discussion", "comments_comment"])
def test_rows_that_are_gone_are_named_and_the_rest_is_repaired(story, say, table):
    first = say(status=Status.PUBLISHED)
    say(to=first, status=Status.PUBLISHED)
    # As the sqlite3 shell does it, which knows nothing of foreign keys. Here they are asked at the
    # end of the transaction, so the rest goes too.
    row = first.discussion_id if table == "comments_discussion" else first.pk
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row])
        said = StringIO()
        with pytest.raises(CommandError):
            call_command("check_comments", stdout=said)
        with pytest.raises(CommandError):
            call_command("check_comments", fix=True, stdout=said)
        cursor.execute("DELETE FROM comments_moderationevent")
        cursor.execute("DELETE FROM comments_comment")

    assert "is gone, should be there" in said.getvalue()
    assert "not repaired" in said.getvalue()
