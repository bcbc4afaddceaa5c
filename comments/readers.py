"""How an account becomes a reader's, and finds its public name."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.templatetags.articles_tags import day
from comments import names
from comments.models import Reader

# Long enough that a thread is not full of one person under five names.
NAME_KEPT_FOR = timedelta(days=30)


class NameRefused(Exception):
    """The sentence says why the name cannot be taken."""


def locked(user):
    """The account as it is now, with its reader, or None where it is no more. One query.

    It does one thing at a time until the transaction ends: what is written for it is written
    before its erasure, or not at all. Whoever locks a discussion as well locks the account first.
    """
    # As weak as it serves: what only refers to the row does not wait for it, nor block it.
    accounts = User.objects.select_for_update(of=("self",), no_key=True)
    return accounts.select_related("reader").filter(pk=user.pk).first()


@transaction.atomic
def join(user, name):
    """Make the account a reader's, with this public name. Returns the Reader.

    Raises NameRefused, also where the account is closed or a reader's already. Eight queries.
    """
    _lock_open_account(user)
    if Reader.objects.filter(user=user).exists():
        raise NameRefused(_("This account has a name already."))
    return _named(Reader(user=user), name)


@transaction.atomic
def rename(reader, name):
    """Give the reader another public name, under all their comments. Raises NameRefused."""
    _lock_open_account(reader.user)
    current = Reader.objects.get(pk=reader.pk)
    if names.tidy(name) == current.name:
        return current
    if current.renamed_at and (free_at := current.renamed_at + NAME_KEPT_FOR) > timezone.now():
        raise NameRefused(
            _("A name is kept for 30 days; yours can be changed again on %(day)s.")
            % {"day": day(timezone.localtime(free_at))}
        )
    current.renamed_at = timezone.now()
    return _named(current, name)


def put_on_hold(user, on_hold=True):
    """Have the reader's comments read first, or no longer. One query."""
    Reader.objects.filter(user=user).update(on_hold=on_hold)


def of_name(name):
    """The reader with this public name or one that looks like it, or None. One query."""
    return (
        Reader.objects.select_related("user").filter(name_key=names.key(names.tidy(name))).first()
    )


def _lock_open_account(user):
    account = locked(user)
    if account is None or not account.is_active:
        raise NameRefused(_("This account is closed."))


def _named(reader, name):
    name = names.tidy(name)
    if refusal := names.refusal(name, of=reader.user):
        raise NameRefused(refusal)
    reader.name, reader.name_key = name, names.key(name)
    try:
        with transaction.atomic():
            reader.save()
    except IntegrityError:
        # Somebody took it between the question and the answer.
        raise NameRefused(
            _("Another reader has this name, or one that looks like it; choose another.")
        ) from None
    return reader
