import sys
from collections import Counter

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, transaction
from django.utils import timezone
from tqdm import tqdm

from articles.dispatch import DispatchError, check_encoding, read
from articles.filing import Desk, Outcome
from articles.incoming import STANDARD_INPUT, incoming, printable
from articles.models import Section


class _RolledBack(Exception):
    """Ends a dry run."""


class Command(BaseCommand):
    help = (
        "Import plain-text dispatches. Each is filed as a draft; one line says what became of it. "
        "Exit status 0: all are in; 1: some failed or conflict, all others are in; 2: wrong usage."
    )

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or -")
        parser.add_argument("--encoding", metavar="NAME", help="of files that are not UTF-8")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would happen; on SQLite writers wait meanwhile",
        )
        parser.add_argument("--publish", action="store_true", help="file, approve and publish")
        parser.add_argument("--overwrite", action="store_true", help="replace editors' changes")
        parser.add_argument("--replace", action="store_true", help="replace unrelated stories")
        parser.add_argument("--allow-empty-body", action="store_true", help="take in flashes")
        parser.add_argument("--section", metavar="NAME", help="where a code says nothing")
        parser.add_argument("--create-sections", action="store_true", help="make missing ones")
        parser.add_argument("--by", metavar="USER", help="the account that does it")

    def handle(self, *, paths, **options):
        self.options = options
        encoding = _encoding(options["encoding"])
        desk = Desk(
            by=_user(options["by"], publish=options["publish"]),
            publish=options["publish"],
            overwrite=options["overwrite"],
            replace=options["replace"],
            section=_section(options["section"]),
            create_sections=options["create_sections"],
        )
        self.counts = Counter()
        # Read before any transaction begins: waiting for input would make all writers wait.
        limit = settings.DISPATCH_MAX_BYTES
        self.piped = sys.stdin.buffer.read(limit + 1) if STANDARD_INPUT in paths else b""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        try:
            self._run(paths, desk, encoding)
        except OperationalError as wrong:
            self.stdout.write(self._summary())
            raise CommandError(
                f"The database stopped answering: {wrong} What is counted above is in; run the "
                "same command again for the rest."
            ) from None
        except BrokenPipeError:
            # Whoever reads our lines has gone; what is not in yet stays out.
            sys.stdout = None
            raise CommandError(
                "The output was closed; run the same command again for the rest."
            ) from None
        except KeyboardInterrupt:
            self.stdout.write(self._summary())
            raise CommandError(
                "Stopped. What is counted above is in; run the same command again for the rest.",
                returncode=130,
            ) from None
        self.stdout.write(self._summary())
        if self.counts[Outcome.FAILED] or self.counts[Outcome.CONFLICT]:
            sys.exit(1)

    def _run(self, paths, desk, encoding):
        if not self.options["dry_run"]:
            self._import(paths, desk, encoding)
            return
        try:
            with transaction.atomic():
                self._import(paths, desk, encoding)
                raise _RolledBack
        except _RolledBack:
            pass

    def _import(self, paths, desk, encoding):
        files = list(incoming(paths))
        # On a terminal only: a pipe gets plain lines.
        with tqdm(files, disable=None, unit="file", file=sys.stderr, leave=False) as progress:
            for file in progress:
                if file.ignored:
                    self.counts["ignored"] += 1
                    continue
                for found in self._read(file, encoding):
                    self._file(desk, found, file.name, progress)

    def _read(self, file, encoding):
        try:
            data = file.read(settings.DISPATCH_MAX_BYTES) if file.path else self.piped
        except DispatchError as error:
            return [error]
        return read(
            data,
            encoding=encoding,
            zone=timezone.get_default_timezone(),
            allow_empty_body=self.options["allow_empty_body"],
        )

    def _file(self, desk, found, name, progress):
        line = getattr(found, "line", 0)
        filed = desk.file(found, f"{name}:{line}")
        self.counts[filed.outcome] += 1
        with progress.external_write_mode(file=sys.stdout):
            place = f"{name}:{filed.line}"
            if filed.problem:
                self.stderr.write(
                    f"{filed.outcome} {place} [{filed.problem}] {printable(filed.message)}"
                )
            else:
                headline = printable(filed.headline)
                self.stdout.write(f"{filed.outcome} {filed.code} {place} {headline}")
            for notice in filed.notices:
                self.stderr.write(f"warning {name}:{notice.line} [{notice.name}] {notice.message}")

    def _summary(self):
        parts = [
            (self.counts[Outcome.IMPORTED], "imported"),
            (self.counts[Outcome.UPDATED], "updated"),
            (self.counts[Outcome.UNCHANGED], "unchanged"),
            (self.counts[Outcome.CONFLICT], "conflict"),
            (self.counts[Outcome.FAILED], "failed"),
            (self.counts["ignored"], "ignored"),
        ]
        return ", ".join(f"{count} {name}" for count, name in parts)


def _wrong_usage(sentence):
    return CommandError(sentence, returncode=2)


def _encoding(name):
    if name is None:
        return None
    try:
        return check_encoding(name)
    except LookupError as wrong:
        raise _wrong_usage(f"--encoding: {wrong.args[0]}") from None


def _section(name):
    if name is None:
        return None
    try:
        return Section.objects.named(name)
    except Section.DoesNotExist:
        raise _wrong_usage(f"--section: there is no section {name!r}.") from None


def _user(name, *, publish):
    if name is None:
        return None
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise _wrong_usage(f"--by: there is no active account {name!r}.")
    needed = ["articles.add_article", *(["articles.publish_article"] if publish else [])]
    if not user.has_perms(needed):
        raise _wrong_usage(f"--by: {name!r} may not {'publish' if publish else 'file'} stories.")
    return user
