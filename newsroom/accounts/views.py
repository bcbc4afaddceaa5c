from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles.pages import render_page
from comments import readers
from comments.models import Comment
from comments.pages import number
from newsroom.accounts.forms import NameForm

COMMENTS_A_PAGE = 20

# What a form changes and the letter that tells of it are written together or not at all.
_whole = method_decorator(transaction.atomic, name="post")


class SignUp(allauth.SignupView):
    """The account, its public name and the letter that confirms it are made together or not."""

    def form_valid(self, form):
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except readers.NameRefused as refused:
            form.add_error("name", str(refused))
            return self.form_invalid(form)


@_whole
class ConfirmAddress(allauth.ConfirmEmailView):
    """By GET a page with a button, since programs that read mail follow links too."""

    def post(self, *args, **kwargs):
        try:
            return super().post(*args, **kwargs)
        except Http404:
            # Pressed twice, or too late: the page says so.
            return self.get(*args, **kwargs)

    def logout_other_user(self, confirmation):
        """Nobody is signed out by a link that somebody else sent."""


@_whole
@method_decorator(reauthentication_required, name="dispatch")
class ChangeAddress(allauth.EmailView):
    """The account's own address counts until the new one is confirmed."""

    def _action_primary(self, request):
        # Confirming an address is the one way to it.
        return None

    def get_context_data(self, **kwargs):
        waiting = EmailAddress.objects.filter(user=self.request.user, verified=False)
        waiting = waiting.exclude(email__iexact=self.request.user.email).first()
        return super().get_context_data(**kwargs) | {"waiting": waiting}


@_whole
class ChangePassword(allauth.PasswordChangeView):
    """Ends every other session of the account."""


@_whole
class SetPassword(allauth.PasswordSetView):
    """For who is signed in and has none."""


@_whole
class ForgottenPassword(allauth.PasswordResetView):
    """The same answer, whether the address is known or not."""


@_whole
class NewPassword(allauth.PasswordResetFromKeyView):
    """Opened by the link of a letter, once."""


@_whole
class TurnOnTwoFactor(totp.ActivateTOTPView):
    """The code that proves the app counts as given, so the desk does not ask for another."""

    def form_valid(self, form):
        answer = super().form_valid(form)
        record_authentication(self.request, self.request.user, method="mfa")
        return answer


@_whole
class TurnOffTwoFactor(totp.DeactivateTOTPView):
    """The recovery codes go with the app."""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """What a reader has here: a name, an address, comments. `?before=` is the id of a comment.

    Constant queries, however many the comments are.
    """
    reader = getattr(request.user, "reader", None)
    form = NameForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        initial={"name": reader.name if reader else ""},
    )
    if request.method == "POST" and not request.user.is_staff and form.is_valid():
        try:
            _name(request.user, reader, form.cleaned_data["name"])
        except readers.NameRefused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("Your comments stand under this name now."))
            return redirect("account")
    comments, older = _own_comments(request.user, number(request.GET.get("before")))
    context = {
        "reader": reader,
        "printed_name": Comment(author=request.user).name,
        "form": form,
        "comments": comments,
        "older": older,
    }
    return render_page(
        request, "account/account.html", context, status=422 if form.errors else None
    )


def _name(user, reader, name):
    if reader is None:
        readers.join(user, name)
    else:
        readers.rename(reader, name)


def _own_comments(user, before):
    """(a page of them, the newest first; the id after which the next begins, or None)."""
    own = Comment.objects.filter(author=user).order_by("-pk")
    own = own.select_related("discussion__article__section")
    own = own.filter(pk__lt=before) if before else own
    found = list(own[: COMMENTS_A_PAGE + 1])
    shown, now = found[:COMMENTS_A_PAGE], timezone.now()
    for comment in shown:
        discussion = comment.discussion
        comment.is_on_a_public_story = (
            discussion.article.is_visible(now) and not discussion.is_hidden
        )
    return shown, shown[-1].pk if len(found) > COMMENTS_A_PAGE else None
