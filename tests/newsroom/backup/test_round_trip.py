"""A newsroom in one file and out of it again."""

import resource

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError
from django.db import IntegrityError, connection
from django.utils import timezone

from articles.models import Article, Event, Topic
from comments.models import Comment, Discussion
from newsroom.backup import archive, tables
from tests.newsroom.backup.conftest import AWKWARD, LONG, everything, speak


def inside(path):
    """(tables, media) with their counts and hashes."""
    with archive.proved(path) as found:
        return found.tables, found.media


@pytest.fixture
def limited():
    """limited(bytes) lets no file grow beyond that: to its writer a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


# What is in it ------------------------------------------------------------------------


def test_every_table_is_in_it_but_the_list_of_migrations_and_caches(newsroom, backup):
    left_out = {"django_migrations"}
    left_out |= {made._table for made in caches.all() if isinstance(made, BaseDatabaseCache)}

    kept = {tables.tables()[label]._meta.db_table for label in inside(backup())[0]}

    assert kept == set(connection.introspection.table_names()) - left_out


def test_awkward_rows_are_in_it(newsroom):
    depths = Comment.objects.order_by("seq").values_list("depth", flat=True)

    assert list(depths) == [0, 0, 1, 2, 2]
    assert Comment.objects.filter(body=AWKWARD).count() == 2
    assert LONG in Article.objects.get(working_headline=AWKWARD).working_content["body"]
    assert [event.at.microsecond for event in Event.objects.filter(details=None)] == [1]


# Out and in ---------------------------------------------------------------------------


def test_every_row_and_every_file_comes_back(newsroom, backup, wipe, restore):
    before, path = everything(), backup()
    wipe()

    restore(path)

    assert everything() == before
    assert inside(backup("again.zip")) == inside(path)
    assert set(inside(path)[1]) == {"2026/11/plough.jpg", "ünïcode 雪.txt"}
    assert default_storage.open("2026/11/plough.jpg").read() == bytes(range(256)) * 999


def test_it_says_what_it_did(newsroom, backup, wipe, restore):
    path = backup()
    wipe()

    said = restore(path)

    assert "· comments.Comment: 5 rows\n" in said
    assert "· Media: 2 files, 0 were there\n" in said
    assert said.endswith("· Proved: 2 stories, 5 comments, every count is true\n")


def test_work_goes_on_where_it_stopped(newsroom, backup, wipe, restore):
    path, last = backup(), Comment.objects.latest("pk").pk
    wipe()
    restore(path)

    comment = speak(newsroom, author=get_user_model().objects.get(username="edda"))
    topic = Topic.objects.create(name="Snow", slug="snow")

    assert comment.pk > last
    assert comment.seq == 6
    assert topic.pk


def test_foreign_keys_are_kept_again_afterwards(newsroom, backup, wipe, restore):
    path = backup()
    wipe()
    restore(path)

    with pytest.raises(IntegrityError):
        Comment.objects.filter(seq=1).update(discussion_id=999_999)


def test_a_count_that_was_wrong_already_is_told_and_everything_is_there(
    newsroom, backup, wipe, restore, capsys
):
    Discussion.objects.update(visible_count=7)
    before, path = everything(), backup()
    wipe()

    with pytest.raises(CommandError, match=r"Restored, every row.*check_comments --fix"):
        restore(path)

    assert everything() == before


def test_a_file_that_is_there_with_the_same_bytes_may_stay(newsroom, backup, wipe, restore):
    path = backup()
    wipe()
    default_storage.save("2026/11/plough.jpg", ContentFile(bytes(range(256)) * 999))

    said = restore(path)

    assert "Media: 1 files, 1 were there" in said


def test_a_newsroom_without_a_picture_is_copied_too(transactional_db, media, backup, restore, wipe):
    path = backup()
    wipe()

    assert "Proved: 0 stories, 0 comments" in restore(path)


# What is refused ------------------------------------------------------------------------


@pytest.fixture
def refused(restore, media):
    """refused(path) gives the sentence that refuses it; rows and files are as they were."""

    def run(path):
        before, files = everything(), sorted(media.rglob("*"))
        with pytest.raises(CommandError) as wrong:
            restore(path)
        assert everything() == before
        assert sorted(media.rglob("*")) == files
        return str(wrong.value)

    return run


@pytest.fixture
def altered(newsroom, backup, wipe):
    """altered(change) is a sealed backup after change(facts, rows, files); the house is empty."""

    def make(change):
        with archive.proved(backup()) as found:
            facts = found.facts
            rows = {label: list(found.rows(label)) for label in found.tables}
            files = {name: found.open_media(name).read() for name in found.media}
        change(facts, rows, files)
        path = backup.folder / "altered.zip"
        with archive.writing(path, **facts) as writer:
            for label, lines in rows.items():
                writer.add_table(label, lines)
            for name, data in files.items():
                writer.add_media(name, [data])
        wipe()
        return path

    return make


@pytest.mark.parametrize(
    ("work", "label"),
    [
        (lambda: get_user_model().objects.create_user("somebody"), "auth.User"),
        (lambda: Topic.objects.create(name="Snow", slug="snow"), "articles.Topic"),
        (
            lambda: Session.objects.create(session_key="k", expire_date=timezone.now()),
            "sessions.Session",
        ),
    ],
)
def test_a_database_with_anybody_s_work_is_left_alone(newsroom, backup, wipe, refused, work, label):
    path = backup()
    wipe()
    work()

    assert f"rows of {label}" in refused(path)


def test_a_database_with_work_is_not_even_migrated(newsroom, backup, refused, monkeypatch):
    called = []
    monkeypatch.setattr(tables, "are_migrated", lambda: called.append("asked"))

    with monkeypatch.context() as patched:
        patched.setattr(tables, "are_migrated", lambda _alias: True)
        path = backup()

    assert "work already" in refused(path)
    assert called == []


def test_an_account_that_is_made_meanwhile_stays(newsroom, backup, wipe, restore, monkeypatch):
    path = backup()
    wipe()

    def slowly(_media):
        get_user_model().objects.create_user("somebody")
        return []

    monkeypatch.setattr("newsroom.backup.media.missing", slowly)

    with pytest.raises(CommandError, match=r"rows of auth\.User"):
        restore(path)

    assert get_user_model().objects.filter(username="somebody").exists()


def test_the_newsroom_itself_is_not_overwritten_by_its_backup(newsroom, backup, refused):
    assert "work already" in refused(backup())


def test_a_changed_byte_changes_nothing(newsroom, backup, wipe, refused):
    path = backup()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    wipe()

    assert refused(path).endswith("its bytes. Take another copy. Nothing was restored.")


def test_a_file_that_is_not_there_is_named(transactional_db, refused, tmp_path):
    assert refused(tmp_path / "away.zip").startswith(f"{tmp_path / 'away.zip'}: No such file")


def test_a_backup_of_another_version_is_refused_with_the_difference(altered, refused):
    path = altered(lambda facts, _rows, _files: facts["migrations"].append("comments.0999_later"))

    assert "differs in comments.0999_later" in refused(path)


def test_tables_that_are_not_ours_are_refused(altered, refused):
    path = altered(lambda _facts, rows, _files: rows.update({"lottery.Ticket": [{"id": 1}]}))

    assert "other tables" in refused(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"depth": 99}, "does not take the row {pk} of comments.Comment."),
        ({"body": None}, "does not take the row {pk} of comments.Comment."),
        ({"created_at": "yesterday"}, "does not take the row {pk} of comments.Comment."),
        ({"seq": 10**30}, "does not take the row {pk} of comments.Comment."),
        ({"colour": "red"}, "the row {pk} of comments.Comment. It has other columns"),
        ({"reviewed_by_id": 999_999}, "points nowhere"),
    ],
)
def test_a_row_that_cannot_be_is_named(altered, refused, change, sentence):
    pk = Comment.objects.get(seq=2).pk

    path = altered(lambda _facts, rows, _files: rows["comments.Comment"][1].update(change))

    assert sentence.format(pk=pk) in refused(path)


def test_a_text_longer_than_its_column_is_named_where_it_finds_no_place(altered, restore, refused):
    long = {"guest_name": "x" * 60}

    path = altered(lambda _facts, rows, _files: rows["comments.Comment"][0].update(long))

    if connection.vendor == "sqlite":
        restore(path)
        assert Comment.objects.get(seq=1).guest_name == "x" * 60
    else:
        assert "guest_name has 60 characters; 50 is the limit." in refused(path)


def test_another_file_of_the_same_name_is_not_overwritten(newsroom, backup, wipe, refused):
    path = backup()
    wipe()
    default_storage.save("2026/11/plough.jpg", ContentFile(b"another"))

    assert "another file 2026/11/plough.jpg" in refused(path)


@pytest.mark.parametrize("name", ["../escaped.txt", "a/../../escaped.txt", "/escaped.txt"])
def test_a_file_that_leads_out_of_the_media_is_refused(altered, refused, name, tmp_path):
    path = altered(lambda _facts, _rows, files: files.update({name: b"x"}))

    assert "leads out of media" in refused(path)
    assert not list(tmp_path.rglob("escaped.txt"))


def test_rows_do_not_stay_where_a_file_finds_no_place(newsroom, backup, wipe, refused, monkeypatch):
    path = backup()
    wipe()

    def full(*_args, **_rest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)

    assert "No space left on device. Nothing was restored." in refused(path)


# Making it ------------------------------------------------------------------------------


def test_a_full_disk_leaves_no_half_backup(newsroom, backup, limited):
    limited(50_000)

    with pytest.raises(CommandError, match=r"File too large. Nothing was written."):
        backup()

    assert not list(backup.folder.glob("*paper.zip*"))


def test_a_backup_among_the_media_is_refused(newsroom, backup, limited):
    # It would copy itself for ever.
    limited(2_000_000)

    with pytest.raises(CommandError, match="readers can fetch"):
        backup("media/paper.zip")


def test_a_database_that_was_not_migrated_is_not_copied(newsroom, backup, monkeypatch):
    monkeypatch.setattr(tables, "are_migrated", lambda _alias: False)

    with pytest.raises(CommandError, match="run migrate first"):
        backup()

    assert not list(backup.folder.glob("*paper.zip*"))


def test_a_file_that_is_removed_meanwhile_is_left_out(newsroom, backup, monkeypatch):
    monkeypatch.setattr("newsroom.backup.media.names", lambda: iter(["gone.jpg"]))

    assert inside(backup())[1] == {}
