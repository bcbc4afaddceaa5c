"""The command that the desk leans on at three in the morning."""

import io
import os
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from articles.dispatch import write
from articles.filing import Desk, working_dispatch
from articles.models import Article, Section
from tests.articles.test_filing import CHANGED, FIRST, UNRELATED


@pytest.fixture
def run(world, capsys, monkeypatch):
    """run(*arguments) gives (exit status, lines of stdout, lines of stderr)."""

    def run(*arguments, stdin=b"", **options):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = 0
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(
                "import_dispatches", *map(str, arguments), stdout=out, stderr=err, **options
            )
        except SystemExit as stop:
            status = stop.code
        return status, out.getvalue().splitlines(), err.getvalue().splitlines()

    return run


@pytest.fixture
def incoming(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def test_x1_every_dispatch_gives_one_line(run, incoming):
    (incoming / "snow.txt").write_text(FIRST)

    status, out, err = run("incoming")

    assert (status, err) == (0, [])
    assert out == [
        "imported W460 incoming/snow.txt:1 Snow closes the coast road",
        "1 imported, 0 updated, 0 unchanged, 0 conflict, 0 failed, 0 ignored",
    ]


def test_x1_a_refusal_names_file_line_and_rule(run, incoming):
    (incoming / "a.txt").write_text(FIRST + "Ann: nice.\n")

    status, out, err = run("incoming")

    assert status == 1
    assert err[0].startswith("failed incoming/a.txt:9 [text-after-trailer] ")
    assert out == ["0 imported, 0 updated, 0 unchanged, 0 conflict, 1 failed, 0 ignored"]


def test_x3_the_others_are_in_where_some_fail(run, incoming):
    (incoming / "a.txt").write_bytes(b"\x00\x01")
    (incoming / "b.txt").write_text(FIRST)
    (incoming / "c.txt").write_text(UNRELATED.replace("W460", "W461"))

    status, out, _err = run("incoming")

    assert status == 1
    assert Article.objects.count() == 2
    assert out[-1] == "2 imported, 0 updated, 0 unchanged, 0 conflict, 1 failed, 0 ignored"


def test_x3_nothing_to_do_is_no_failure(run, incoming):
    status, out, _err = run("incoming")

    assert (status, out) == (
        0,
        ["0 imported, 0 updated, 0 unchanged, 0 conflict, 0 failed, 0 ignored"],
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x.txt", "--encoding", "klingon"),
        ("x.txt", "--section", "nowhere"),
        ("x.txt", "--by", "nobody"),
        ("x.txt", "--no-such-option"),
    ],
)
def test_x3_wrong_usage_is_told_before_anything_is_read(run, arguments):
    with pytest.raises(CommandError):
        run(*arguments)


def test_a_user_without_the_right_cannot_be_named(run, incoming, moderator, reporter):
    (incoming / "a.txt").write_text(FIRST)

    with pytest.raises(CommandError, match="may not file"):
        run("incoming", by="moderator")
    with pytest.raises(CommandError, match="may not publish"):
        run("incoming", by="reporter", publish=True)
    assert run("incoming", by="reporter")[0] == 0
    assert Article.objects.get().created_by == reporter


def test_x4_a_dry_run_says_the_same_and_writes_nothing(run, incoming):
    (incoming / "a.txt").write_text(FIRST.replace("W460\n\n", ""))
    (incoming / "b.txt").write_text(FIRST.replace("W460\n\n", "Section: New\n\n"))
    sections = Section.objects.count()

    dry = run("incoming", dry_run=True, create_sections=True, publish=True)

    assert not Article.objects.exists()
    assert Section.objects.count() == sections
    assert run("incoming", create_sections=True, publish=True) == dry


def test_folders_are_walked_in_order_and_what_is_not_ours_is_counted(run, incoming):
    (incoming / "b.TXT").write_text(FIRST)
    (incoming / "a").mkdir()
    (incoming / "a" / "z.txt").write_text(UNRELATED.replace("W460", "W461"))
    (incoming / "notes.doc").write_text("x")
    (incoming / ".hidden.txt").write_text("x")
    (incoming / "__MACOSX").mkdir()
    (incoming / "__MACOSX" / "x.txt").write_text("x")
    (incoming / "link").symlink_to("/")

    _status, out, _err = run("incoming")

    assert [line.split()[2] for line in out[:-1]] == ["incoming/a/z.txt:1", "incoming/b.TXT:1"]
    assert out[-1].endswith("2 ignored")


def test_a_file_that_is_named_is_taken_whatever_its_ending(run, incoming):
    (incoming / "story").write_text(FIRST)

    assert run("incoming/story")[0] == 0


def test_standard_input_is_a_dash(run):
    status, out, _err = run("-", stdin=FIRST.encode())

    assert (status, out[0]) == (0, "imported W460 <stdin>:1 Snow closes the coast road")


def test_x6_what_cannot_be_read_is_told_and_not_waited_for(run, incoming):
    os.mkfifo(incoming / "pipe.txt")
    (incoming / "gone.txt").symlink_to("nowhere")
    (incoming / "big.txt").write_bytes(b"x" * (10 * 1024 * 1024 + 1))

    status, _out, err = run("incoming")

    assert status == 1
    assert [line.split()[2] for line in err] == ["[too-large]", "[unreadable]", "[not-a-file]"]


def test_x6_a_folder_that_cannot_be_listed_is_not_passed_over(run, incoming, monkeypatch):
    (incoming / "closed").mkdir()
    (incoming / "a.txt").write_text(FIRST)
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)

    status, _out, err = run("incoming")

    assert status == 1
    assert err[0].startswith("failed incoming/closed:0 [unreadable] ")
    assert Article.objects.count() == 1


@pytest.mark.parametrize(("stop", "status"), [(KeyboardInterrupt, 130), (OperationalError, 1)])
def test_a_run_that_is_stopped_says_what_is_in(run, incoming, monkeypatch, capsys, stop, status):
    (incoming / "a.txt").write_text(FIRST)
    (incoming / "b.txt").write_text(UNRELATED.replace("W460", "W461"))
    file = Desk.file

    def stop_at_second(self, found, place):
        if found.code == "W461":
            raise stop("the line is dead")
        return file(self, found, place)

    monkeypatch.setattr(Desk, "file", stop_at_second)

    with pytest.raises(CommandError, match="same command again") as stopped:
        run("incoming")

    assert stopped.value.returncode == status
    assert Article.objects.count() == 1


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes on POSIX only")
def test_strange_names_are_printed_on_one_line(run, incoming):
    (incoming / "a\nb\x1b[31m.txt").write_text(FIRST)
    raw = os.fsencode(incoming) + b"/\xff.txt"
    with open(raw, "wb") as file:
        file.write(UNRELATED.replace("W460", "W461").encode())

    _status, out, _err = run("incoming")

    assert out[0].startswith("imported W460 incoming/a\\nb\\x1b[31m.txt:1 ")
    assert out[1].startswith("imported W461 incoming/\\xff.txt:1 ")


def test_i14_the_files_stay_as_they_were(run, incoming):
    path = incoming / "a.txt"
    path.write_text(FIRST)
    before = (path.read_bytes(), path.stat().st_mtime_ns, stat.S_IMODE(path.stat().st_mode))

    run("incoming")

    after = (path.read_bytes(), path.stat().st_mtime_ns, stat.S_IMODE(path.stat().st_mode))
    assert after == before


def test_the_encoding_is_for_files_that_are_not_utf_8(run, incoming):
    (incoming / "a.txt").write_bytes(FIRST.replace("Snow", "Schneefälle").encode("latin-1"))
    (incoming / "b.txt").write_text(UNRELATED.replace("W460", "W461").replace("rain", "Straße"))

    assert run("incoming")[0] == 1
    status, _out, _err = run("incoming", encoding="latin-1")

    assert status == 0
    assert Article.objects.get(code="W460").working_headline.startswith("Schneefälle")
    assert "Straße" in Article.objects.get(code="W461").working_headline


def test_flashes_come_in_when_they_are_let(run, incoming):
    (incoming / "a.txt").write_text("Minister resigns\n\nW1\n\nComments 0\n")

    assert run("incoming")[0] == 1
    assert run("incoming", allow_empty_body=True)[0] == 0


def test_every_real_dispatch_comes_in_and_goes_out(run, real_dispatches):
    status, out, _err = run(real_dispatches)

    counts = out[-1]
    assert status == 0, counts
    assert " 0 conflict, 0 failed" in counts
    for article in Article.objects.select_related("section", "working_revision")[:300]:
        text = write(working_dispatch(article))
        assert text.startswith(article.working_headline)

    again = run(real_dispatches)

    assert again[0] == 0
    assert again[1][-1].startswith("0 imported, 0 updated, ")


def test_the_first_dispatch_goes_out_as_it_came_in(run, real_dispatches, client):
    (first,) = (real_dispatches / "seed").iterdir()

    run(first, publish=True)

    answer = client.get("/W460.txt")
    assert answer.content == first.read_bytes() + b"\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_a_changed_file_is_an_update(run, incoming):
    (incoming / "a.txt").write_text(FIRST)
    run("incoming")
    (incoming / "a.txt").write_text(CHANGED)

    _status, out, _err = run("incoming")

    assert out[0].startswith("updated W460 ")
