import math

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.languages import interface_language
from comments import names, own, posting, refusals, text, threads, tokens
from comments.forms import CommentForm
from comments.pages import gone, number, page, shown_discussion

# Far more than 5,000 characters: who pastes a book gets it back with a sentence.
_FORM_MAX_BYTES = 2_500_000
_FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
_STATUS_OF = {
    refusals.DiscussionClosed: 409,
    refusals.GuestsRefused: 403,
    refusals.NameMissing: 409,
    refusals.ParentGone: 404,
}


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
        talk = shown_discussion(code)
    except Http404:
        if request.method == "POST":
            return gone(request)
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
    if (name := request.POST.get("as")) and name != form.printed_name:
        return _signed_out(request, talk, form, name, parent=parent)
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


def _signed_out(request, talk, form, name, *, parent):
    sentence = _("You wrote this as %(name)s, and are not signed in by that name any more.")
    sentence %= {"name": names.tidy(name)}
    form = CommentForm(initial={"body": request.POST.get("body", "")}, reader=form.reader)
    return _form(request, talk, form, parent=parent, sentence=sentence, signed_out=True, status=409)


def _answered(talk, word):
    """The comment that a reply answers. Raises BadRequest for what no form of ours sends."""
    if not word:
        return None
    seq = number(word)
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
        return refusals.DiscussionClosed(_("This discussion is closed; nothing was posted."))
    if reader is None and not talk.welcomes_guests:
        return refusals.GuestsRefused(_("Only readers who signed in may comment here."))
    if to and parent is None:
        return refusals.ParentGone(
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
    seq = number(to)
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
    if not token or tokens.read(token, code).flaw == tokens.UNSIGNED:
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
            filled_in=form.cleaned_data["website"],
        )
    except refusals.StoryGone:
        return gone(request)
    except refusals.TokenSpent as refused:
        return _preview(
            request, talk, form, parent=parent, token="", sentence=str(refused), status=409
        )
    except refusals.TooFast as refused:
        response = _preview(
            request, talk, form, parent=parent, token=token, sentence=str(refused), status=429
        )
        response["Retry-After"] = math.ceil(refused.wait.total_seconds())
        return response
    except refusals.SaidAlready as refused:
        return _form(
            request,
            talk,
            form,
            parent=parent,
            token=token,
            sentence=str(refused),
            earlier=refused.earlier,
            status=409,
        )
    except refusals.Unfit as refused:
        form.add_error(refused.field, str(refused))
        return _form(request, talk, form, parent=parent, token=token, status=422)
    except refusals.Refused as refused:
        return _refused(request, talk, form, refused)
    own.remember(request, comment)
    address = reverse("discussion", args=[talk.article.code])
    headers = {"Location": address, "Cache-Control": "private, no-store"}
    return HttpResponse(status=303, headers=headers)


def _refused(request, talk, form, refusal):
    """The page that says why, with what was typed. What cannot be a reply can still be said."""
    return _form(
        request,
        talk,
        form,
        sentence=str(refusal),
        status=_STATUS_OF[type(refusal)],
        may_post=isinstance(refusal, refusals.ParentGone),
        wants_a_name=isinstance(refusal, refusals.NameMissing),
    )


def _form(request, talk, form, *, status=None, may_post=True, **context):
    context |= {"form": form, "may_post": may_post and form is not None}
    return page(request, "comments/new_comment.html", talk, context, status=status)
