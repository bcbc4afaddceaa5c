from django import forms
from django.utils.translation import gettext_lazy as _

from comments import names, posting, text
from comments.models import MATCHED_MAX, Comment


class BodyField(forms.CharField):
    """A reader's text in its stored form: what the limits count is what is kept."""

    def to_python(self, value):
        value = super().to_python(value)
        return text.normalise(value) if len(value) <= text.TIDIED_MAX else value

    def validate(self, value):
        if refusal := posting.body_refusal(value):
            raise forms.ValidationError(refusal)

    def run_validators(self, value):
        """None of Django's: NUL and its kin are gone by now."""


class NameField(forms.CharField):
    def to_python(self, value):
        return names.tidy(super().to_python(value))

    def validate(self, value):
        if refusal := names.refusal(value):
            raise forms.ValidationError(refusal)

    def run_validators(self, value):
        """As for the body."""


class _SaidForm(forms.Form):
    use_required_attribute = False

    @property
    def wrong(self):
        """(id of the field, sentence) for each thing to mend, as the summary lists them."""
        return [
            (self[name].id_for_label, sentence)
            for name in self.fields
            for sentence in self[name].errors
        ]


class TrapField(forms.CharField):
    """A field that people do not see. Whatever a program writes there is kept, never an error."""

    def clean(self, value):
        return text.normalise(str(value or "")[:MATCHED_MAX])


class CommentForm(_SaidForm):
    """A comment by a guest, or without the name by `reader`."""

    name = NameField(
        label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "nickname"})
    )
    body = BodyField(label=_("Comment"), strip=False, widget=forms.Textarea(attrs={"dir": "auto"}))
    website = TrapField(required=False)

    def __init__(self, data=None, *, reader=None, **kwargs):
        super().__init__(data, **kwargs)
        self.reader = reader
        if reader is not None:
            del self.fields["name"]

    @property
    def printed_name(self):
        """The name under which the reader's comment will stand, "" for a guest."""
        return Comment(author=self.reader).name if self.reader else ""


class EditForm(_SaidForm):
    """Other words for a comment whose revision `revision` its author has read."""

    body = BodyField(label=_("Comment"), strip=False, widget=forms.Textarea(attrs={"dir": "auto"}))
    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
