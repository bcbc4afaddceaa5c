from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from newsroom.backup import archive, tables


class BackupCommand(BaseCommand):
    """What `backup` and `restore` have in common: the file, and how they say what happened."""

    file_help = ""

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=self.file_help)

    def say(self, sentence):
        self.stdout.write(f"· {sentence}")
        self.stdout.flush()

    @contextmanager
    def told(self, file, *, nothing):
        """End what goes wrong in the block with one sentence, and with `nothing`: what was not
        done."""
        try:
            yield
        except archive.Refused as wrong:
            raise CommandError(f"{wrong} {nothing}") from None
        except OSError as wrong:
            raise CommandError(f"{wrong.filename or file}: {wrong.strerror}. {nothing}") from None
        except DatabaseError as wrong:
            raise CommandError(f"{tables.said(wrong)} {nothing}") from None
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. {nothing}", returncode=130) from None
