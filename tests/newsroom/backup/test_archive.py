"""The file of a backup, without a newsroom."""

import json
import os
import random
import stat
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import pytest
from django.db import models

from newsroom.backup import archive

TURNS = 150


@pytest.fixture
def made(tmp_path):
    """A small backup with a table and a file."""
    path = tmp_path / "made.zip"
    with archive.writing(path, made_at="2026-11-23T06:00:00+00:00", migrations=[]) as writer:
        writer.add_table("comments.Comment", ({"id": n, "body": f"{n} ö"} for n in range(50)))
        writer.add_media("2026/plough.jpg", [b"\xff\xd8", bytes(500)])
    return path


@pytest.fixture
def dice():
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 (shown where the test fails)
    return random.Random(seed)


def seal(path):
    """Put the seal of a backup upon any zip."""
    with zipfile.ZipFile(path, "a") as zipped:
        zipped.comment = b"Newsroom backup, sha256:" + b"0" * 64
    sealed = path.read_bytes()[:-64]
    path.write_bytes(sealed + sha256(sealed).hexdigest().encode())
    return path


def refused(path):
    with pytest.raises(archive.Refused) as wrong, archive.proved(path):
        pass
    return str(wrong.value)


# In and out -----------------------------------------------------------------------


def test_what_went_in_comes_out(made):
    with archive.proved(made) as found:
        rows = list(found.rows("comments.Comment"))
        picture = found.open_media("2026/plough.jpg").read()

    assert rows == [{"id": n, "body": f"{n} ö"} for n in range(50)]
    assert picture == b"\xff\xd8" + bytes(500)
    assert found.facts["made_at"] == "2026-11-23T06:00:00+00:00"
    assert found.tables["comments.Comment"]["rows"] == 50
    assert found.media["2026/plough.jpg"]["bytes"] == 502


def test_any_tool_opens_it(made):
    with zipfile.ZipFile(made) as zipped:
        assert zipped.testzip() is None
        lines = zipped.read("tables/comments.Comment.jsonl").splitlines()

    assert json.loads(lines[7]) == {"id": 7, "body": "7 ö"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (models.DateTimeField(), datetime(2026, 11, 23, 6, 0, 0, 1, tzinfo=UTC)),
        (models.DateTimeField(), datetime(1, 1, 1, tzinfo=UTC)),
        (models.DateField(), date(2026, 2, 28)),
        (models.TimeField(), time(23, 59, 59, 999_999)),
        (models.DurationField(), timedelta(days=-3, microseconds=1)),
        (models.DurationField(), timedelta(days=400, hours=5)),
        (models.DecimalField(max_digits=30, decimal_places=12), Decimal("0.100000000001")),
        (models.UUIDField(), UUID(int=1)),
        (models.BinaryField(), bytes(range(256))),
        (models.FloatField(), 0.1),
        (models.BigIntegerField(), 2**62),
        (models.BooleanField(), False),
        (models.TextField(), "a\x00b\u2028c\ud83dd\r\n"),
        (models.JSONField(), {"a": [None, True, 1.5, {"": "\ud83d"}], "b": 2**70}),
    ],
)
def test_a_value_of_every_kind_comes_out_as_it_went_in(tmp_path, field, value):
    with archive.writing(tmp_path / "one.zip") as writer:
        writer.add_table("one", [{"value": value}])

    with archive.proved(tmp_path / "one.zip") as found:
        (row,) = found.rows("one")
    again = field.to_python(row["value"])

    assert (bytes(again) if isinstance(again, memoryview) else again) == value


# Being made -------------------------------------------------------------------------


def test_nobody_else_on_the_machine_reads_it(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_overwritten(made):
    before = made.read_bytes()

    with pytest.raises(archive.Refused, match="is there already"), archive.writing(made):
        pass

    assert made.read_bytes() == before


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "made.zip"

    with pytest.raises(archive.Refused, match="is there already"), archive.writing(path):
        path.write_text("somebody else's")

    assert path.read_text() == "somebody else's"
    assert os.listdir(tmp_path) == ["made.zip"]


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError])
def test_stopped_half_way_it_leaves_nothing(tmp_path, stopped):
    def rows():
        yield {"id": 1}
        raise stopped

    with pytest.raises(stopped), archive.writing(tmp_path / "made.zip") as writer:
        writer.add_table("one", rows())

    assert os.listdir(tmp_path) == []


def test_until_it_is_whole_nothing_has_its_name(tmp_path):
    with archive.writing(tmp_path / "made.zip") as writer:
        writer.add_table("one", [{"id": 1}])
        (meanwhile,) = os.listdir(tmp_path)

    assert meanwhile.startswith(".made.zip.")
    assert os.listdir(tmp_path) == ["made.zip"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with (
        pytest.raises(archive.Refused, match=f"no folder {tmp_path / 'away'}"),
        archive.writing(tmp_path / "away" / "made.zip"),
    ):
        pass


def test_a_file_whose_name_is_no_text_is_named(tmp_path):
    with (
        pytest.raises(archive.Refused, match="not UTF-8"),
        archive.writing(tmp_path / "made.zip") as writer,
    ):
        writer.add_media("sn\udcf6w.jpg", [b""])


# Being wrong ------------------------------------------------------------------------


def test_every_changed_byte_is_found(made, dice):
    whole = made.read_bytes()

    for _turn in range(TURNS):
        place, by = dice.randrange(len(whole)), dice.randrange(1, 256)
        made.write_bytes(whole[:place] + bytes([whole[place] ^ by]) + whole[place + 1 :])
        assert refused(made), (place, by)


def test_every_cut_is_found(made, dice):
    whole = made.read_bytes()

    for _turn in range(TURNS):
        length = dice.randrange(len(whole))
        made.write_bytes(whole[:length])
        assert refused(made), length


def test_something_at_its_end_is_found(made):
    made.write_bytes(made.read_bytes() + b"\n")

    assert "not the whole" in refused(made)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no backup"),
        (b"Snow closes the coast road\n", "no backup"),
        (b"PK\x03\x04", "not the whole"),
        (b"PK\x03\x04" + b"Newsroom backup, sha256:" + b"0" * 64, "seal does not fit"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path, data, sentence):
    path = tmp_path / "other"
    path.write_bytes(data)

    assert sentence in refused(path)


def test_a_zip_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("tables/comments.Comment.jsonl", "{}\n")

    assert "not the whole" in refused(path)
    assert "but is none" in refused(seal(path))


def test_a_folder_is_refused(tmp_path):
    assert "no file" in refused(tmp_path)


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"manifest.json": "[]"},
        {"manifest.json": "nothing"},
        {"manifest.json": '{"format": 1}'},
        {"manifest.json": '{"format": 1, "tables": [], "media": 3}'},
        {"manifest.json": '{"format": 1, "tables": {}, "media": {}}', "../escaped": "x"},
        {"manifest.json": '{"format": 1, "tables": {"a": {}}, "media": {}}'},
        {
            "manifest.json": '{"format": 1, "tables": {"a": {"rows": 1, "sha256": ""}}, '
            '"media": {}}',
            "tables/a.jsonl": "{}\n",
        },
        {
            "manifest.json": json.dumps(
                {
                    "format": 1,
                    "tables": {"a": {"rows": 1, "sha256": sha256(b"[]\n").hexdigest()}},
                    "media": {},
                }
            ),
            "tables/a.jsonl": "[]\n",
        },
        {
            "manifest.json": '{"format": 1, "tables": {}, "media": {"a": {"bytes": 2}}}',
            "media/a": "x",
        },
    ],
)
def test_a_seal_alone_makes_no_backup(tmp_path, entries):
    path = tmp_path / "sealed.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("first", "So that it begins as a zip.") if not entries else None
        for name, text in entries.items():
            zipped.writestr(name, text)

    assert "but is none" in refused(seal(path))


def test_a_format_of_the_future_is_refused(tmp_path):
    path = tmp_path / "sealed.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("manifest.json", '{"format": 2, "tables": {}, "media": {}}')

    assert "format of another version" in refused(seal(path))


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_LINE_MAX", 1000)
    with archive.writing(tmp_path / "made.zip") as writer:
        writer.add_table("one", [{"body": "x" * 2000}])

    assert "but is none" in refused(tmp_path / "made.zip")
