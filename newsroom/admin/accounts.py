from allauth.account.adapter import get_adapter
from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _
from django_tasks_db.admin import DBTaskResult

from articles.admin.house import KeptForEverAdmin
from articles.filing import WIRE
from comments import readers

# Imported from where others register them, so that they are registered by now.
admin.site.unregister([User, Group, EmailAddress, Authenticator, DBTaskResult])


def _no_readers_name(username, account):
    """The user name, which is not one by which a reader signs in."""
    reader = readers.of_name(username or "")
    if reader is not None and reader.user_id != account.pk:
        raise forms.ValidationError(_("A reader signs in by this name; choose another."))
    return username


class NewAccountForm(auth_admin.UserAdmin.add_form):
    def clean_username(self):
        return _no_readers_name(super().clean_username(), self.instance)


class AccountForm(auth_admin.UserAdmin.form):
    def clean_username(self):
        return _no_readers_name(self.cleaned_data["username"], self.instance)

    def clean_email(self):
        # As letters to an address are looked up.
        email = self.cleaned_data["email"].lower()
        taken = EmailAddress.objects.filter(email=email, verified=True)
        if email and taken.exclude(user=self.instance).exists():
            raise forms.ValidationError(_("Another account has this mail address."))
        return email


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin):
    """Accounts are closed by “active”, never deleted: the record names them."""

    form = AccountForm
    add_form = NewAccountForm

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        # Who manages accounts may not make a superuser, nor become one.
        closed = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        if obj is not None and obj.username == WIRE:
            closed += ("username",)
        if obj is not None and obj.pk == request.user.pk and not request.user.is_superuser:
            # Nobody gives rights to themselves.
            closed += ("groups",)
        return (*super().get_readonly_fields(request, obj), *closed)

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # The address that was replaced opens the account no more, and gets no letters of it.
            EmailAddress.objects.filter(user=obj).delete()
            if obj.email:
                EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)


class _ToLookAt(admin.ModelAdmin):
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(EmailAddress)
class EmailAddressAdmin(_ToLookAt):
    """Whether a reader who cannot sign in has confirmed the address."""

    list_display = ["email", "user", "verified"]
    list_select_related = ["user"]
    list_filter = ["verified"]
    search_fields = ["email", "user__username", "user__reader__name"]
    fields = ["user", "email", "verified"]


@admin.register(Authenticator)
class AuthenticatorAdmin(_ToLookAt):
    """Takes the second factor from a colleague who lost the phone; shows nothing of its secret."""

    list_display = ["user", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email", "user__reader__name"]
    fields = ["user", "created_at", "last_used_at"]

    def get_queryset(self, request):
        # The recovery codes go with the app.
        return super().get_queryset(request).filter(type=Authenticator.Type.TOTP)

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return request.user.has_perm("mfa.delete_authenticator")
        # One's own goes by the account's own page, which asks for the password.
        return obj.user != request.user and (
            request.user.is_superuser
            or (request.user.has_perm("mfa.delete_authenticator") and not obj.user.is_superuser)
        )

    def delete_model(self, request, obj):
        Authenticator.objects.filter(user=obj.user).delete()
        get_adapter(request).send_notification_mail("mfa/email/totp_deactivated", obj.user)


@admin.register(DBTaskResult)
class DBTaskResultAdmin(_ToLookAt):
    """What waits to be done and what failed, without the data that it is about."""

    list_display = ["task_path", "status", "enqueued_at", "finished_at"]
    list_filter = ["status"]
    fields = [
        "task_path",
        "status",
        "enqueued_at",
        "started_at",
        "finished_at",
        "exception_class_path",
    ]


@admin.register(Group)
class GroupAdmin(KeptForEverAdmin, auth_admin.GroupAdmin):
    pass
