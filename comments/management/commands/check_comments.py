from django.core.management.base import BaseCommand, CommandError

from comments.proof import discrepancies, repair


class Command(BaseCommand):
    help = (
        "Prove the counts, the order and the record of every discussion. The site may run "
        "meanwhile. Exit status 0: all is true, or is now; 1: something is wrong, and each line "
        "says what."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--fix",
            action="store_true",
            help="make wrong numbers and places true; no comment is shown or hidden by it",
        )

    def handle(self, *, fix, **options):
        wrong = []
        for discrepancy in discrepancies():
            self.stdout.write(str(discrepancy))
            wrong.append(discrepancy)
        if fix:
            wrong = self._repair(wrong)
        if wrong:
            raise CommandError(_summary(wrong))
        self.stdout.write("Every count is true.")

    def _repair(self, wrong):
        """Repair what can be; what stays wrong."""
        repairable = sorted({each.discussion for each in wrong if not each.way_out})
        for discussion in repairable:
            repair(discussion)
        if repairable:
            self.stdout.write(f"Repaired {_counted(len(repairable), 'discussion')}.")
        left = []
        for discussion in sorted({each.discussion for each in wrong}):
            left += discrepancies(discussion)
        for discrepancy in left:
            self.stdout.write(f"Left as it is: {discrepancy}")
        return left


def _summary(wrong):
    hopeless = sum(bool(each.way_out) for each in wrong)
    where = _counted(len({each.discussion for each in wrong}), "discussion")
    sentences = [f"{_counted(len(wrong), 'thing')} wrong in {where}."]
    if hopeless < len(wrong):
        sentences.append("Run check_comments --fix; readers may post meanwhile.")
    if hopeless:
        sentences.append(f"{_counted(hopeless, 'thing')} to be decided by a person, as said above.")
    return " ".join(sentences)


def _counted(number, noun):
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
