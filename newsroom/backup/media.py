"""The uploaded files, in Django's default storage, whatever that is."""

from functools import partial
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import SuspiciousOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name

from newsroom.backup.archive import Refused

_CHUNK = 1 << 20


def names(folder=""):
    """Every file of the storage, in a fixed order."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    above = f"{folder}/" if folder else ""
    yield from (f"{above}{name}" for name in sorted(files) if name)
    for name in sorted(folders):
        yield from names(f"{above}{name}")


def refuse_within(path):
    """Raise Refused where a backup at `path` would lie among the files that go into it."""
    try:
        root = Path(default_storage.path("")).resolve()
    except NotImplementedError:
        return
    if path.resolve().is_relative_to(root):
        raise Refused(f"{path} lies among the media, which readers can fetch; name another folder.")


def missing(media):
    """The names of those files of a backup that the storage lacks.

    Raises Refused where it holds another file of the same name, or may not hold the name.
    """
    lacking = []
    for name, entry in media.items():
        try:
            validate_file_name(name, allow_relative_path=True)
            there = default_storage.exists(name)
        except SuspiciousOperation:
            raise Refused(f"The backup holds a file {name!r}, which leads out of media.") from None
        if not there:
            lacking.append(name)
        elif _hash_of(name) != entry["sha256"]:
            raise Refused(
                f"There is another file {name} in the media storage already; name an empty one in "
                "MEDIA_STORAGE_URL, or move that file away."
            )
    return lacking


def keep(name, stream):
    """Store a file under this name and no other."""
    try:
        kept = default_storage.save(name, File(stream, name=name))
    except BaseException:
        # Half a file would be taken for another one of that name the next time.
        default_storage.delete(name)
        raise
    if kept != name:
        default_storage.delete(kept)
        raise Refused(f"The media storage keeps {name} as {kept}, where nothing looks for it.")


def _hash_of(name):
    digest = sha256()
    with default_storage.open(name) as file:
        for chunk in iter(partial(file.read, _CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()
