"""The newsroom goes on while its backup is made; the backup is of one moment."""

import pytest
from django.contrib.auth import get_user_model

from comments.models import Comment
from newsroom.backup import archive
from tests.newsroom.backup.conftest import manage, speak
from tests.newsroom.own_database import own_url

pytestmark = pytest.mark.load


def counted(path):
    """(the number that the story's discussion says, the number of its comments) in the file."""
    with archive.proved(path) as found:
        (discussion,) = found.rows("comments.Discussion")
        statuses = [row["status"] for row in found.rows("comments.Comment")]
    return discussion["visible_count"], statuses.count("published")


def test_a_comment_between_any_two_tables_waits_for_nothing_and_is_left_out(
    newsroom, backup, monkeypatch
):
    editor = get_user_model().objects.get(username="edda")
    add_table, before = archive.Writer.add_table, Comment.objects.count()

    def add_and_speak(self, label, rows):
        count = add_table(self, label, rows)
        speak(newsroom, f"After {label}.", author=editor)
        return count

    monkeypatch.setattr(archive.Writer, "add_table", add_and_speak)

    path = backup()

    assert counted(path) == (before, before)
    assert Comment.objects.count() > before + 20


def test_another_process_copies_while_readers_speak(newsroom, tmp_path, media):
    editor = get_user_model().objects.get(username="edda")
    before = Comment.objects.count()

    copying = manage(own_url(), "backup", tmp_path / "paper.zip", media=media)
    while copying.poll() is None:
        speak(newsroom, author=editor)
    said, _nothing = copying.communicate()

    visible, published = counted(tmp_path / "paper.zip")
    assert copying.returncode == 0, said
    assert visible == published
    assert before < published < Comment.objects.count()
