"""The files that an import is pointed at: found, checked before they are opened, read whole."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from articles.dispatch import DispatchError

STANDARD_INPUT = "-"
_IGNORED_FOLDERS = {"__MACOSX"}
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True)
class Incoming:
    """One file to read, or with `ignored` one that is none of ours. `name` is safe to print;
    standard input has no path."""

    name: str
    path: Path | None = None
    ignored: bool = False

    def read(self, limit):
        """The bytes, at most one more than `limit`, so that a larger file is seen to be larger.

        Raises DispatchError (unreadable, not-a-file).
        """
        try:
            # stat first: opening a pipe would wait for somebody to write into it.
            mode = os.stat(self.path).st_mode
            if stat.S_ISDIR(mode):
                raise DispatchError("unreadable", found="the folder cannot be listed")
            if not stat.S_ISREG(mode):
                kind = next((name for test, name in _KINDS if test(mode)), "something else")
                raise DispatchError("not-a-file", found=kind)
            with open(self.path, "rb", opener=_without_waiting) as file:
                return file.read(limit + 1)
        except OSError as wrong:
            raise DispatchError("unreadable", found=wrong.strerror or str(wrong)) from None


def _without_waiting(path, flags):
    # A file that became a pipe between stat and open must not hang the import.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def incoming(paths):
    """Every file behind the given paths, folders walked to the bottom, sorted by path.

    In folders only `*.txt` (in any case) is ours; hidden files, `__MACOSX`, other endings come
    out as ignored, links to folders are not followed. A path that was named is always ours.
    """
    for path in paths:
        if path == STANDARD_INPUT:
            yield Incoming("<stdin>")
        elif os.path.isdir(path):
            yield from _in_folder(Path(path))
        else:
            yield Incoming(printable(path), Path(path))


def _in_folder(folder):
    found, closed = [], []
    for root, folders, files in os.walk(folder, onerror=closed.append):
        here = Path(root)
        folders[:] = [
            name for name in folders if name not in _IGNORED_FOLDERS and not name.startswith(".")
        ]
        found += [here / name for name in files]
    for error in closed:
        yield Incoming(printable(error.filename), Path(error.filename))
    for path in sorted(found, key=os.fsencode):
        ours = path.suffix.lower() == ".txt" and not path.name.startswith(".")
        yield Incoming(printable(path), path, ignored=not ours)


def printable(path):
    """A path as one line of text: control characters and undecodable bytes are escaped."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )
