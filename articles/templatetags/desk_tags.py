from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.state import name_of
from articles.workflow import MOVES

register = template.Library()

_DONE = {
    "create": gettext_lazy("%(who)s created it."),
    "edit": gettext_lazy("%(who)s saved revision %(number)s."),
    "file_again": gettext_lazy("%(who)s filed it again: revision %(number)s."),
    "place": gettext_lazy("%(who)s put it into %(section)s."),
    "submit": gettext_lazy("%(who)s filed it to the desk."),
    "recall": gettext_lazy("%(who)s took it back."),
    "claim": gettext_lazy("%(who)s claimed it."),
    "return": gettext_lazy("%(who)s returned it."),
    "approve": gettext_lazy("%(who)s approved this text."),
    "publish": gettext_lazy("%(who)s published it."),
    "schedule": gettext_lazy("%(who)s scheduled it."),
    "unschedule": gettext_lazy("%(who)s took it off the schedule."),
    "unpublish": gettext_lazy("%(who)s unpublished it."),
}


register.filter("person", name_of)


@register.filter
def sentence(event):
    """What an event says, with the person's name."""
    who = name_of(event.by) if event.by else _("The wire")
    number = event.details.get("number", "")
    section = event.details.get("now", {}).get("section", "")
    return _DONE[event.name] % {"who": who, "number": number, "section": section}


@register.filter
def is_public(event):
    move = MOVES.get(event.name)
    return move is not None and move.public


@register.simple_tag
def stored_body(revision):
    """The body of a revision, which was sanitised when it was stored."""
    return mark_safe(revision.content["body"])  # noqa: S308
