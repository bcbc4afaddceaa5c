from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from comments import readers


class NameOrAddress(AuthenticationBackend):
    """Signs in readers by public name or mail address, staff by user name or mail address.

    One password is hashed, whoever is asked for, so that the time tells nobody which names exist.
    """

    def _authenticate(self, request, **credentials):
        typed = credentials.get("username") or credentials.get("email") or ""
        return self._check_password(owner_of(typed), credentials["password"])


def owner_of(typed):
    """The account with this user name, mail address or public name, or None. At most four queries.

    A user name goes before a public name that looks like it, a confirmed address before others.
    """
    return _of_user_name(typed) or _of_address(typed) or _of_public_name(typed)


def _of_user_name(name):
    likely = User.objects.filter(username__iexact=User.normalize_username(name)).order_by("pk")
    return min(likely, key=lambda user: user.username != name, default=None)


def _of_address(address):
    own = EmailAddress.objects.filter(email=address.lower(), primary=True).select_related("user")
    found = own.order_by("-verified", "pk").first()
    if found and found.verified:
        return found.user
    # An administrator wrote down the addresses of staff, and nobody asked to confirm them.
    staff = User.objects.filter(is_staff=True, email__iexact=address).order_by("pk").first()
    return staff or (found and found.user)


def _of_public_name(name):
    reader = readers.of_name(name)
    return reader and reader.user
