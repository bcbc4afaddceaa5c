from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response

from articles.pages import read_only
from comments import own, paths, threads
from comments.forms import CommentForm
from comments.pages import number, page, shown_discussion


@read_only
def discussion(request, code):
    """What readers said, newest first. `?before=` is a number, `?thread=` and `?after=` the rest
    of one thread; a cursor that is none shows the first page."""
    talk = shown_discussion(code)
    shown = None
    if (root := number(request.GET.get("thread"))) and paths.is_path(request.GET.get("after", "")):
        shown = threads.rest_of_thread(talk, root, after=request.GET["after"])
    is_part = shown is not None
    if shown is None:
        before = number(request.GET.get("before"))
        shown = threads.newest(talk, before=before)
        is_part = before is not None
    mine = own.Own(request, talk)
    context = {"page": shown, "is_part": is_part, "mine": mine}
    if talk.is_open() and (mine.reader or talk.welcomes_guests):
        context["form"] = CommentForm(reader=mine.reader)
    return page(request, "comments/discussion.html", talk, context)


@read_only
def discussion_by_code(request, code):
    """The address without its last slash: one redirect where there is a discussion."""
    response = redirect("discussion", shown_discussion(code).article.code, permanent=True)
    response["Cache-Control"] = "no-cache"
    return response


@read_only
def comment(request, code, seq):
    """The address of one comment: a redirect to where it stands now, on whatever page. What is
    not shown answers like what never was."""
    talk = shown_discussion(code)
    place = threads.place_of(talk, seq)
    if place is None:
        raise Http404(code)
    address = reverse("discussion", args=[talk.article.code])
    response = HttpResponseRedirect(f"{address}{place}#c{seq}")
    response["Cache-Control"] = "no-cache"
    return response


@read_only
def count(request, code):
    """The number beside a story, for scripts and other sites. One query."""
    talk = shown_discussion(code)
    answer = {
        "code": talk.article.code,
        "count": talk.visible_count,
        "version": talk.version,
        "open": talk.is_open(),
    }
    etag = f'"{talk.version}.{talk.visible_count}.{int(answer["open"])}"'
    response = get_conditional_response(request, etag=etag, response=JsonResponse(answer))
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response
