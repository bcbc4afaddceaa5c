"""From one database into another that has no table yet, of either kind."""

import signal

import pytest
from django.db import connection

from tests.newsroom.backup.conftest import contents, manage, python

pytestmark = pytest.mark.load

# A restore that is killed where it calls a function once more than so often.
KILLED = """
import os, signal, sys
import django
from django.core.management import call_command
django.setup()
from newsroom.backup import media, tables
module, name = sys.argv[1].split(".")
function, calls = getattr(globals()[module], name), iter(range({calls}))
def killed(*words):
    if next(calls, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return function(*words)
setattr(globals()[module], name, killed)
call_command("restore", sys.argv[2])
"""


@pytest.fixture
def run(tmp_path):
    """run(url, command, file) in a process of its own gives (exit status, what it said)."""

    def run(url, *words):
        done = manage(url, *words, media=tmp_path / "media elsewhere")
        said, _nothing = done.communicate()
        return done.returncode, said

    return run


def test_a_newsroom_moves_to_the_other_kind_and_back(newsroom, backup, elsewhere, run):
    path = backup()

    for step, kind in enumerate(["sqlite", connection.vendor]):
        url, copy = elsewhere(kind), backup.folder / f"copy {step}.zip"
        status, said = run(url, "restore", path)
        assert status == 0, said
        assert "Proved: 2 stories, 5 comments, every count is true" in said
        assert run(url, "backup", copy)[0] == 0
        assert contents(copy) == contents(path)
        path = copy


def test_killed_anywhere_it_leaves_an_empty_database(newsroom, backup, elsewhere, run):
    path, url = backup(), elsewhere(connection.vendor)

    for function, calls in (("tables.fill", 0), ("tables.fill", 8), ("media.keep", 1)):
        words = ("-c", KILLED.format(calls=calls), function, path)
        killed = python(url, *words, media=backup.folder / "media elsewhere")
        said, _nothing = killed.communicate()
        assert killed.returncode == -signal.SIGKILL, said
    # It takes an empty database only.
    status, said = run(url, "restore", path)
    run(url, "backup", backup.folder / "copy.zip")

    assert status == 0, said
    assert contents(backup.folder / "copy.zip") == contents(path)


def test_a_database_that_does_not_answer_is_told_without_a_traceback(newsroom, backup, run):
    url = "postgres://nobody@127.0.0.1:1/nothing"

    for words in (("restore", backup()), ("backup", backup.folder / "copy.zip")):
        status, said = run(url, *words)
        assert status == 1
        assert "Traceback" not in said
        assert said.rstrip().endswith(("Nothing was restored.", "Nothing was written."))
