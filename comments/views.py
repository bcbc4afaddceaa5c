"""The reader's pages of a discussion. Their addresses come from the story, never from a request."""

import re

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.languages import interface_language
from articles.pages import read_only, render_page, visible_story
from comments import own, paths, posting, text, threads, tokens
from comments.forms import CommentForm
from comments.models import discussion_of

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
# Far more than 5,000 characters: who pastes a book gets it back with a sentence.
_FORM_MAX_BYTES = 2_500_000
_FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
_STATUS_OF = {posting.DiscussionClosed: 409, posting.GuestsRefused: 403, posting.ParentGone: 404}


@read_only
def discussion(request, code):
    """What readers said, newest first. `?before=` is a number, `?thread=` and `?after=` the rest
    of one thread; a cursor that is none shows the first page."""
    talk = _shown_discussion(code)
    page = None
    if (root := _number(request.GET.get("thread"))) and paths.is_path(request.GET.get("after", "")):
        page = threads.rest_of_thread(talk, root, after=request.GET["after"])
    is_part = page is not None
    if page is None:
        before = _number(request.GET.get("before"))
        page = threads.newest(talk, before=before)
        is_part = before is not None
    reader = own.reader(request)
    context = {
        "page": page,
        "is_part": is_part,
        "waiting": own.waiting(request, talk),
        "just_posted": own.just_posted(request, talk),
    }
    if talk.is_open() and (reader or talk.welcomes_guests):
        context["form"] = CommentForm(reader=reader)
    return _page(request, "comments/discussion.html", talk, context)


@read_only
def discussion_by_code(request, code):
    """The address without its last slash: one redirect where there is a discussion."""
    return redirect("discussion", _shown_discussion(code).article.code, permanent=True)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def new_comment(request, code):
    """The form, its preview, and the posting.

    A POST without a token stores nothing and needs no cookie, since the form stands in pages that
    anybody may keep; it answers with the token and the cookie for the second button.
    """
    answer = _empty_form
    if request.method == "POST":
        _refuse_other_forms(request)
        answer = _said
    try:
        talk = _shown_discussion(code)
    except Http404:
        if request.method == "POST":
            return _gone(request)
        raise
    with translation.override(interface_language(talk.article.language_tag)):
        return answer(request, talk)


def _said(request, talk):
    reader = own.reader(request)
    form = CommentForm(request.POST, reader=reader)
    parent = _answered(talk, request.POST.get("to"))
    token = request.POST.get("token", "")
    if refusal := _refusal_now(talk, reader, parent, request.POST.get("to")):
        return _refused(request, talk, form, refusal)
    if not form.is_valid():
        return _form(request, talk, form, parent=parent, token=token, status=422)
    if not token or "again" in request.POST:
        return _preview(request, talk, form, parent=parent, token=token)
    if not _came_with_its_cookie(request):
        sentence = _("The form came without its cookie; look it over and post it once more.")
        return _preview(
            request, talk, form, parent=parent, token=token, sentence=sentence, status=403
        )
    return _posted(request, talk, form, reader=reader, parent=parent, token=token)


@read_only
def count(request, code):
    """The number beside a story, for scripts and other sites. One query."""
    talk = _shown_discussion(code)
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


def _shown_discussion(code):
    talk = discussion_of(visible_story(code))
    if talk.is_hidden:
        raise Http404(code)
    return talk


def _gone(request):
    """The page for what is not there, with the reader's own words; the same for every code."""
    typed = text.normalise(request.POST.get("body", "")[: text.TIDIED_MAX])
    response = render_page(request, "404.html", {"typed": typed}, status=404)
    response["Cache-Control"] = "no-store"
    return response


def _number(word):
    return int(word) if word and _NUMBER.fullmatch(word) else None


def _answered(talk, word):
    """The comment that a reply answers. Raises BadRequest for what no form of ours sends."""
    if not word:
        return None
    seq = _number(word)
    if seq is None:
        raise BadRequest("the comment to answer is given by its number")
    return threads.comment_to_answer(talk, seq)


def _refuse_other_forms(request):
    if int(request.META.get("CONTENT_LENGTH") or 0) > _FORM_MAX_BYTES:
        raise BadRequest("a comment is no longer than 5,000 characters")
    charset = request.content_params.get("charset", "utf-8").lower()
    if request.content_type not in _FORM_TYPES or charset not in {"utf-8", "utf8"}:
        raise BadRequest("a comment comes from a form, in UTF-8")


def _refusal_now(talk, reader, parent, to):
    """The Refused that this would meet however it is worded, or None."""
    if not talk.is_open():
        return posting.DiscussionClosed(_("This discussion is closed; nothing was posted."))
    if reader is None and not talk.welcomes_guests:
        return posting.GuestsRefused(_("Only readers who signed in may comment here."))
    if to and parent is None:
        return posting.ParentGone(
            _("Comment %(seq)s is not shown, so it cannot be answered.") % {"seq": to}
        )
    return None


def _came_with_its_cookie(request):
    class Check(CsrfViewMiddleware):
        def _reject(self, request, reason):
            return reason

    check = Check(lambda request: None)
    check.process_request(request)
    return check.process_view(request, None, (), {}) is None


def _empty_form(request, talk):
    to = request.GET.get("to")
    seq = _number(to)
    parent = threads.comment_to_answer(talk, seq) if seq else None
    if to and parent is None:
        raise Http404(to)
    reader = own.reader(request)
    if not talk.is_open():
        return _form(request, talk, None, sentence=_("This discussion is closed."))
    if refusal := _refusal_now(talk, reader, parent, to):
        return _form(request, talk, None, sentence=str(refusal))
    return _form(request, talk, CommentForm(reader=reader), parent=parent)


def _preview(request, talk, form, *, token, **context):
    code = talk.article.code
    if not token or tokens.read(token, code).flaw == "unsigned":
        token = tokens.make(code)
    preview = text.render(form.cleaned_data["body"])
    # The form shows again what the preview shows, so that this is what will be sent.
    shown = CommentForm(form.cleaned_data, reader=own.reader(request))
    return _form(request, talk, shown, token=token, preview=preview, **context)


def _posted(request, talk, form, *, reader, parent, token):
    try:
        comment = posting.post(
            talk.article,
            body=form.cleaned_data["body"],
            author=reader,
            guest_name=form.cleaned_data.get("name", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            token=token,
            parent_seq=parent.seq if parent else None,
        )
    except posting.StoryGone:
        return _gone(request)
    except posting.TokenSpent as refused:
        return _preview(
            request, talk, form, parent=parent, token="", sentence=str(refused), status=409
        )
    except posting.Unfit as refused:
        form.add_error(refused.field, str(refused))
        return _form(request, talk, form, parent=parent, token=token, status=422)
    except posting.Refused as refused:
        return _refused(request, talk, form, refused)
    own.remember(request, comment)
    address = reverse("discussion", args=[talk.article.code])
    return HttpResponse(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _refused(request, talk, form, refusal):
    """The page that says why, with what was typed. What cannot be a reply can still be said."""
    return _form(
        request,
        talk,
        form,
        sentence=str(refusal),
        status=_STATUS_OF[type(refusal)],
        may_post=isinstance(refusal, posting.ParentGone),
    )


def _form(request, talk, form, *, status=None, may_post=True, **context):
    context |= {"form": form, "may_post": may_post and form is not None}
    return _page(request, "comments/new_comment.html", talk, context, status=status)


def _page(request, template, talk, context, *, status=None):
    context = {"story": talk.article, "discussion": talk, "is_open": talk.is_open()} | context
    response = render_page(
        request, template, context, language=talk.article.language_tag, status=status
    )
    if request.method == "POST" or own.has_session(request):
        response["Cache-Control"] = "no-store"
    return response
