"""Languages of stories, by their BCP 47 tags, and the direction they are written in."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
_RIGHT_TO_LEFT_SCRIPTS = {"arab", "hebr", "thaa", "syrc", "nkoo", "adlm"}


def validate_language(tag):
    if not _TAG.fullmatch(tag):
        raise ValidationError(
            _("“%(tag)s” is no language tag; write it like en, ar or pt-BR."), params={"tag": tag}
        )


def direction(tag):
    """ "rtl" or "ltr"."""
    primary, *subtags = tag.lower().split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"


def interface_language(tag):
    """The language for labels around a story in `tag`: its own where the interface speaks it,
    else the site's."""
    spoken = dict(settings.LANGUAGES)
    lower = tag.lower()
    if lower in spoken:
        return lower
    primary = lower.partition("-")[0]
    return primary if primary in spoken else settings.LANGUAGE_CODE
