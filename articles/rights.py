"""Who may do what to a story: Django's permissions, scoped by the sections a person works for.

Each `may_…` takes (user, article). A superuser passes them all; the guards of a move hold for
superusers too. The first question about a user costs one query for the sections, kept on the
user object.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def sections_of(user):
    """The ids of the sections that this person is limited to; empty means all."""
    if not hasattr(user, "_newsroom_sections"):
        person = getattr(user, "person", None)
        user._newsroom_sections = (
            frozenset(person.sections.values_list("pk", flat=True)) if person else frozenset()
        )
    return user._newsroom_sections


def is_own(user, article):
    return user.pk in {article.created_by_id, article.assignee_id}


def works_for(user, section_id):
    sections = sections_of(user)
    return user.is_superuser or not sections or section_id in sections


def _desk(permission):
    def may(user, article):
        return user.has_perm(f"articles.{permission}") and works_for(user, article.section_id)

    may.permission = permission
    return may


may_claim = _desk("claim_article")
may_approve = _desk("approve_article")
may_publish = _desk("publish_article")
may_unpublish = _desk("unpublish_article")
_may_edit_any = _desk("change_article")


def may_edit(user, article):
    """Desk editors edit everything in their sections; reporters their own until it is filed."""
    if _may_edit_any(user, article):
        return True
    return (
        user.has_perm("articles.add_article")
        and is_own(user, article)
        and article.workflow_status in {"draft", "clean"}
    )


def may_recall(user, article):
    return user.has_perm("articles.add_article") and is_own(user, article)


may_edit.permission = "change_article"
may_recall.permission = "add_article"


def visible_to(user):
    """The condition for stories that this person may see in the admin."""
    if user.is_superuser or not sections_of(user):
        return Q()
    return Q(section__in=sections_of(user)) | Q(created_by=user) | Q(assignee=user)


def who_may(may):
    """The groups that carry the permission behind `may`, for a refusal that shows a way out."""
    from django.contrib.auth.models import Group

    names = Group.objects.filter(permissions__codename=may.permission).order_by("name")
    return _(" or ").join(f"“{name}”" for name in names.values_list("name", flat=True)) or _(
        "an administrator"
    )


def four_eyes_hold():
    """Whether a second reader is required: by the setting, where two people may approve."""
    if not settings.NEWSROOM_FOUR_EYES:
        return False
    approvers = (
        get_user_model()
        .objects.filter(is_active=True, is_staff=True)
        .filter(
            Q(is_superuser=True)
            | Q(groups__permissions__codename="approve_article")
            | Q(user_permissions__codename="approve_article")
        )
        .distinct()
    )
    return approvers[:2].count() >= 2
