import base64
import hashlib
from ipaddress import ip_address
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import EmailVerificationStage
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from comments import names
from newsroom import mail
from newsroom.accounts.backend import owner_of
from newsroom.models import Paper

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class ConfirmedAddress(EmailVerificationStage):
    """Readers confirm their mail address before they come in; an administrator made the accounts
    of staff."""

    def handle(self):
        if self.login.user is not None and self.login.user.is_staff:
            return None, True
        return super().handle()


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        # One sentence for every way to be wrong: it tells nobody which names exist.
        "username_password_mismatch": _("This name and this password do not belong together."),
        "email_password_mismatch": _("This address and this password do not belong together."),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait five minutes, or ask for a new password by mail."
        ),
        "rate_limited": _("Too many wrong tries. Wait five minutes."),
        "enter_current_password": _("This is not your password."),
        "incorrect_password": _("This is not your password."),
        "duplicate_email": _("This is your mail address already, or waits to be confirmed."),
    }

    def is_ajax(self, request):
        """Forms are answered by pages alone."""
        return False

    def get_login_stages(self):
        theirs = f"{EmailVerificationStage.__module__}.{EmailVerificationStage.__qualname__}"
        ours = f"{ConfirmedAddress.__module__}.{ConfirmedAddress.__qualname__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def save_user(self, request, user, form, commit=True):
        """A reader's user name is nobody's business: it is drawn, and shown nowhere."""
        user.username = f"reader-{get_random_string(12, _LETTERS)}"
        user.email = form.cleaned_data["email"]
        user.password = form.password_hash
        user.save()
        return user

    def clean_password(self, password, user=None):
        if reader := getattr(user, "reader", None):
            refuse_the_name_as_password(password, reader)
        return super().clean_password(password, user)

    def get_client_ip(self, request):
        """The client's address as `newsroom.proxies` found it, whatever headers say."""
        try:
            address = ip_address(request.META.get("REMOTE_ADDR", ""))
        except ValueError:
            return "unknown"
        # All of IPv4 is one network of IPv6, and would be counted as one client.
        return str(getattr(address, "ipv4_mapped", None) or address)

    def _get_login_attempts_cache_key(self, request, **credentials):
        # All ways to write a name count as one. The name and the address of an account are counted
        # apart: one that is locked because of the other would tell whose it is.
        return names.key(names.tidy(credentials.get("email") or credentials["username"]))

    def _delete_login_attempts_cached_email(self, request, **credentials):
        # A letter that was opened opens the name as well as the address.
        logins = [credentials["email"]]
        if owner := owner_of(credentials["email"]):
            reader = getattr(owner, "reader", None)
            logins += [owner.get_username(), *([reader.name] if reader else [])]
        for login in logins:
            super()._delete_login_attempts_cached_email(request, email=login)

    def can_delete_email(self, email_address):
        """The address of an account is changed and never removed; one that waits may go."""
        return email_address.email != email_address.user.email.lower()

    # Where to go, which is a page of this site or nowhere --------------------------------

    def is_safe_url(self, url):
        return bool(url) and url.startswith("/") and url_has_allowed_host_and_scheme(url, None)

    def get_login_redirect_url(self, request):
        return reverse("admin:index" if request.user.is_staff else "account")

    def get_signup_redirect_url(self, request):
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address):
        return reverse("account" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request):
        return reverse("account")

    # Letters ------------------------------------------------------------------------------

    def send_mail(self, template_prefix, email, context):
        """Write the letter into the outbox, in the transaction of its cause."""
        about = {"email": email, "paper": _paper(), "site_url": settings.SITE_URL}
        mail.post(self.render_mail(template_prefix, email, context | about))

    def format_email_subject(self, subject):
        return f"{_paper().name}: {subject}"

    def get_email_confirmation_url(self, request, emailconfirmation):
        return _on_this_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key):
        return _on_this_site(super().get_reset_password_from_key_url(key))


class TwoFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not right, or was used already. Wait for the next that the app shows."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes come with two-factor authentication; set that up first."
        ),
    }

    def get_totp_label(self, user):
        reader = getattr(user, "reader", None)
        return reader.name if reader else user.get_username()

    def get_totp_issuer(self):
        return _paper().name

    def encrypt(self, text):
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """Raises ValidationError, for the form that asks, where the secret key was changed."""
        try:
            return _vault().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(
                _(
                    "The site cannot read the secret of your app any more. Ask an administrator "
                    "to take it away, and set it up again."
                )
            ) from None


def refuse_the_name_as_password(password, reader):
    """Raises ValidationError for a password like the public name, by which they sign in."""
    UserAttributeSimilarityValidator(user_attributes=["name"]).validate(password, reader)


def _paper():
    return Paper.objects.first() or Paper()


def _on_this_site(url):
    # Whatever host was asked: a letter leads to the site's own address.
    return f"{settings.SITE_URL}{urlsplit(url).path}"


def _vault():
    """Keys from SECRET_KEY and those before it, so that a stolen database opens no second lock."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"newsroom.two_factor" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
