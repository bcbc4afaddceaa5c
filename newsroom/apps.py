from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = _("The paper")

    def ready(self):
        from newsroom import checks, roles  # noqa: F401, checks register themselves

        # Permissions exist only once every app has migrated.
        post_migrate.connect(roles.after_migrate, dispatch_uid="newsroom.roles")


class NewsroomAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "newsroom.admin_site.NewsroomAdminSite"
