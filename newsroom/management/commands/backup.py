from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from newsroom.backup import archive, media, snapshot, tables
from newsroom.backup.command import BackupCommand


class Command(BackupCommand):
    help = (
        "Copy every table, as it is at one moment, and every media file into one new file, while "
        "the site goes on. The file holds all that the newsroom knows, unlocked: keep it safe."
    )

    file_help = "the file to make"

    def handle(self, *, file, **options):
        path = Path(file)
        with self.told(path, nothing="Nothing was written."):
            media.refuse_within(path)
            with archive.writing(path, **_facts()) as writer:
                with snapshot.one_moment() as alias:
                    self._copy_tables(writer, alias)
                self._copy_media(writer)
        self.say(f"{path} is whole: {filesizeformat(path.stat().st_size)}")
        self.say("SECRET_KEY and the other settings are not in it; keep them apart")

    def _copy_tables(self, writer, alias):
        if not tables.are_migrated(alias):
            raise archive.Refused(
                "The database is that of another version of Newsroom; make the backup with that "
                "one, or run migrate first."
            )
        counts = [
            writer.add_table(label, tables.rows(model, alias=alias))
            for label, model in tables.tables().items()
        ]
        self.say(f"Tables: {len(counts)}, with {sum(counts):,} rows")

    def _copy_media(self, writer):
        sizes = []
        for name in media.names():
            try:
                file = default_storage.open(name)
            except FileNotFoundError:
                self.say(f"Media: {name} was removed meanwhile, and is left out")
                continue
            with file:
                sizes.append(writer.add_media(name, file.chunks()))
        self.say(f"Media: {len(sizes):,} files, {filesizeformat(sum(sizes))}")


def _facts():
    return {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": tables.migrations(),
    }
