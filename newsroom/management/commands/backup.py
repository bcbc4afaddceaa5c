from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from newsroom.backup import archive, media, snapshot, tables


class Command(BaseCommand):
    help = (
        "Copy every table, as it is at one moment, and every media file into one new file, while "
        "the site goes on. The file holds all that the newsroom knows, unlocked: keep it safe."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="the file to make")

    def handle(self, *, file, **options):
        path = Path(file)
        try:
            media.refuse_within(path)
            with archive.writing(path, **_facts()) as writer:
                with snapshot.one_moment() as alias:
                    self._copy_tables(writer, alias)
                self._copy_media(writer)
        except archive.Refused as wrong:
            raise CommandError(f"{wrong} Nothing was written.") from None
        except OSError as wrong:
            place = wrong.filename or path
            raise CommandError(f"{place}: {wrong.strerror}. Nothing was written.") from None
        except DatabaseError as wrong:
            raise CommandError(f"{tables.said(wrong)} Nothing was written.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was written.", returncode=130) from None
        self._say(f"{path} is whole: {filesizeformat(path.stat().st_size)}")
        self._say("SECRET_KEY and the other settings are not in it; keep them apart")

    def _say(self, sentence):
        self.stdout.write(f"· {sentence}")
        self.stdout.flush()

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
        self._say(f"Tables: {len(counts)}, with {sum(counts):,} rows")

    def _copy_media(self, writer):
        sizes = []
        for name in media.names():
            try:
                file = default_storage.open(name)
            except FileNotFoundError:
                self._say(f"Media: {name} was removed meanwhile, and is left out")
                continue
            with file:
                sizes.append(writer.add_media(name, file.chunks()))
        self._say(f"Media: {len(sizes):,} files, {filesizeformat(sum(sizes))}")


def _facts():
    return {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "database": connection.vendor,
        "migrations": tables.migrations(),
    }
