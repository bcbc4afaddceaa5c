from datetime import datetime

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from comments.proof import discrepancies
from newsroom.backup import archive, media, tables
from newsroom.backup.command import BackupCommand


class Command(BackupCommand):
    help = (
        "Take the newsroom of a backup into an empty database of either kind, and its media files. "
        "All or nothing: the file is proved before anything is written, and the rows after it. "
        "Exit status 1: nothing came in, or everything did and a count was wrong already."
    )

    file_help = "what backup made"

    def handle(self, *, file, **options):
        with self.told(file, nothing="Nothing was restored."), archive.proved(file) as backup:
            self.say(_described(backup))
            _refuse_another_version(backup)
            tables.refuse_work()
            lacking = media.missing(backup.media)
            if not tables.are_migrated():
                self.say("Making the tables")
                call_command("migrate", verbosity=0, interactive=False)
            # SQLite would look through a whole table for each row that another may await;
            # `tables.finish` proves them all at once.
            with connection.constraint_checks_disabled(), transaction.atomic(durable=True):
                self._fill(backup)
                proof = self._prove()
                self._keep_media(backup, lacking)
        self._report(*proof)

    def _fill(self, backup):
        tables.clear()
        for label, model in tables.tables().items():
            count = tables.fill(model, backup.rows(label))
            if count != backup.tables[label]["rows"]:
                raise archive.Refused(f"Of {label}, {count:,} rows came in, which is not all.")
            if count:
                self.say(f"{label}: {count:,} rows")
        tables.finish()

    def _prove(self):
        """(stories, comments, what is wrong) of what came in; whoever keeps more that follows from
        the rows makes and proves it here."""
        return Article.objects.count(), Comment.objects.count(), list(discrepancies())

    def _keep_media(self, backup, lacking):
        for name in lacking:
            with backup.open_media(name) as stream:
                media.keep(name, stream)
        self.say(f"Media: {len(lacking):,} files, {len(backup.media) - len(lacking):,} were there")

    def _report(self, stories, comments, wrong):
        for discrepancy in wrong:
            self.stdout.write(str(discrepancy))
        if wrong:
            raise CommandError(
                f"Restored, every row: {stories:,} stories, {comments:,} comments. {len(wrong):,} "
                "numbers above were wrong in the backup already; run check_comments --fix."
            )
        self.say(f"Proved: {stories:,} stories, {comments:,} comments, every count is true")


def _described(backup):
    rows = sum(entry["rows"] for entry in backup.tables.values())
    made_at = datetime.fromisoformat(backup.facts["made_at"])
    return (
        f"The backup of {timezone.localtime(made_at):%Y-%m-%d %H:%M %Z} is whole: {rows:,} rows, "
        f"{len(backup.media):,} media files"
    )


def _refuse_another_version(backup):
    theirs, ours = set(backup.facts["migrations"]), set(tables.migrations())
    if theirs != ours:
        differing = ", ".join(sorted(theirs ^ ours)[:3])
        raise archive.Refused(
            f"The backup was made with another version of Newsroom, which differs in {differing}. "
            "Restore it with that version, and migrate then."
        )
    if set(backup.tables) != set(tables.tables()):
        raise archive.Refused("The backup holds other tables than this version of Newsroom.")
