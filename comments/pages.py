"""What the reader's pages of a discussion have in common."""

import re

from django.http import Http404

from articles.pages import render_page, visible_story
from comments import text
from comments.models import discussion_of

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def shown_discussion(code):
    """The discussion of a story that readers see. Raises Http404 where it is hidden. One query."""
    talk = discussion_of(visible_story(code))
    if talk.is_hidden:
        raise Http404(code)
    return talk


def number(word):
    """The number of a comment that an address or a form names, or None."""
    return int(word) if word and _NUMBER.fullmatch(word) else None


def page(request, template, talk, context, *, status=None):
    """A page about the discussion; nobody may keep the answer to a form."""
    context = {"story": talk.article, "discussion": talk, "is_open": talk.is_open()} | context
    response = render_page(
        request, template, context, language=talk.article.language_tag, status=status
    )
    if request.method == "POST":
        response["Cache-Control"] = "private, no-store"
    return response


def gone(request):
    """The page for what is not there, with the reader's own words; the same for every code."""
    typed = text.normalise(request.POST.get("body", "")[: text.TIDIED_MAX])
    response = render_page(request, "404.html", {"typed": typed}, status=404)
    response["Cache-Control"] = "private, no-store"
    return response
