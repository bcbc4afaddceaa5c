from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponseRedirect
from django.urls import reverse


class SecondLock:
    """Where NEWSROOM_ADMIN_TWO_FACTOR is on, the desk opens only to sessions that gave a code.

    Staff who have no second factor are led to where they set one up. One query a page of the desk.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        first = settings.NEWSROOM_ADMIN_TWO_FACTOR and _step_before(request)
        return HttpResponseRedirect(first) if first else self.get_response(request)


def _is_the_desk(path):
    return path.startswith(reverse("admin:index")) and path != reverse("admin:logout")


def _step_before(request):
    """The address at which whoever asks for the desk has to do something first, or None."""
    if not _is_the_desk(request.path) or not request.user.is_staff:
        return None
    if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return reverse("mfa_activate_totp")
    given = get_authentication_records(request, request.user)
    if any(record["method"] == "mfa" for record in given):
        return None
    where = {REDIRECT_FIELD_NAME: request.get_full_path()}
    return add_query_params(reverse("mfa_reauthenticate"), where)
