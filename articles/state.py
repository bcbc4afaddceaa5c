"""Where a story is, said in words. Derived from the two statuses and the clock, stored nowhere."""

from difflib import SequenceMatcher

from django.template.defaultfilters import date as date_filter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import body
from articles.workflow import PublicationStatus, WorkflowStatus


def short_state(story, at=None):
    """A few words for a list: "Live", "Scheduled, 18 January 09:00", "Filed to the desk"."""
    at = at or timezone.now()
    change = (
        None
        if story.workflow_status == WorkflowStatus.CLEAN
        else story.get_workflow_status_display()
    )
    match story.publication_status:
        case PublicationStatus.UNPUBLISHED:
            return (
                _("%(status)s, embargoed") % {"status": change}
                if _is_ahead(story.embargo_until, at)
                else str(change)
            )
        case PublicationStatus.PUBLISHED:
            public = _public_words(story, at)
        case _:
            public = story.get_publication_status_display()
    return (
        _("%(public)s; change: %(change)s") % {"public": public, "change": change}
        if (change)
        else str(public)
    )


def _public_words(story, at):
    if story.visible_from is None:
        return _("Held")
    if story.visible_from > at:
        word = (
            _("Embargoed, %s") if story.visible_from == story.embargo_until else _("Scheduled, %s")
        )
        return word % briefly(story.visible_from)
    return _("Live") if story.is_visible(at) else _("Expired")


def state_sentence(story, at=None):
    """What readers see and what they do not, in one or two plain sentences. Costs up to two
    queries for the texts."""
    at = at or timezone.now()
    parts = [_readers_see(story, at)]
    if story.workflow_status == WorkflowStatus.CLEAN:
        return parts[0]
    parts.append(_working_copy(story))
    if story.publication_status == PublicationStatus.UNPUBLISHED and _is_ahead(
        story.embargo_until, at
    ):
        parts.append(_("It is under embargo until %s.") % printed(story.embargo_until))
    return " ".join(parts)


def _readers_see(story, at):
    match story.publication_status:
        case PublicationStatus.UNPUBLISHED:
            return _("Readers see nothing of it.")
        case PublicationStatus.WITHDRAWN:
            return _("It was public and is withdrawn; readers get “not found”.")
        case PublicationStatus.KILLED:
            return _("It was killed; readers get the notice.")
    if story.visible_from is None:
        return _("It is published and held; readers see nothing until somebody lets it go.")
    if story.visible_from > at:
        return _("It goes live at %s; until then readers see nothing.") % printed(
            story.visible_from
        )
    if not story.is_visible(at):
        return _("It expired at %s; readers see it no longer.") % printed(story.expire_at)
    return _("Readers have seen it since %s.") % printed(story.visible_from)


def _working_copy(story):
    status = story.get_workflow_status_display()
    if story.public_revision_id is None:
        return _("The working copy: %s.") % status
    count = changed_paragraphs(story)
    if not count:
        return _("The working copy reads as the public version: %s.") % status
    return ngettext(
        "Your change (%(count)d paragraph) is not public: %(status)s.",
        "Your changes (%(count)d paragraphs) are not public: %(status)s.",
        count,
    ) % {"count": count, "status": status}


def changed_paragraphs(story):
    """How many paragraphs, headline and standfirst among them, differ from the public version."""
    public, working = (_text(content) for content in (story.public_content, story.working_content))
    return sum(
        max(old_end - old, new_end - new)
        for tag, old, old_end, new, new_end in SequenceMatcher(None, public, working).get_opcodes()
        if tag != "equal"
    )


def _text(content):
    lines = (content["kicker"], content["headline"], content["standfirst"], content["byline"])
    return [*lines, content["dateline"], *body.to_paragraphs(content["body"])]


def _is_ahead(moment, at):
    return moment is not None and moment > at


def printed(moment):
    """A time in the newsroom's zone, as editors read it."""
    return date_filter(timezone.localtime(moment), "j F Y, H:i")


def name_of(user):
    """A colleague's name, or the login of who has given none."""
    return user.get_full_name() or user.get_username()


def briefly(moment):
    """The same for lists: the year only where it is another one."""
    local = timezone.localtime(moment)
    this_year = local.year == timezone.localdate().year
    return date_filter(local, "j M, H:i" if this_year else "j M Y, H:i")
