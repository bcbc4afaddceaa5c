"""The file of a backup: a zip that any tool opens, with a seal. Without Django.

`tables/<label>.jsonl` holds a table, a line with one JSON object for each row; `media/<name>` an
uploaded file; `manifest.json` what is in it, with counts and hashes. The seal is the zip's comment,
whose end is the SHA-256 of every byte before: no byte can be lost or changed without its showing.
"""

import base64
import json
import os
import re
import stat
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

FORMAT = 1
_MANIFEST = "manifest.json"
_SEAL = b"Newsroom backup, sha256:"
_DIGEST = 64
_CHUNK = 1 << 20
# Far above the largest row that the site can hold, so that no line fills the memory.
_LINE_MAX = _MANIFEST_MAX = 1 << 30
# What bytes raise that are no zip, and a manifest that is none of ours.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(AttributeError, KeyError, TypeError, ValueError),
)


class Refused(Exception):
    """A backup that cannot be made or taken in. The sentences say why, and the way out."""


# Making one ---------------------------------------------------------------------


@contextmanager
def writing(path, **facts):
    """Give a Writer for a new file at `path`, which is there when the block ends well, and whole.

    Until then it has another name, beginning with a dot, in the same folder. Only its owner may
    read it. `facts` go into the manifest. Raises Refused where the name is taken or the folder
    takes no file, and OSError where the disk is full.
    """
    path = Path(path)
    descriptor, name = _begin(path)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
                writer = Writer(zipped)
                yield writer
                writer._finish(facts)
            _seal(file)
            file.flush()
            os.fsync(file.fileno())
        _refuse_to_overwrite(path)
        os.rename(name, path)
    except BaseException:
        os.unlink(name)
        raise
    _keep_names_of(path.parent)


class Writer:
    def __init__(self, zipped):
        self._zip = zipped
        self._tables, self._media = {}, {}

    def add_table(self, label, rows):
        """Write rows, each a dict of plain values, and return their number."""
        digest, count = sha256(), 0
        with self._zip.open(f"tables/{label}.jsonl", "w", force_zip64=True) as entry:
            for row in rows:
                # In ASCII: a text of JSON may escape half a character, which UTF-8 cannot hold.
                line = json.dumps(row, default=_plain).encode() + b"\n"
                digest.update(line)
                entry.write(line)
                count += 1
        self._tables[label] = {"rows": count, "sha256": digest.hexdigest()}
        return count

    def add_media(self, name, chunks):
        """Write a file's bytes as they are, since pictures are packed, and return their number."""
        digest, size = sha256(), 0
        with self._zip.open(_stored(f"media/{name}"), "w", force_zip64=True) as entry:
            for chunk in chunks:
                digest.update(chunk)
                entry.write(chunk)
                size += len(chunk)
        self._media[name] = {"bytes": size, "sha256": digest.hexdigest()}
        return size

    def _finish(self, facts):
        manifest = {"format": FORMAT} | facts | {"tables": self._tables, "media": self._media}
        self._zip.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        self._zip.comment = _SEAL + b"0" * _DIGEST


def _begin(path):
    _refuse_to_overwrite(path)
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}; make it first.")
    try:
        return tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as wrong:
        raise Refused(f"{path.parent} takes no new file: {wrong.strerror}.") from None


def _refuse_to_overwrite(path):
    if os.path.lexists(path):
        raise Refused(f"{path} is there already and is not overwritten; name another file.")


def _keep_names_of(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _stored(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        raise Refused(f"The name of the file {name!r} is not UTF-8; rename it.") from None
    return zipfile.ZipInfo(name)


def _plain(value):
    """What JSON has no form for, as text from which a column's to_python makes the same again."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal | UUID | timedelta):
        return str(value)
    raise TypeError(f"no plain form for {type(value).__name__}")


def _seal(file):
    size = file.seek(0, os.SEEK_END)
    digest = _digest(file, size - _DIGEST)
    file.seek(size - _DIGEST)
    file.write(digest)


def _digest(file, length):
    """The SHA-256 of so many bytes from the beginning, in hexadecimal."""
    digest = sha256()
    file.seek(0)
    while length and (chunk := file.read(min(_CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest().encode()


# Reading one ----------------------------------------------------------------------


@contextmanager
def proved(path):
    """Give the Archive in the file at `path`, every byte, line and count of which was proved.

    Reads the file twice. Raises Refused where anything is wrong, and OSError.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Refused(f"{path} is no file.")
    with open(path, "rb") as file:
        _break_seal(file, path)
        try:
            archive = Archive(zipfile.ZipFile(file))
            archive._prove()
        except _UNREADABLE:
            raise Refused(f"{path} has the seal of a backup, but is none.") from None
        yield archive


class Archive:
    """`facts` are those of `writing`; `tables` {label: {"rows", "sha256"}}; `media` {name:
    {"bytes", "sha256"}}."""

    def __init__(self, zipped):
        self._zip = zipped
        if zipped.getinfo(_MANIFEST).file_size > _MANIFEST_MAX:
            raise ValueError(_MANIFEST)
        self.facts = json.loads(zipped.read(_MANIFEST))
        if self.facts.pop("format") != FORMAT:
            raise Refused("The backup has a format of another version; restore it there.")
        self.tables = self.facts.pop("tables")
        self.media = self.facts.pop("media")

    def rows(self, label):
        """The rows of a table, as dicts of what JSON holds."""
        return map(json.loads, self._lines(label))

    def open_media(self, name):
        """A stream of the file's bytes."""
        return self._zip.open(f"media/{name}")

    def _lines(self, label):
        with self._zip.open(f"tables/{label}.jsonl") as entry:
            while line := entry.readline(_LINE_MAX):
                yield line

    def _prove(self):
        named = {f"tables/{label}.jsonl" for label in self.tables}
        named |= {_MANIFEST, *(f"media/{name}" for name in self.media)}
        if sorted(self._zip.namelist()) != sorted(named):
            raise ValueError("entries that the manifest does not name")
        for label, entry in self.tables.items():
            digest, count = sha256(), 0
            for line in self._lines(label):
                digest.update(line)
                if not isinstance(json.loads(line), dict):
                    raise ValueError(label)
                count += 1
            if entry != {"rows": count, "sha256": digest.hexdigest()}:
                raise ValueError(label)
        for name, entry in self.media.items():
            digest, size = sha256(), 0
            with self.open_media(name) as stream:
                for chunk in iter(partial(stream.read, _CHUNK), b""):
                    digest.update(chunk)
                    size += len(chunk)
            if entry != {"bytes": size, "sha256": digest.hexdigest()}:
                raise ValueError(name)


def _break_seal(file, path):
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise Refused(f"{path} is no backup: it does not begin as one.")
    length = len(_SEAL) + _DIGEST
    file.seek(max(size - length, 0))
    seal = re.fullmatch(re.escape(_SEAL) + rb"([0-9a-f]{64})", file.read())
    if not seal:
        raise Refused(
            f"{path} is not the whole of a backup: the seal at its end is missing. It was cut "
            "short or changed, or something else made it. Take another copy."
        )
    if _digest(file, size - _DIGEST) != seal[1]:
        raise Refused(
            f"{path} was changed after it was made: its seal does not fit its bytes. Take another "
            "copy."
        )
