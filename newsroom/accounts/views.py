from allauth.account import views as allauth
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.base import views as second_factor
from allauth.mfa.totp import views as totp
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles.pages import render_page
from comments import readers
from comments.models import Comment
from comments.pages import number
from newsroom.accounts.forms import NameForm

COMMENTS_A_PAGE = 20


class _Whole:
    """What a form changes and the letter that tells of it are written together or not at all.
    Where somebody is signed in, only to an account that is open: erasure locks the same row."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            if request.user.is_authenticated and not readers.locked(request.user).is_active:
                return redirect("account_inactive")
            return super().post(request, *args, **kwargs)


class _ComingIn:
    """A step into an account that is open, the session with it: erasure locks the same row, and
    ends the sessions that it finds."""

    def form_valid(self, form):
        with transaction.atomic():
            if not readers.locked(form.user).is_active:
                return redirect("account_inactive")
            answer = super().form_valid(form)
            self.request.session.save()
            return answer


class SignIn(_ComingIn, allauth.LoginView):
    """By name or address, and password."""


class SecondStep(_ComingIn, second_factor.AuthenticateView):
    """By the code of the app."""


class SignUp(allauth.SignupView):
    """The account, its public name and the letter that confirms it are made together or not."""

    def form_valid(self, form):
        # Before the transaction, where no other writer waits for it; and for a known address as
        # well, which the time would tell otherwise.
        form.hash_password()
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except readers.NameRefused as refused:
            form.add_error("name", str(refused))
            return self.form_invalid(form)


class ConfirmAddress(allauth.ConfirmEmailView):
    """By GET a page with a button, since programs that read mail follow links too."""

    def post(self, *args, **kwargs):
        try:
            with transaction.atomic():
                # Before the address, as erasure does it.
                if not readers.locked(self.get_object().email_address.user).is_active:
                    raise Http404
                return super().post(*args, **kwargs)
        except (Http404, IntegrityError):
            # Pressed twice, or too late, or another account confirms it at this moment: the page
            # says so.
            return self.get(*args, **kwargs)

    def logout_other_user(self, confirmation):
        """Nobody is signed out by a link that somebody else sent."""


@method_decorator(reauthentication_required, name="dispatch")
class ChangeAddress(_Whole, allauth.EmailView):
    """The account's own address counts until the new one is confirmed."""

    def _action_primary(self, request):
        # Confirming an address is the one way to it.
        return None

    def get_context_data(self, **kwargs):
        waiting = EmailAddress.objects.filter(user=self.request.user, verified=False)
        waiting = waiting.exclude(email__iexact=self.request.user.email).first()
        return super().get_context_data(**kwargs) | {"waiting": waiting}


class ChangePassword(_Whole, allauth.PasswordChangeView):
    """Ends every other session of the account."""


class SetPassword(_Whole, allauth.PasswordSetView):
    """For who is signed in and has none."""


class ForgottenPassword(_Whole, allauth.PasswordResetView):
    """The same answer, whether the address is known or not."""


class NewPassword(_Whole, allauth.PasswordResetFromKeyView):
    """Opened by the link of a letter, once."""


class TurnOnTwoFactor(_Whole, totp.ActivateTOTPView):
    """The code that proves the app counts as given, so the desk does not ask for another."""

    def form_valid(self, form):
        try:
            with transaction.atomic():
                answer = super().form_valid(form)
        except IntegrityError:
            # Pressed twice at once.
            return redirect("mfa_index")
        record_authentication(self.request, self.request.user, method="mfa")
        return answer


class TurnOffTwoFactor(_Whole, totp.DeactivateTOTPView):
    """The recovery codes go with the app."""


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
