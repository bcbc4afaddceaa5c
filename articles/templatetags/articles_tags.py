from datetime import timedelta

from django import template
from django.conf import settings
from django.template.defaultfilters import date as date_filter
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, pgettext

from articles.languages import direction, interface_language

register = template.Library()

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _printed(moment, form):
    text = date_filter(moment, form)
    language = translation.get_language() or ""
    return text.translate(_ARABIC_DIGITS) if language.startswith("ar") else text


@register.filter
def day(moment):
    """Tuesday 13 January 2026."""
    return _printed(moment, "l j F Y")


@register.filter
def full_moment(moment):
    """13 January 2026, 14:05, in the newsroom's time zone."""
    return _printed(timezone.localtime(moment), pgettext("date and time", "j F Y, H:i"))


@register.filter
def clock(moment):
    """14:05, in the newsroom's time zone."""
    return _printed(timezone.localtime(moment), "H:i")


@register.filter
def moment(moment):
    """As short as it is clear: 14:05 today, with the day before that, with the year of old."""
    local = timezone.localtime(moment)
    today = timezone.localdate()
    if local.date() == today:
        return _printed(local, "H:i")
    if local.date() == today - timedelta(days=1):
        return gettext("Yesterday, %(time)s") % {"time": _printed(local, "H:i")}
    return _printed(local, "j F" if local.year == today.year else "j F Y")


@register.simple_tag
def byline(story, bold=False):
    """ "By Ana Lima"; a wire that is its own source is printed without the word."""
    name = format_html("<b><bdi>{}</bdi></b>" if bold else "<bdi>{}</bdi>", story.byline)
    if story.byline == story.source:
        return name
    # Translators: the byline of a story, "By Ana Lima".
    return format_html(conditional_escape(gettext("By %s")).replace("%s", "{}"), name)


@register.simple_tag
def body(story):
    """The body, which was sanitised when it was saved, with the dateline in its first paragraph."""
    if not story.dateline:
        return mark_safe(story.body)  # noqa: S308
    dateline = format_html('<span class="dateline">{}</span> – ', story.dateline)
    if story.body.startswith("<p>"):
        return mark_safe(f"<p>{dateline}{story.body[3:]}")  # noqa: S308
    return mark_safe(f"<p>{dateline}</p>{story.body}")  # noqa: S308


@register.simple_tag
def absolute(path):
    """The address with the host that SITE_URL names, whatever host was asked."""
    return f"{settings.SITE_URL}{path}"


@register.simple_tag
def absolute_code(code):
    return absolute(reverse("code", args=[code]))


@register.tag
def in_language_of(parser, token):
    """Labels up to {% end_in_language_of %} are in the language of the story, where it is one
    that the interface speaks; `labels` holds the attributes that say so."""
    _name, variable = token.split_contents()
    nodes = parser.parse(("end_in_language_of",))
    parser.delete_first_token()
    return _InLanguageOf(parser.compile_filter(variable), nodes)


class _InLanguageOf(template.Node):
    def __init__(self, story, nodelist):
        self.story = story
        self.nodelist = nodelist

    def render(self, context):
        spoken = interface_language(self.story.resolve(context).language_tag)
        labels = format_html('lang="{}" dir="{}"', spoken, direction(spoken))
        with translation.override(spoken), context.push(labels=labels):
            return self.nodelist.render(context)
