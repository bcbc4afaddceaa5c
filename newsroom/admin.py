from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User

from articles.admin.house import KeptForEverAdmin
from articles.filing import WIRE
from newsroom.models import Paper

admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin):
    """Accounts are closed by “active”, never deleted: the record names them."""

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


@admin.register(Group)
class GroupAdmin(KeptForEverAdmin, auth_admin.GroupAdmin):
    pass


@admin.register(Paper)
class PaperAdmin(KeptForEverAdmin):
    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Paper.objects.exists()
