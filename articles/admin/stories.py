from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media

from articles import rights, state
from articles.admin.forms import StoryForm, can_write
from articles.admin.house import KeptForEverAdmin
from articles.codes import is_code, parse_code
from articles.dispatch import tidy_text
from articles.models import Article
from articles.workflow import MOVES, MoveRefused, PublishKind

EVENTS_SHOWN = 30


class CappedPaginator(Paginator):
    """Counts no further than ten pages: the list is for finding, and counting 200,000 rows for a
    pager costs more than all the rest of the page."""

    @cached_property
    def count(self):
        return self.object_list.order_by()[: self.per_page * 10].count()


@admin.register(Article)
class StoryAdmin(KeptForEverAdmin):
    form = StoryForm
    list_display = [
        "code",
        "headline_in_work",
        "section",
        "state",
        "changed",
        "public_since",
        "comments",
    ]
    list_display_links = ["code", "headline_in_work"]
    list_filter = ["workflow_status", "publication_status", "section"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    ordering = ["-working_changed_at", "-pk"]
    search_fields = ["code", "working_headline"]
    actions = None
    fieldsets = [
        (
            None,
            {
                "classes": ["copy"],
                "fields": [
                    "kicker",
                    "headline",
                    "standfirst",
                    "byline",
                    "dateline",
                    "body",
                    "source",
                    "topics",
                    "section",
                    "language",
                    "version",
                ],
            },
        )
    ]

    class Media:
        js = ["js/desk.js"]

    # Who sees what --------------------------------------------------------------

    def get_queryset(self, request):
        return (
            Article.objects.visible_to(request.user)
            .select_related("section", "discussion")
            .order_by(*self.ordering)
        )

    def has_change_permission(self, request, obj=None):
        # The form opens for all who may see the story; its fields are closed to those who may
        # not write now, and its moves are each asked for themselves.
        return self.has_view_permission(request, obj)

    # The list -------------------------------------------------------------------

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Stories")} | (extra_context or {}))

    def get_search_results(self, request, queryset, search_term):
        if is_code(search_term):
            return queryset.filter(code=parse_code(search_term)), False
        for word in search_term.split():
            queryset = queryset.filter(working_headline__icontains=word)
        return queryset, False

    @admin.display(description=gettext_lazy("headline"))
    def headline_in_work(self, story):
        return format_html("<bdi>{}</bdi>", story.working_headline or _("(no headline yet)"))

    @admin.display(description=gettext_lazy("where it is"))
    def state(self, story):
        return state.short_state(story)

    @admin.display(description=gettext_lazy("changed"), ordering="working_changed_at")
    def changed(self, story):
        return _time(story.working_changed_at)

    @admin.display(description=gettext_lazy("public"), ordering="visible_from")
    def public_since(self, story):
        return _time(story.visible_from) if story.visible_from else "–"

    @admin.display(description=gettext_lazy("comments"))
    def comments(self, story):
        discussion = getattr(story, "discussion", None)
        if discussion is None:
            return "0"
        if discussion.held_count:
            return _("%(visible)d, %(held)d held") % {
                "visible": discussion.visible_count,
                "held": discussion.held_count,
            }
        return str(discussion.visible_count)

    # The form -------------------------------------------------------------------

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def get_object(self, request, object_id, from_field=None):
        story = super().get_object(request, object_id, from_field)
        if story is not None:
            # Loaded here for the form, not in the list, which prints no text.
            story = Article.objects.select_related(
                "section", "working_revision__author", "public_revision", "assignee"
            ).get(pk=story.pk)
        return story

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))
        if change:
            context |= self._panel(request, obj, context["adminform"].form)
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)

    def _panel(self, request, story, form):
        """What stands beside the fields: where the story is, the moves, the checks, the past."""
        open_moves = story.open_moves(request.user)
        return {
            "story": story,
            "can_write": can_write(request.user, story),
            "state_sentence": state.state_sentence(story),
            "is_visible": story.is_visible(timezone.now()),
            "moves": [move for move, barrier in open_moves if not barrier],
            "barred": [(move, barrier) for move, barrier in open_moves if barrier],
            "kinds": self._kinds(story),
            "warnings": story.warnings(),
            "events": story.events.select_related("by").order_by("-at", "-pk")[:EVENTS_SHOWN],
            "theirs": form.theirs,
            "theirs_lines": _lines_of(form) if form.theirs else [],
            "time_zone": timezone.get_default_timezone_name(),
        }

    def _kinds(self, story):
        if not story.has_a_live_version(timezone.now()):
            return []
        return [
            (PublishKind.UPDATE, _("Publish as an update"), _("The updated time moves.")),
            (PublishKind.MINOR, _("Publish as a minor change"), _("The reader’s date stays.")),
        ]

    # Saving ---------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        fields = form.fields_of_version()
        language = form.cleaned_data["language"]
        section = form.cleaned_data["section"]
        if not change:
            if not rights.works_for(request.user, section.pk):
                raise PermissionDenied
            story = Article.objects.file(fields, section, by=request.user, language=language)
            obj.__dict__.update(story.__dict__)
            return
        form.saved = form.placed = None
        if not form.has_changed():
            return
        story = self._fresh(obj)
        form.saved = story.save_working_copy(fields, by=request.user, version=form.version)
        form.placed = story.place(section, language, by=request.user)

    def save_related(self, request, form, formsets, change):
        """People and topics are in the revision; the reader's copy waits for publication."""

    def log_change(self, request, obj, message):
        """Revisions and events are the record of a story, and say more."""

    log_addition = log_change

    def response_add(self, request, obj, post_url_continue=None):
        self.message_user(
            request,
            _("Created %(code)s in %(section)s.") % {"code": obj.code, "section": obj.section},
            messages.SUCCESS,
        )
        return self._after(request, obj)

    def construct_change_message(self, request, form, formsets, add=False):
        request.story_form = form
        return ""

    def response_change(self, request, obj):
        saved = request.story_form.saved
        if request.story_form.placed:
            self.message_user(
                request,
                _("%(code)s is in %(section)s now, for readers too where they see it.")
                % {"code": obj.code, "section": request.story_form.cleaned_data["section"]},
                messages.SUCCESS,
            )
        name, _colon, kind = request.POST.get("_move", "").partition(":")
        if name in MOVES:
            self._make_move(request, obj, name, kind, saved=saved)
        elif saved:
            self.message_user(
                request,
                _("Saved the working copy of %(code)s. Readers see nothing of it yet.")
                % {"code": obj.code},
                messages.SUCCESS,
            )
        elif not request.story_form.placed:
            self.message_user(request, _("Nothing has changed."), messages.INFO)
        return self._after(request, obj)

    def _make_move(self, request, obj, name, kind, *, saved):
        details = {"reason": tidy_text(request.POST.get(f"{name}-reason", "")[:2000])}
        if kind:
            details["kind"] = kind
        if "publish_at" in MOVES[name].needs:
            details["publish_at"] = _local_time(request.POST.get(f"{name}-publish_at", ""))
        try:
            self._fresh(obj).move(name, by=request.user, **details)
        except MoveRefused as refused:
            if saved:
                self.message_user(request, _("Saved the working copy."), messages.SUCCESS)
            self.message_user(
                request,
                _("“%(move)s” was not done: %(why)s") % {"move": MOVES[name].label, "why": refused},
                messages.ERROR,
            )
        else:
            self.message_user(
                request,
                _("Done: %(move)s, %(code)s. %(state)s")
                % {
                    "move": MOVES[name].label,
                    "code": obj.code,
                    "state": state.state_sentence(self._fresh(obj)),
                },
                messages.SUCCESS,
            )

    def _fresh(self, obj):
        return Article.objects.select_related("section", "working_revision", "public_revision").get(
            pk=obj.pk
        )

    def _after(self, request, obj):
        if "_save" in request.POST or not self.get_queryset(request).filter(pk=obj.pk).exists():
            return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[obj.pk]))


def _lines_of(form):
    """What "theirs" holds beside headline, standfirst and body, with the labels of the form."""
    content = form.theirs.content
    texts = {name: content[name] for name in ("kicker", "byline", "dateline", "source")}
    texts["topics"] = ", ".join(topic["name"] for topic in content["topics"])
    return [
        {"label": form.fields[name].label, "text": text} for name, text in texts.items() if text
    ]


def _time(moment):
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), state.briefly(moment))


def _local_time(text):
    """The moment that a datetime-local input means in the newsroom's zone, or None."""
    try:
        return timezone.make_aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
