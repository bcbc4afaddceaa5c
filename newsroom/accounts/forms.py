"""allauth's forms with our labels. Each knows what the summary above it has to list."""

from allauth.account import forms as account
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as second_factor
from allauth.mfa.recovery_codes import forms as recovery_codes
from allauth.mfa.totp import forms as totp
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from comments import names, readers
from comments.forms import NameField
from comments.models import Reader
from newsroom.accounts.adapter import refuse_the_name_as_password

GOOD_PASSWORD = _("At least 10 characters. A short sentence is good.")
# No address of mail is longer (RFC 5321), nor a column of ours.
_ADDRESS_MAX = MaxLengthValidator(254)


class Plain:
    """Labels instead of placeholders, errors that are tied to their fields."""

    use_required_attribute = False
    labels = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.error_messages["required"] = _("“%s” is empty.") % field.label
            if name in {"email", "login"}:
                field.validators.append(_ADDRESS_MAX)
            if name in {"password", "oldpassword"}:
                # A link, which stands beside the button here.
                field.help_text = ""

    @property
    def wrong(self):
        """(id of the field or None, sentence) for each thing to mend."""
        first = next((field.id_for_label for field in self.visible_fields()), None)
        general = [(first, wrong) for wrong in self.non_field_errors()]
        return general + [
            (self[name].id_for_label, _naming(self[name].label, sentence))
            for name in self.fields
            for sentence in self[name].errors
        ]


def _naming(label, sentence):
    return sentence if str(label) in sentence else f"{label}: {sentence}"


class SignInForm(Plain, account.LoginForm):
    labels = {
        "login": _("Name or mail address"),
        "password": _("Password"),
        "remember": _("Keep me signed in on this machine"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignUpForm(Plain, account.SignupForm):
    labels = {"email": _("Mail address"), "password1": _("Password")}
    field_order = ["name", "email", "password1"]

    name = NameField(
        label=_("Name under your comments"),
        help_text=_("Your own name or another; not somebody else’s."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("We send one letter to check it. Nobody else sees it.")
        self.fields["password1"].help_text = GOOD_PASSWORD

    def clean(self):
        typed = super().clean()
        if {"name", "password1"} <= typed.keys():
            try:
                refuse_the_name_as_password(typed["password1"], Reader(name=typed["name"]))
            except forms.ValidationError as refused:
                self.add_error("password1", refused)
        return typed

    def hash_password(self):
        """Put into `password_hash` what the adapter gives to the new account."""
        self.password_hash = make_password(self.cleaned_data["password1"])

    def custom_signup(self, request, user):
        """Raises NameRefused where somebody took the name meanwhile."""
        readers.join(user, self.cleaned_data["name"])


class NameForm(Plain, forms.Form):
    """The public name of `user`, who may have none yet."""

    name = forms.CharField(
        label=_("Name under your comments"),
        help_text=_("All your comments show it, the old ones too. A name is kept for 30 days."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_name(self):
        name = names.tidy(self.cleaned_data["name"])
        if refusal := names.refusal(name, of=self.user):
            raise forms.ValidationError(refusal)
        return name


class AddressForm(Plain, account.AddEmailForm):
    labels = {"email": _("New mail address")}

    def save(self, request):
        """Send the letter that confirms the address; until then the old one is the account's."""
        waiting = EmailAddress.objects.filter(user=self.user, verified=False)
        waiting.exclude(email__iexact=self.user.email).delete()
        address, _made = EmailAddress.objects.get_or_create(
            user=self.user, email=self.cleaned_data["email"]
        )
        send_verification_email_to_address(request, address)
        return address


class _NewPassword(Plain):
    """Typed once: who mistypes it asks for a letter."""

    labels = {"oldpassword": _("Password until now"), "password1": _("New password")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].help_text = GOOD_PASSWORD


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):
    pass


class SetPasswordForm(_NewPassword, account.SetPasswordForm):
    pass


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    labels = {"email": _("Mail address")}


class ResetPasswordKeyForm(_NewPassword, account.ResetPasswordKeyForm):
    pass


class PasswordAgainForm(Plain, account.ReauthenticateForm):
    labels = {"password": _("Password")}


class CodeForm(Plain, second_factor.AuthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}


class CodeAgainForm(Plain, second_factor.ReauthenticateForm):
    labels = CodeForm.labels


class ActivateForm(Plain, totp.ActivateTOTPForm):
    labels = {"code": _("Code that the app shows")}


class DeactivateForm(Plain, totp.DeactivateTOTPForm):
    pass


class RecoveryCodesForm(Plain, recovery_codes.GenerateRecoveryCodesForm):
    pass
