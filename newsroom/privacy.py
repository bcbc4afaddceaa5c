"""A reader's account as a whole: the copy that its owner may take, and its end."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from articles.models import Person
from articles.pages import render_page
from comments import erasure, readers
from comments.models import Reader
from newsroom.models import Letter

# The link in the letter is good for three days; a new one is sent to who signs in until then.
CONFIRMED_WITHIN = timedelta(days=7)
A_FEW = 20


class NotErasable(Exception):
    """The sentence says why the account stays, and whom to ask."""


# The copy ------------------------------------------------------------------------------


def copy_of(user):
    """What the site knows of the user and what they said: a dict of what JSON knows, and datetimes.

    No secrets and no hashes of any, and nobody else's words or names. Six queries.
    """
    reader = Reader.objects.filter(user=user).first()
    addresses = dict(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
    if user.email:
        addresses.setdefault(user.email, False)
    return {
        "exported_at": timezone.now(),
        "account": {
            "public_name": reader and reader.name,
            "on_hold": reader is not None and reader.on_hold,
            "user_name": user.get_username(),
            "full_name": user.get_full_name(),
            "joined_at": user.date_joined,
            "last_signed_in_at": user.last_login,
            "mail_addresses": [
                {"address": address, "verified": verified}
                for address, verified in addresses.items()
            ],
            "two_factor": Authenticator.objects.filter(
                user=user, type=Authenticator.Type.TOTP
            ).exists(),
        },
        "comments": erasure.copy_of(user),
    }


# Its end -------------------------------------------------------------------------------


@transaction.atomic
def erase(user, *, words):
    """Leave of the account a number that the record can name; `words` is one of erasure.Words.

    All at once or not at all, for good. Done again it finds nothing, or what a request that was
    under way brought back. Raises NotErasable for accounts of the newsroom. Opens every session
    that is stored, and costs about thirty queries besides what the comments cost.
    """
    account = _erase(user, words=words)
    _end_sessions_of(account)


def _erase(user, *, words):
    account = readers.locked(user)
    _keep_the_house(account)
    addresses = EmailAddress.objects.filter(user=account)
    authenticators = Authenticator.objects.filter(user=account)
    _erase_in_the_desks_log(
        account, *Reader.objects.filter(user=account), *addresses, *authenticators
    )
    erasure.erase(account, words=words)
    _take_back_letters_to(account.email, *addresses.values_list("email", flat=True))
    addresses.delete()
    authenticators.delete()
    account.user_permissions.clear()
    account.username = f"erased-{account.pk}"
    account.first_name = account.last_name = account.email = ""
    account.last_login = None
    account.is_active = False
    account.set_unusable_password()
    account.save()
    return account


def forget_unconfirmed():
    """Erase what the sign-up form made and nobody confirmed in time: it holds a name that others
    may want, and perhaps an address of somebody who never heard of it. A few at a time."""
    unconfirmed = User.objects.filter(
        reader__isnull=False,
        # Accounts that somebody else made have no such row, and are left alone.
        emailaddress__verified=False,
        is_active=True,
        is_staff=False,
        is_superuser=False,
        groups=None,
        person=None,
        comments=None,
        last_login=None,
        date_joined__lt=timezone.now() - CONFIRMED_WITHIN,
    ).exclude(emailaddress__verified=True)
    erased = list(unconfirmed.distinct().order_by("pk")[:A_FEW])
    for account in erased:
        with transaction.atomic():
            _erase(account, words=erasure.Words.KEEP)
    if erased:
        _end_sessions_of(*erased)


def _keep_the_house(user):
    of_the_house = (
        user.is_staff
        or user.is_superuser
        or user.groups.exists()
        or Person.objects.filter(user=user).exists()
    )
    if of_the_house:
        raise NotErasable(
            _(
                "This account belongs to the newsroom, and the record of its stories names it, so "
                "it is not erased. Whoever leaves the newsroom asks an administrator to close it."
            )
        )


def _erase_in_the_desks_log(*rows):
    """What administrators did to these rows stays on record, without their names."""
    log = Q()
    for row in rows:
        log |= Q(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
    LogEntry.objects.filter(log).update(object_repr="", change_message="")


def _take_back_letters_to(*addresses):
    to_them = Q(pk__in=[])
    for address in filter(None, addresses):
        to_them |= Q(recipient__iexact=address)
    Letter.objects.filter(to_them).delete()


def _end_sessions_of(*accounts):
    """Sessions are filed under no name, so each is opened. They may quote the mail address."""
    ended = [
        session.pk
        for session in Session.objects.iterator()
        if any(_is_of(session.get_decoded(), account) for account in accounts)
    ]
    Session.objects.filter(pk__in=ended).delete()


def _is_of(session, account):
    signing_in = session.get("account_login") or {}
    return str(account.pk) in {
        session.get(SESSION_KEY),
        session.get("account_authentication_methods_user"),
    } or signing_in.get("user_pk") == user_pk_to_url_str(account)


# The pages -----------------------------------------------------------------------------


class ErasureForm(forms.Form):
    """No choice is made beforehand, so that nobody loses words by a click too many."""

    words = forms.ChoiceField(
        label=gettext_lazy("What becomes of your comments that readers see?"),
        choices=erasure.Words,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what becomes of your comments.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def export(request):
    if request.method != "POST":
        return render_page(request, "newsroom/account_export.html")
    name = f"newsroom-export-{timezone.localdate():%Y-%m-%d}.json"
    return JsonResponse(
        copy_of(request.user),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def erase_account(request):
    form = ErasureForm(request.POST if request.method == "POST" else None)
    try:
        _keep_the_house(request.user)
        if form.is_valid():
            erase(request.user, words=form.cleaned_data["words"])
            logout(request)
            return render_page(request, "newsroom/account_erased.html")
        page, status = {"form": form}, 422 if form.is_bound else None
    except NotErasable as refused:
        page, status = {"sentence": str(refused)}, 403
    return render_page(request, "newsroom/account_erase.html", page, status=status)
