"""What the reader's pages have in common: the story behind a code, and the page's language."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.languages import direction, interface_language
from articles.models import Article


def read_only(view):
    """Answers GET and HEAD, and everything else by 405: a POST that no form of ours sends gets no
    talk about cookies."""
    return csrf_exempt(require_safe(view))


def visible_story(code):
    """The story that readers see under this code now. Raises Http404. One query."""
    story = (
        Article.objects.visible().select_related("section", "discussion").filter(code=code).first()
    )
    if story is None:
        raise Http404(code)
    return story


def render_page(request, template, context=None, *, language=None, status=None):
    """Render a page in the language of what it shows, never in that of the browser.

    Labels are in that language where the interface speaks it, else in the site's. Nobody may keep
    a page that was made for a session.
    """
    spoken = interface_language(language or settings.LANGUAGE_CODE)
    with translation.override(spoken):
        response = render(
            request,
            template,
            {"page_language": spoken, "page_direction": direction(spoken)} | (context or {}),
            status=status,
        )
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response["Cache-Control"] = "private, no-store"
    return response
