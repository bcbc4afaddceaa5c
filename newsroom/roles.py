"""The groups of a newsroom and what each may do. Sections narrow it: see `articles.rights`."""

from django.db import transaction

from articles.filing import WIRE

_SEE = ("articles.view_article",)
_WRITE = (*_SEE, "articles.add_article")
_DESK = (
    *_WRITE,
    "articles.change_article",
    "articles.claim_article",
    "articles.approve_article",
    "articles.publish_article",
    "articles.unpublish_article",
    "articles.view_section",
    "articles.view_person",
    "articles.view_topic",
    "articles.add_topic",
    "articles.change_topic",
)
_MODERATE = (
    "comments.view_comment",
    "comments.moderate_comment",
    "comments.view_discussion",
    "comments.add_discussion",
    "comments.change_discussion",
    "comments.view_reader",
    "comments.change_reader",
)
_HOUSE = (
    *(
        f"{app}.{act}_{model}"
        for app, model in (
            ("articles", "section"),
            ("articles", "person"),
            ("newsroom", "paper"),
            ("newsroom", "housepage"),
        )
        for act in ("view", "add", "change")
    ),
    "newsroom.delete_housepage",
)

ROLES = {
    "Reporter": (*_WRITE, "articles.view_topic"),
    "Copy editor": (*_SEE, "articles.view_topic"),
    "Section editor": (*_DESK, *_MODERATE),
    "Publisher": (*_DESK, *_MODERATE, *_HOUSE),
    "Moderator": _MODERATE,
    # What an import with --publish does is done by this group's one account.
    "Wire": (
        *_WRITE,
        "articles.change_article",
        "articles.approve_article",
        "articles.publish_article",
    ),
    # Manages people and settings, and may not publish.
    "IT administrator": (
        *_HOUSE,
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "account.view_emailaddress",
        "mfa.view_authenticator",
        "mfa.delete_authenticator",
        "django_tasks_database.view_dbtaskresult",
    ),
}


@transaction.atomic
def make_roles():
    """Create the groups that are missing and give each its permissions; take none away."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, permissions in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[label] for label in permissions if label in known))
    _make_wire()


def _make_wire():
    """The account of wire copy; it cannot sign in."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    wire, made = get_user_model().objects.get_or_create(username=WIRE)
    if made:
        wire.set_unusable_password()
        wire.save(update_fields=["password"])
        wire.groups.add(Group.objects.get(name="Wire"))


def after_migrate(sender, using="default", **kwargs):
    """Make the groups once every app has its permissions."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions

    with_models = [config for config in apps.get_app_configs() if config.models_module]
    if using == "default" and sender is with_models[-1]:
        # Django makes those of the last app after this.
        create_permissions(sender, verbosity=0, using=using)
        make_roles()
