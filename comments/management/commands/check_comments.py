from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from comments.proof import discrepancies, repair


class Command(BaseCommand):
    help = "Prove the counts and the order of every discussion; exit with 1 where any is wrong."

    def add_arguments(self, parser):
        parser.add_argument("--fix", action="store_true", help="make the wrong numbers true")

    def handle(self, *args, fix, **options):
        wrong = Counter()
        for discrepancy in discrepancies():
            wrong[discrepancy.discussion] += 1
            self.stdout.write(str(discrepancy))
        left = self.repaired(wrong) if fix else wrong.total()
        if left:
            raise CommandError(f"{left} wrong in {len(wrong)} discussions.", returncode=1)
        self.stdout.write("Every count is true.")

    def repaired(self, wrong):
        """Repair each of these discussions; the number of things that stay wrong."""
        left = 0
        for discussion in sorted(wrong):
            repair(discussion)
            remaining = list(discrepancies(discussion))
            for discrepancy in remaining:
                self.stdout.write(f"not repaired: {discrepancy}")
            left += len(remaining)
        if wrong and not left:
            self.stdout.write(f"Repaired {len(wrong)} discussions.")
        return left
