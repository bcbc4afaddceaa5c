from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from articles import rights
from articles.body import EDITOR_EXTENSIONS
from articles.content import as_printed
from articles.dispatch import HEADLINE_MAX, tidy_line
from articles.models import Article, Person, Section, Topic
from articles.models.stories import LINE_MAX
from articles.state import name_of, printed
from articles.workflow import EDITABLE, PublicationStatus

TEXTS = ("kicker", "headline", "standfirst", "byline", "dateline", "source", "body")


def _ids(words):
    """Those of the words that can be the id of a row; databases choke on longer numbers."""
    return [word for word in words or () if word.isascii() and word.isdigit() and len(word) < 19]


class _LineField(forms.CharField):
    """One line, in the form that a dispatch gives it, so that the limit counts what is kept."""

    def to_python(self, value):
        return tidy_line(super().to_python(value).replace("\n", " "))


class _TopicsWidget(AutocompleteSelectMultiple):
    def build_attrs(self, base_attrs, extra_attrs=None):
        # The cross that clears all stands in a list without being an item of it.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, _ids(value), attr)


class _TopicsField(forms.ModelMultipleChoiceField):
    def clean(self, value):
        if value and len(_ids(value)) != len(value):
            raise forms.ValidationError(_("Choose the topics from the list."))
        return super().clean(value)


class StoryForm(forms.ModelForm):
    """The working copy of a story. The reader's columns are not touched: a save makes a revision.

    `user` is set by the admin on the class it builds for a request.
    """

    user = None

    headline = _LineField(
        label=_("Headline"), max_length=HEADLINE_MAX, required=False, widget=forms.TextInput
    )
    kicker = _LineField(
        label=_("Kicker"),
        max_length=100,
        required=False,
        help_text=_("The small line above the headline; empty shows the section in lists."),
    )
    standfirst = _LineField(
        label=_("Standfirst"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    byline = _LineField(
        label=_("Byline"),
        max_length=LINE_MAX,
        required=False,
        help_text=_("As printed, without “By”: “Ana Lima and Joss Verhoeven”, “Agencies”."),
    )
    dateline = _LineField(
        label=_("Dateline"),
        max_length=200,
        required=False,
        help_text=_("Where it was filed, as printed: “Almaty”."),
    )
    body = ProseEditorFormField(
        label=_("Body"),
        required=False,
        extensions=EDITOR_EXTENSIONS,
        widget=AdminProseEditorWidget,
    )
    source = _LineField(label=_("Source"), max_length=200, required=False)
    topics = _TopicsField(
        label=_("Topics"),
        queryset=Topic.objects.all(),
        required=False,
        widget=_TopicsWidget(Article._meta.get_field("topics"), admin.site),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = ("section", "language")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.theirs = None
        self._offer_own_sections()
        if self.instance.pk:
            self._open_working_copy()
        for name in ("headline", "kicker", "standfirst", "byline", "dateline", "source"):
            self.fields[name].widget.attrs["dir"] = "auto"

    def _offer_own_sections(self):
        if "section" not in self.fields:
            return
        widget = self.fields["section"].widget
        widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        own = rights.sections_of(self.user)
        if own and not self.user.is_superuser:
            self.fields["section"].queryset = Section.objects.filter(
                pk__in=own | {self.instance.section_id}
            )

    def _open_working_copy(self):
        stored = self.instance.working_content
        self.initial |= {name: stored[name] for name in TEXTS}
        self.initial["topics"] = [topic["id"] for topic in stored["topics"]]
        self.initial["version"] = self.instance.version
        # A closed form sends none of its fields. What was typed before it closed is not dropped:
        # it stays open for that, and `clean` says that it cannot be saved.
        typed = self.is_bound and "headline" in self.data
        closed = not can_write(self.user, self.instance) and not typed
        placed = self.instance.publication_status == PublicationStatus.PUBLISHED
        for name, field in self.fields.items():
            # Where readers find a story is part of what is published.
            belongs_to_readers = name in {"section", "language"} and placed
            if closed or (belongs_to_readers and not rights.may_publish(self.user, self.instance)):
                field.disabled = True
        self.fields["version"].disabled = False

    def clean_section(self):
        section = self.cleaned_data["section"]
        if section is None:
            raise forms.ValidationError(_("Choose a section; its letters begin the code."))
        return section

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self.has_changed():
            self._refuse_what_came_too_late()
        return cleaned

    def _refuse_what_came_too_late(self):
        """Take the story's lock until the request ends, so that no save can come in between."""
        story = Article.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        if not can_write(self.user, story):
            self.add_error(
                None,
                _(
                    "%(code)s is “%(status)s” now, and you may not write in it. Nothing was saved; "
                    "your text is still in the form, so that you can copy it."
                )
                % {"code": story.code, "status": story.get_workflow_status_display()},
            )
            return
        opened = self.cleaned_data.get("version")
        if self.data.get("_based_on") == str(story.version):
            opened = story.version
        if opened == story.version:
            self.version = story.version
            return
        self.theirs = story.working_revision
        self.add_error(
            None,
            _(
                "%(who)s saved this story at %(when)s, after you opened it. Nothing was "
                "overwritten: your text is still in the form, theirs is shown above it."
            )
            % {
                "who": name_of(self.theirs.author) if self.theirs.author else _("An import"),
                "when": printed(self.theirs.created_at),
            },
        )

    def _post_clean(self):
        """The instance stays as it was read: the reader's columns have the same names."""

    def fields_of_version(self):
        """What the form holds, over what it does not show."""
        data = self.cleaned_data
        stored = dict(self.instance.working_content) if self.instance.pk else {}
        return (
            stored
            | {name: data[name] for name in TEXTS}
            | {
                "people": as_printed(Person.objects.named_in(data["byline"])),
                "topics": as_printed(data["topics"]),
            }
        )


def can_write(user, story):
    """Whether this person may save the working copy now."""
    return (
        story.publication_status != PublicationStatus.KILLED
        and story.workflow_status in EDITABLE
        and rights.may_edit(user, story)
    )
