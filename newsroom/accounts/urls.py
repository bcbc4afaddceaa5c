"""What of allauth is open here, by the names that it knows them by."""

from allauth.account import views as allauth
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from csp.decorators import csp_update
from django.urls import re_path
from django.views.decorators.cache import never_cache

from newsroom import privacy
from newsroom.accounts import views

# The square that a telephone reads is a picture in the page itself.
with_its_picture = csp_update({"img-src": "data:"})


def page(address, view, *, name):
    """A page of an account: no cache keeps it."""
    return re_path(rf"^{address}\Z", never_cache(view), name=name)


urlpatterns = [
    page("", views.account, name="account"),
    page("export/", privacy.export, name="account_export"),
    page("erase/", privacy.erase_account, name="account_erase"),
    page("login/", views.SignIn.as_view(), name="account_login"),
    page("logout/", allauth.logout, name="account_logout"),
    page("inactive/", allauth.account_inactive, name="account_inactive"),
    page("signup/", views.SignUp.as_view(), name="account_signup"),
    page("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    page("email/", views.ChangeAddress.as_view(), name="account_email"),
    page("confirm-email/", allauth.email_verification_sent, name="account_email_verification_sent"),
    page(
        r"confirm-email/(?P<key>[-:\w]+)/",
        views.ConfirmAddress.as_view(),
        name="account_confirm_email",
    ),
    page("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    page("password/set/", views.SetPassword.as_view(), name="account_set_password"),
    page("password/reset/", views.ForgottenPassword.as_view(), name="account_reset_password"),
    page("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    page(
        "password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    page(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    page("2fa/", second_factor.index, name="mfa_index"),
    page("2fa/authenticate/", views.SecondStep.as_view(), name="mfa_authenticate"),
    page("2fa/reauthenticate/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    page(
        "2fa/totp/activate/",
        with_its_picture(views.TurnOnTwoFactor.as_view()),
        name="mfa_activate_totp",
    ),
    page("2fa/totp/deactivate/", views.TurnOffTwoFactor.as_view(), name="mfa_deactivate_totp"),
    page("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    page(
        "2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    page(
        "2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
