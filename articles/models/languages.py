from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.languages import direction, validate_language


class InALanguage(models.Model):
    """What is in a language of its own, or else in that of the site."""

    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        validators=[validate_language],
        help_text=_("A tag such as ar; empty for the language of the site."),
    )

    class Meta:
        abstract = True

    @property
    def language_tag(self):
        return self.language or settings.LANGUAGE_CODE

    @property
    def direction(self):
        return direction(self.language_tag)
