from django import forms
from django.utils.translation import gettext_lazy as _

from comments import names, posting, text


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


class CommentForm(forms.Form):
    """A comment by a guest, or without the name by `reader`."""

    use_required_attribute = False

    name = NameField(
        label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "nickname"})
    )
    body = BodyField(label=_("Comment"), strip=False, widget=forms.Textarea(attrs={"dir": "auto"}))

    def __init__(self, data=None, *, reader=None, **kwargs):
        super().__init__(data, **kwargs)
        if reader is not None:
            del self.fields["name"]

    @property
    def wrong(self):
        """(id of the field, sentence) for each thing to mend, as the summary lists them."""
        return [
            (self[name].id_for_label, sentence)
            for name in self.fields
            for sentence in self[name].errors
        ]
