from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles.languages import interface_language
from comments import moderation, own, posting, refusals
from comments.forms import EditForm
from comments.models import Status
from comments.pages import gone, page, shown_discussion


def _for_its_author(view):
    """Hand the view the comment, if it is this reader's own and not withdrawn already; what is
    others' answers like what never was, with the words that came."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def found(request, code, seq):
        try:
            talk = shown_discussion(code)
            comment = own.Own(request, talk).comment(seq)
            if comment is None:
                raise Http404(code)
        except Http404:
            if request.method == "POST":
                return gone(request)
            raise
        with translation.override(interface_language(talk.article.language_tag)):
            if comment.status == Status.WITHDRAWN:
                return _back(talk, None)
            return view(request, talk, comment)

    return found


@_for_its_author
def edit_comment(request, talk, comment):
    """The form for other words, as long as they may be changed."""
    if request.method != "POST":
        until = posting.editable_until(comment)
        sentence = None if until else _("A comment can be edited for five minutes.")
        form = EditForm(initial={"body": comment.body, "revision": comment.revision})
        return _edit_page(request, talk, comment, form, sentence=sentence, may_edit=bool(until))
    form = EditForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, talk, comment, form, status=422)
    try:
        posting.edit(
            comment, body=form.cleaned_data["body"], revision=form.cleaned_data["revision"]
        )
    except moderation.ChangedMeanwhile:
        sentence = _("The comment was changed meanwhile, so these words were not saved.")
        return _edit_page(
            request, talk, comment, form, sentence=sentence, may_edit=False, status=409
        )
    except refusals.StoryGone:
        return gone(request)
    except refusals.TooFast as refused:
        return _edit_page(request, talk, comment, form, sentence=str(refused), status=429)
    except refusals.Refused as refused:
        return _edit_page(
            request, talk, comment, form, sentence=str(refused), may_edit=False, status=409
        )
    return _back(talk, comment)


@_for_its_author
def withdraw_comment(request, talk, comment):
    """Asks first, since an address alone must change nothing; then takes the comment away."""
    sentence = None
    if comment.status not in moderation.EDITABLE:
        sentence = _("An editor decided about this comment, so there is nothing to withdraw.")
    elif request.method == "POST":
        try:
            moderation.transition(
                comment,
                expected=comment.status,
                revision=comment.revision,
                to=Status.WITHDRAWN,
                by=comment.author,
            )
        except moderation.ChangedMeanwhile:
            sentence = _("The comment was changed meanwhile. Look at it, and try once more.")
        else:
            return _back(talk, None)
    may_withdraw = comment.status in moderation.EDITABLE
    context = {"comment": comment, "sentence": sentence, "may_withdraw": may_withdraw}
    return page(
        request,
        "comments/withdraw_comment.html",
        talk,
        context,
        status=409 if sentence else None,
    )


def _edit_page(request, talk, comment, form, *, sentence=None, may_edit=True, status=None):
    context = {
        "comment": comment,
        "form": form,
        "sentence": sentence,
        "may_edit": may_edit,
        "until": posting.editable_until(comment),
    }
    return page(request, "comments/edit_comment.html", talk, context, status=status)


def _back(talk, comment):
    if comment is not None and comment.is_visible:
        address = reverse("comment", args=[talk.article.code, comment.seq])
    else:
        address = reverse("discussion", args=[talk.article.code])
    response = redirect(address)
    response.status_code = 303
    response["Cache-Control"] = "private, no-store"
    return response
