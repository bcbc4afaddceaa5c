"""What the first part of an address may be, computed from the site map."""

import re

from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils.translation import gettext_lazy as _

from articles.codes import is_code


def taken_first_parts():
    """The fixed words that begin an address, such as "admin" or "search"."""
    words = set()
    for pattern in get_resolver().url_patterns:
        first = str(pattern.pattern).lstrip("^").partition("/")[0]
        if re.fullmatch(r"[a-z0-9_.-]+", first):
            words.add(first)
    return words


def validate_section_slug(slug):
    if is_code(slug):
        raise ValidationError(
            _("“%(slug)s” looks like the code of a story; choose another word."),
            params={"slug": slug},
        )
    if slug in taken_first_parts():
        raise ValidationError(
            _("“%(slug)s” is an address of the site itself; choose another word."),
            params={"slug": slug},
        )
