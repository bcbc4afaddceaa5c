import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from articles.models.kept import KeptForEver
from comments.models import Comment, Discussion, ModerationEvent, Status
from comments.moderation import (
    DECISIONS,
    ChangedMeanwhile,
    NotAllowed,
    decision_between,
    transition,
)
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db
TABLE = {
    ("held", "published"), ("held", "rejected"), ("held", "withdrawn"),
    ("published", "held"), ("published", "removed"), ("published", "withdrawn"),
    ("rejected", "published"), ("rejected", "held"),
    ("removed", "published"),
}  # fmt: skip


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


@pytest.mark.parametrize("target", Status)
@pytest.mark.parametrize("source", Status)
def test_only_the_tables_steps_are_taken(say, counts, source, target):
    comment = say(status=source)
    before = counts()

    if (source, target) in TABLE:
        transition(comment, expected=source, revision=1, to=target, by=None, reason="So.")
        assert stored(comment).status == target
        assert counts() == (int(target == "published"), int(target == "held"))
    else:
        with pytest.raises(NotAllowed):
            transition(comment, expected=source, revision=1, to=target, by=None, reason="So.")
        assert stored(comment).status == source
        assert counts() == before
    assert not list(discrepancies())


def test_the_table_has_no_other_steps():
    steps = {
        (source, decision.target) for decision in DECISIONS.values() for source in decision.sources
    }

    assert steps == TABLE


def test_a_decision_is_on_record(say, moderator):
    comment = say()
    transition(
        comment, expected="held", revision=1, to="rejected", by=moderator, reason=" Names a clerk. "
    )

    posted, decided = comment.events.all()
    assert (posted.status_from, posted.status_to, posted.reason) == ("", "held", "")
    assert (decided.status_from, decided.status_to) == ("held", "rejected")
    assert (decided.by, decided.reason, decided.revision) == (moderator, "Names a clerk.", 1)
    assert stored(comment).reviewed_by == moderator
    assert stored(comment).reviewed_at == decided.at


def test_of_two_decisions_the_first_stands(say, moderator, counts):
    comment = say()
    transition(comment, expected="held", revision=1, to="published", by=moderator)

    with pytest.raises(ChangedMeanwhile):
        transition(comment, expected="held", revision=1, to="rejected", by=moderator, reason="No.")

    assert counts() == (1, 0)
    assert comment.events.count() == 2


def test_a_newer_edit_is_not_approved_unread(say, moderator, counts):
    comment = say()
    Comment.objects.filter(pk=comment.pk).update(revision=2, body="Something else.")

    with pytest.raises(ChangedMeanwhile):
        transition(comment, expected="held", revision=1, to="published", by=moderator)

    assert counts() == (0, 1)


def test_rejecting_and_removing_want_a_reason(say, moderator):
    held, published = say(), say(status=Status.PUBLISHED)

    for comment, to in ((held, "rejected"), (published, "removed")):
        with pytest.raises(NotAllowed, match="Say why"):
            transition(
                comment, expected=comment.status, revision=1, to=to, by=moderator, reason=" \n "
            )


def test_a_reason_that_is_too_long_or_broken_changes_nothing(say, moderator):
    comment = say()

    with pytest.raises(NotAllowed, match="300 is the limit"):
        transition(
            comment, expected="held", revision=1, to="rejected", by=moderator, reason="x" * 301
        )
    transition(comment, expected="held", revision=1, to="rejected", by=moderator, reason="N\x00o")

    assert stored(comment).reason == "No"


def test_only_moderators_decide_and_only_authors_withdraw(say, staff, member, moderator):
    comment = say(author=member)

    with pytest.raises(NotAllowed):
        transition(comment, expected="held", revision=1, to="published", by=staff)
    with pytest.raises(NotAllowed):
        transition(comment, expected="held", revision=1, to="withdrawn", by=moderator)
    transition(comment, expected="held", revision=1, to="withdrawn", by=member)

    assert stored(comment).status == Status.WITHDRAWN
    assert stored(comment).reviewed_by is None


def test_counts_of_replies_belong_to_the_root(say):
    root = say(status=Status.PUBLISHED)
    reply = say(to=root, status=Status.PUBLISHED)
    deeper = say(to=reply, status=Status.PUBLISHED)

    transition(reply, expected="published", revision=1, to="removed", by=None)

    assert stored(root).reply_count == 1
    transition(deeper, expected="published", revision=1, to="held", by=None)
    assert stored(root).reply_count == 0


def test_the_version_moves_with_what_readers_see_only(say):
    comment = say()
    transition(comment, expected="held", revision=1, to="rejected", by=None)
    assert Discussion.objects.get().version == 0

    transition(comment, expected="rejected", revision=1, to="published", by=None)
    assert Discussion.objects.get().version == 1


def test_the_last_comment_is_the_newest_that_shows(say):
    first, second = say(status=Status.PUBLISHED), say(status=Status.PUBLISHED)
    assert Discussion.objects.get().last_comment_at == second.created_at

    transition(second, expected="published", revision=1, to="removed", by=None)
    assert Discussion.objects.get().last_comment_at == first.created_at

    transition(first, expected="published", revision=1, to="held", by=None)
    assert Discussion.objects.get().last_comment_at is None


def test_a_status_its_counts_and_its_event_change_together(say, counts, monkeypatch):
    comment = say()

    def fail(*args, **kwargs):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(ModerationEvent.objects, "create", fail)
    with pytest.raises(DatabaseError), transaction.atomic():
        transition(comment, expected="held", revision=1, to="published", by=None)

    assert stored(comment).status == Status.HELD
    assert counts() == (0, 1)


def test_an_editors_save_of_the_story_leaves_the_count(story, say, counts):
    say(status=Status.PUBLISHED)

    story.move("unpublish", by=None, reason="Wrong.")
    story.save()

    assert counts() == (1, 0)


def test_nothing_of_it_is_ever_deleted(say):
    comment = say()

    for row in (comment, comment.discussion, comment.events.get()):
        with pytest.raises(KeptForEver):
            row.delete()
        with pytest.raises(KeptForEver):
            type(row).objects.all().delete()
        with pytest.raises(KeptForEver):
            ModerationEvent.objects.update(reason="Other.")


def test_a_comment_is_never_saved_whole(say):
    comment = say()
    comment.status = Status.PUBLISHED

    with pytest.raises(KeptForEver):
        comment.save()
    with pytest.raises(KeptForEver):
        comment.save(update_fields=["status"])


@pytest.mark.parametrize(
    "wrong",
    [{"status": "liked"}, {"depth": 7}, {"depth": 1}, {"seq": 0}, {"reply_count": -1}],
)
def test_what_can_never_be_the_database_refuses(say, wrong):
    comment = say()

    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(**wrong)


def test_nothing_else_writes_a_status():
    """Read in the code itself: keyword `status=` in an update, outside the one door."""
    writers = set()
    for app in ("comments", "articles", "newsroom"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "attr", "") in {"update", "bulk_update"}
                    and any(
                        keyword.arg in {"status", "visible_count"}
                        # A task in the background has a status of its own.
                        and not ast.unparse(keyword.value).startswith("TaskResultStatus")
                        for keyword in node.keywords
                    )
                ):
                    writers.add(path.name)

    assert writers <= {"proof.py"}


def test_decision_between_knows_no_way_back_from_withdrawn():
    assert all(decision_between(Status.WITHDRAWN, to) is None for to in Status)


@pytest.mark.parametrize(("status", "to"), [("rejected", "published"), ("removed", "published"),
                                            ("rejected", "held")])  # fmt: skip
def test_what_is_erased_is_never_shown_again(say, moderator, desk_client, status, to):
    comment = say(status=status)
    Comment.objects.filter(pk=comment.pk).update(body="")
    comment.refresh_from_db()

    with pytest.raises(NotAllowed, match="erased"):
        transition(comment, expected=status, revision=1, to=to, by=moderator)

    html = desk_client.get("/admin/comments/comment/?tab=decided").content.decode()
    assert "The words are erased." in html
    assert 'name="decision"' not in html
