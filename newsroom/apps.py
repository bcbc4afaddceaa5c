from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# Their own labels speak English alone, or mistake MFA for a ministry of foreign affairs.
_LABELS = {
    "account": _("Accounts"),
    "mfa": _("Second factors"),
    "django_tasks_database": _("Background work"),
}


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = _("The paper")

    def ready(self):
        for app, label in _LABELS.items():
            apps.get_app_config(app).verbose_name = label
        from comments import names
        from newsroom import checks, paper, roles  # noqa: F401, checks register themselves

        names.names_of_the_house.append(paper.own_names)

        # Permissions exist only once every app has migrated.
        post_migrate.connect(roles.after_migrate, dispatch_uid="newsroom.roles")


class NewsroomAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "newsroom.admin_site.NewsroomAdminSite"
