from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from comments import names
from comments.erasure import Words
from newsroom.privacy import NotErasable, erase


class Command(BaseCommand):
    help = (
        "Erase a reader's account for good, as its owner can do on the site: for those who ask by "
        "letter. Find out first that it is they who ask."
    )

    def add_arguments(self, parser):
        parser.add_argument("reader", help="the public name, the mail address or the user name")
        parser.add_argument(
            "--words",
            required=True,
            choices=Words.values,
            help="the comments that readers see stay without the name, or are withdrawn",
        )
        parser.add_argument("--no-input", action="store_true", help="do not ask whether to go on")

    def handle(self, *, reader, words, no_input, **options):
        user = _account_of(reader)
        if not no_input:
            self._ask(user)
        try:
            erase(user, words=words)
        except NotErasable as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write("Erased. Backups keep the account until newer ones take their place.")

    def _ask(self, user):
        name = user.reader.name if hasattr(user, "reader") else user.get_username()
        self.stdout.write(f"{name}, {user.comments.count()} comments. Erasing cannot be undone.")
        if input("Type yes to go on: ") != "yes":
            raise CommandError("Nothing was erased.")


def _account_of(word):
    word = names.tidy(word)
    # Not by a name that only looks like it: the wrong one must not go.
    known = (
        Q(username=word)
        | Q(reader__name__iexact=word)
        | Q(email__iexact=word)
        | Q(emailaddress__email__iexact=word)
    )
    found = list(User.objects.filter(known).distinct()[:10]) if word else []
    if not found:
        raise CommandError("No account has this public name, mail address or user name.")
    if len(found) > 1:
        several = ", ".join(sorted(user.get_username() for user in found))
        raise CommandError(f"Several accounts: {several}. Give the user name of one.")
    return found[0]
