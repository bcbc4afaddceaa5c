from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from articles.front import front_page as make_front_page
from articles.keyset import page_of
from articles.models import Article, Section
from articles.pages import read_only, render_page, visible_story
from articles.slugs import RESERVED

STORIES_A_PAGE = 20


class StoryMoved(HttpResponseRedirect):
    """Permanent for readers and search engines, and asked again each time: a headline's address
    may change, and a withdrawn story must not live on in a browser's memory."""

    status_code = 301

    def __init__(self, story):
        super().__init__(story.get_absolute_url())
        self["Cache-Control"] = "no-cache"


@read_only
def front_page(request):
    return render_page(request, "articles/front_page.html", {"front": make_front_page()})


@read_only
def section_front(request, slug):
    section = get_object_or_404(Section, slug=slug)
    stories = Article.objects.visible().in_section(section).for_teasers()
    page = page_of(stories, request.GET.get("before"), size=STORIES_A_PAGE)
    return render_page(
        request,
        "articles/section.html",
        {"section": section, "page": page},
        language=section.language_tag,
    )


@read_only
def story(request, code, slug=""):
    """The story at its own address; every other way to it is one redirect there."""
    if slug in RESERVED:
        raise Http404(slug)
    found = visible_story(code)
    if request.path != found.get_absolute_url():
        return StoryMoved(found)
    return render_page(
        request, "articles/story.html", {"story": found}, language=found.language_tag
    )
