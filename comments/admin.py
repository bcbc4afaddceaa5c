"""The moderators' side. It holds no rule: buttons and their effects come from the one table."""

import re

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import codes
from articles.models import Article
from comments import moderation, queue, readers
from comments.models import Comment, Discussion, Reader, Status

_CHOICE = re.compile(r"([1-9][0-9]{0,17}):([a-z]{1,9}):([1-9][0-9]{0,8})")
_ID = re.compile(r"[1-9][0-9]{0,17}")


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """The queue. Nobody adds, edits or deletes a comment here, superusers neither."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="comments_comment_changelist"),
            path("decide/", view(self.decide_view), name="comments_comment_decide"),
        ]

    def changelist_view(self, request, extra_context=None):
        self._let_moderators_in(request)
        tab = _tab(request.GET.get("tab"))
        after = _id(request.GET.get("after"))
        page = queue.page(request.user, tab, after=after)
        now = timezone.now()
        for comment in page.comments:
            comment.is_on_a_public_story = comment.discussion.article.is_visible(now)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": self.opts.verbose_name_plural.capitalize(),
            "subtitle": tab.label,
            "tab": tab,
            "tabs": queue.Tab,
            "held_count": queue.held_count(request.user),
            "after": after or "",
            "page": page,
            "bulk": [moderation.DECISIONS[name] for name in ("reject", "approve")],
            "may_see_stories": request.user.has_perm("articles.view_article"),
            "may_see_readers": request.user.has_perm("comments.view_reader"),
            "may_change_discussions": request.user.has_perm("comments.change_discussion"),
        }
        return TemplateResponse(
            request, "admin/comments/comment/queue.html", context | (extra_context or {})
        )

    def decide_view(self, request):
        """Carry out one decision on the comments that were chosen, each by itself."""
        self._let_moderators_in(request)
        if request.method == "POST":
            self._decide(request)
        place = {"tab": _tab(request.POST.get("tab")), "after": _id(request.POST.get("after"))}
        query = urlencode({name: value for name, value in place.items() if value})
        address = reverse("admin:comments_comment_changelist")
        response = HttpResponseRedirect(f"{address}?{query}")
        response.status_code = 303
        return response

    def _let_moderators_in(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _decide(self, request):
        decision = moderation.DECISIONS.get(request.POST.get("decision"))
        if decision is None or decision.by_author:
            raise BadRequest("no such decision")
        chosen = _chosen(request.POST.getlist("comment"))
        if not chosen:
            messages.warning(request, gettext("No comment was chosen."))
            return
        comments = Comment.objects.moderated_by(request.user).select_related("discussion__article")
        found = comments.in_bulk(chosen)
        if len(found) < len(chosen):
            raise PermissionDenied
        decided = []
        for pk, (status, revision) in chosen.items():
            try:
                moderation.transition(
                    found[pk],
                    expected=status,
                    revision=revision,
                    to=decision.target,
                    by=request.user,
                    reason=request.POST.get("reason", ""),
                )
            except moderation.ChangedMeanwhile:
                sentence = gettext("%(comment)s was changed meanwhile; look at it again.")
                messages.warning(request, sentence % {"comment": found[pk]})
            except moderation.NotAllowed as refused:
                messages.error(request, f"{found[pk]}: {refused}")
            else:
                decided.append(found[pk])
        _say_what_was_done(request, decision, decided)


def _say_what_was_done(request, decision, decided):
    if len(decided) == 1:
        sentence = gettext("%(comment)s: %(status)s.") % {
            "comment": decided[0],
            "status": decision.target.label.lower(),
        }
        messages.success(request, sentence)
    elif decided:
        sentence = ngettext(
            "%(count)s comment: %(status)s.", "%(count)s comments: %(status)s.", len(decided)
        )
        counted = {"count": len(decided), "status": decision.target.label.lower()}
        messages.success(request, sentence % counted)


def _tab(word):
    return queue.Tab(word) if word in queue.Tab.values else queue.Tab.HELD


def _id(word):
    return int(word) if word and _ID.fullmatch(word) else None


def _chosen(words):
    """{id: (status, revision)} of what the form says it showed. Raises BadRequest."""
    chosen = {}
    for word in words[: queue.A_PAGE]:
        match = _CHOICE.fullmatch(word)
        if not match or match[2] not in Status.values:
            raise BadRequest("no such choice")
        chosen[int(match[1])] = (Status(match[2]), int(match[3]))
    return chosen


class DiscussionForm(forms.ModelForm):
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty means that it stays open."),
    )

    class Meta:
        model = Discussion
        fields = ["policy", "closes_at"]


class NewDiscussionForm(DiscussionForm):
    """For a story under which nobody has said anything yet."""

    code = forms.CharField(label=_("code of the story"), max_length=9, help_text=_("Such as W460."))

    field_order = ["code", "policy", "closes_at"]

    def clean_code(self):
        try:
            code = codes.parse_code(self.cleaned_data["code"])
        except ValueError:
            raise forms.ValidationError(_("This is no code; write one like W460.")) from None
        story = Article.objects.visible_to(self.user).filter(code=code).first()
        if story is None:
            raise forms.ValidationError(_("There is no such story."))
        if Discussion.objects.filter(article=story).exists():
            raise forms.ValidationError(
                _("The discussion of %(code)s is in the list already; change it there."),
                params={"code": code},
            )
        self.story = story
        return code


@admin.register(Discussion)
class DiscussionAdmin(admin.ModelAdmin):
    """Who may comment under a story, and until when. The counts belong to the comments."""

    form = DiscussionForm
    list_display = ["article_code", "policy", "closes_at", "visible_count", "held_count"]
    list_select_related = ["article"]
    list_filter = ["policy"]
    search_fields = ["=article__code"]
    ordering = ["-pk"]
    show_full_result_count = False

    @admin.display(description=_("story"), ordering="article__code")
    def article_code(self, discussion):
        return discussion.article.code

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return ["policy", "closes_at"] if obj else ["code", "policy", "closes_at"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change=change, **kwargs)
        kwargs |= {"form": NewDiscussionForm, "fields": ["policy", "closes_at"]}
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    @transaction.atomic
    def save_model(self, request, discussion, form, change):
        """Write what the form changed and no count: those move meanwhile."""
        if change:
            Discussion.objects.locked(discussion.pk)
        else:
            discussion.article = form.story
            discussion.pk = Discussion.objects.locked_for(form.story).pk
        changes = {
            name: form.cleaned_data[name]
            for name in ("policy", "closes_at")
            if not change or name in form.changed_data
        }
        if changes:
            Discussion.objects.filter(pk=discussion.pk).update(**changes, version=F("version") + 1)


@admin.register(Reader)
class ReaderAdmin(admin.ModelAdmin):
    """Who comments, by public name: no address of theirs is shown here."""

    fields = ["name", "joined_at", "on_hold", "published_count", "held_count", "refused_count"]
    readonly_fields = ["name", "joined_at", "published_count", "held_count", "refused_count"]
    list_display = ["name", "joined_at", "on_hold"]
    list_filter = ["on_hold"]
    search_fields = ["name"]
    ordering = ["-pk"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("published comments"))
    def published_count(self, reader):
        return self._count(reader, Status.PUBLISHED)

    @admin.display(description=_("held comments"))
    def held_count(self, reader):
        return self._count(reader, Status.HELD)

    @admin.display(description=_("rejected or removed comments"))
    def refused_count(self, reader):
        return self._count(reader, Status.REJECTED, Status.REMOVED)

    def _count(self, reader, *statuses):
        return Comment.objects.filter(author=reader.user_id, status__in=statuses).count()

    def save_model(self, request, reader, form, change):
        """Write the hold alone: the reader may take another name meanwhile."""
        readers.put_on_hold(reader.user_id, form.cleaned_data["on_hold"])
