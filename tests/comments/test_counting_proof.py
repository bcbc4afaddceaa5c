"""`check_comments` finds whatever is wrong with a number, and makes true what can be known."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client

from comments.models import Comment, Discussion, Status
from comments.moderation import transition
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db
CLEAN = (0, "Every count is true.\n")
PLACE = ("parent", "root", "depth", "path", "reply_count")


@pytest.fixture
def lively(say):
    """Two roots; below the first a branch down to the third level; one that waits."""
    root = say(status=Status.PUBLISHED)
    answer = say(to=root, status=Status.PUBLISHED)
    deeper = say(to=answer, status=Status.PUBLISHED)
    say(to=deeper, status=Status.PUBLISHED)
    say(status=Status.PUBLISHED)
    say()
    return root.discussion


def check(*options):
    out = StringIO()
    try:
        call_command("check_comments", *options, stdout=out)
    except CommandError as wrong:
        return wrong.returncode, f"{out.getvalue()}{wrong}"
    return 0, out.getvalue()


def stored():
    """All that the proof is about."""
    talks = Discussion.objects.order_by("pk").values_list(
        "visible_count", "held_count", "last_seq", "last_comment_at"
    )
    comments = Comment.objects.order_by("pk").values_list("status", *PLACE)
    return list(talks), list(comments)


def discussions(**changes):
    return lambda: Discussion.objects.filter(article__code="W460").update(**changes)


def comments(seq, **changes):
    def damage():
        for name in {"parent", "root"} & set(changes):
            changes[name] = Comment.objects.get(discussion__article__code="W460", seq=changes[name])
        Comment.objects.filter(discussion__article__code="W460", seq=seq).update(**changes)

    return damage


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# What is found and made true --------------------------------------------------------------

DAMAGE = {
    "visible_count is 9, should be 5": discussions(visible_count=9),
    "visible_count is 0, should be 5": discussions(visible_count=0),
    "held_count is 4, should be 1": discussions(held_count=4),
    "held_count is 0, should be 1": discussions(held_count=0),
    "last_seq is 3, should be at least 6": discussions(last_seq=3),
    "last_comment_at is None, should be 20": discussions(last_comment_at=None),
    "last_comment_at is 2001-01-01 00:00:00+00:00, should be 20": discussions(
        last_comment_at="2001-01-01T00:00Z"
    ),
    "version is 4, should be at least 5": discussions(version=4),
    "reply_count of comment 1 is 7, should be 3": comments(1, reply_count=7),
    "reply_count of comment 1 is 0, should be 3": comments(1, reply_count=0),
    "reply_count of comment 5 is 1, should be 0": comments(5, reply_count=1),
    "depth of comment 3 is 1, should be 2": comments(3, depth=1),
    "path of comment 5 is 00006x, should be 00005": comments(5, path="00006x"),
    "path of comment 2 is 0000100009, should be 0000100002": comments(2, path="0000100009"),
    "path of comment 2 is 0000500002, should be 0000100002": comments(2, path="0000500002"),
    "path of comment 3 is 000020000100003, should be 000010000200003": comments(
        3, path="000020000100003"
    ),
    "root of comment 3 is comment 5, should be comment 1": comments(3, root=5),
    "parent of comment 3 is comment 4, should be comment 2": comments(3, parent=4),
    "parent of comment 3 is comment 3, should be comment 2": comments(3, parent=3),
    "parent of comment 3 is comment 1, should be comment 2": comments(3, parent=1),
}


@pytest.mark.parametrize("sentence", DAMAGE)
def test_each_damage_is_named_and_made_true(lively, sentence):
    assert check() == CLEAN
    before = stored()
    DAMAGE[sentence]()

    found, fixed, after = check(), check("--fix"), check()

    assert found[0] == 1
    assert f"W460: {sentence}" in found[1]
    assert "wrong in 1 discussion. Run check_comments --fix" in found[1]
    assert fixed[0] == 0
    assert "Repaired 1 discussion.\n" in fixed[1]
    assert (stored(), after) == (before, CLEAN)


def test_an_answer_to_another_discussion_comes_home(lively, file_story, say):
    elsewhere, before = say(under=file_story(), status=Status.PUBLISHED), stored()
    Comment.objects.filter(discussion=lively, seq=2).update(parent=elsewhere)

    found, fixed = check(), check("--fix")

    sentence = "W460: parent of comment 2 is none of this discussion, should be comment 1\n"
    assert found[1].startswith(sentence)
    assert fixed[0] == 0
    assert stored() == before


def test_one_wrong_place_is_one_line_however_much_hangs_on_it(lively):
    comments(2, path="0000100009")()

    assert len(list(discrepancies())) == 1


def test_paths_that_changed_places_are_put_back(lively):
    before = stored()
    comments(1, path="~")()
    comments(5, path="00001")()
    comments(1, path="00005")()

    fixed = check("--fix")

    assert fixed[0] == 0
    assert stored() == before


def test_a_last_comment_where_none_is_shown_is_found(say):
    say()
    discussions(last_comment_at="2001-01-01T00:00Z")()

    found = check()
    check("--fix")

    assert "last_comment_at is 2001-01-01 00:00:00+00:00, should be None" in found[1]
    assert Discussion.objects.get().last_comment_at is None


def test_replies_that_no_page_lists_any_more_are_found_and_listed_again(lively, say):
    root = Comment.objects.get(discussion=lively, seq=1)
    transition(root, expected=root.status, revision=1, to="removed", by=None, reason="So.")
    comments(1, reply_count=0)()
    lost = Client().get("/W460/comments/").content.decode()

    found = check()
    check("--fix")

    again = Client().get("/W460/comments/").content.decode()
    assert "W460: reply_count of comment 1 is 0, should be 3\n" in found[1]
    assert ('id="c4"' in lost, 'id="c4"' in again) == (False, True)
    assert "Comment 1 is not shown" in again


def test_readers_copies_are_out_of_date_after_a_repair(lively):
    told = Client().get("/W460/comments.json")
    discussions(visible_count=9)()
    check("--fix")

    again = Client().get("/W460/comments.json", headers={"if-none-match": told["ETag"]})

    assert again.status_code == 200


def test_only_what_is_wrong_is_touched(lively, file_story, say):
    other = file_story()
    say(under=other, status=Status.PUBLISHED)
    discussions(visible_count=9)()
    version = Discussion.objects.get(article=other).version

    check("--fix")

    assert Discussion.objects.get(article=other).version == version


def test_several_wrong_discussions_are_all_made_true(lively, file_story, say):
    say(under=file_story("W461"), status=Status.PUBLISHED)
    Discussion.objects.update(visible_count=9, held_count=9)

    found, fixed = check(), check("--fix")

    assert "4 things wrong in 2 discussions." in found[1]
    assert fixed[1].endswith("Repaired 2 discussions.\nEvery count is true.\n")


# What only a person can tell --------------------------------------------------------------


def test_a_status_that_came_by_no_door_is_told_and_left_to_a_moderator(lively, moderator):
    comments(6, status=Status.PUBLISHED)()

    found, fixed = check(), check("--fix")

    sentence = "W460: status of comment 6 is published, should be held by its record; let a mod"
    assert sentence in found[1]
    assert fixed[0] == 1
    assert f"Left as it is: {sentence}" in fixed[1]
    assert fixed[1].endswith(
        "1 thing wrong in 1 discussion. 1 thing to be decided by a person, as said above."
    )
    # Readers see it, so it is counted until somebody decides.
    comment = Comment.objects.get(seq=6)
    assert comment.status == Status.PUBLISHED
    assert Discussion.objects.get().visible_count == 6

    transition(comment, expected="published", revision=1, to="held", by=moderator)

    assert check() == CLEAN


def test_a_comment_without_a_record_is_told_and_left_to_a_moderator(lively, moderator):
    comment = Comment.objects.get(seq=6)
    sql("DELETE FROM comments_moderationevent WHERE comment_id = %s", comment.pk)

    found, fixed = check(), check("--fix")

    sentence = "W460: status of comment 6 is held, should be on record; let a moderator look"
    assert found[1].startswith(sentence)
    assert "Run check_comments --fix" not in found[1]
    assert fixed[1].count("Repaired") == 0
    assert (found[0], fixed[0]) == (1, 1)

    transition(comment, expected="held", revision=1, to="published", by=moderator)

    assert check() == CLEAN


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("comments_discussion", "row above its 6 comments is gone, should be there; the row is in"),
        ("comments_comment", "parent of comment 3 is none of this discussion, should be another"),
    ],
)
def test_rows_that_are_gone_are_told_and_the_rest_is_made_true(lively, table, sentence):
    """As the sqlite3 shell deletes, which knows nothing of foreign keys."""
    row = lively.pk if table == "comments_discussion" else Comment.objects.get(seq=2).pk
    with transaction.atomic():
        sql(f"DELETE FROM {table} WHERE id = %s", row)
        found, fixed = check(), check("--fix")
        left = list(discrepancies())
        # Foreign keys are asked at the end, and there is none here.
        transaction.set_rollback(True)

    assert sentence in found[1]
    assert f"Left as it is: {'discussion' if row == lively.pk else 'W460'}" in fixed[1]
    assert len(left) == 1


# What the database refuses ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["visible_count", "held_count", "last_seq", "version"])
def test_no_count_is_ever_negative(lively, name):
    with pytest.raises(DatabaseError), transaction.atomic():
        Discussion.objects.update(**{name: F(name) - 10})


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 1},
        {"path": "00001"},
        {"parent": None},
        {"root": None},
        {"depth": 0},
        {"depth": 7},
        {"reply_count": 1},
        {"status": "liked"},
        {"discussion": None},
    ],
)
def test_a_reply_that_can_never_be_is_refused(lively, wrong):
    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.filter(seq=2).update(**wrong)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["comments_discussion", "comments_comment"])
def test_rows_on_which_others_hang_cannot_go(lively, table):
    row = lively.pk if table == "comments_discussion" else Comment.objects.get(seq=2).pk

    with pytest.raises(IntegrityError), transaction.atomic():
        sql(f"DELETE FROM {table} WHERE id = %s", row)

    assert check() == CLEAN


# How it is asked --------------------------------------------------------------------------


def test_the_proof_costs_the_same_for_many_discussions(
    lively, file_story, say, django_assert_num_queries
):
    for _ in range(3):
        say(under=file_story(), status=Status.PUBLISHED)

    with django_assert_num_queries(6):  # rows that are gone, counts, times, versions, tree, record
        assert not list(discrepancies())


def test_paths_are_compared_byte_by_byte(lively):
    for seq, path in ((1, "0000Z"), (5, "0000a"), (6, "~")):
        comments(seq, path=path)()
    ordered = Comment.objects.filter(seq__in=[1, 5, 6]).order_by("path")

    assert list(ordered.values_list("path", flat=True)) == ["0000Z", "0000a", "~"]
