"""The decoration behind a code in an address: ASCII letters, digits and hyphens, at most 80."""

import re

from django.utils.text import slugify

SLUG_MAX = 80
FALLBACK = "story"
# Words that mean something else under a code: /W460/history/ is no headline.
RESERVED = frozenset({"history", "comments", "preview"})
# Latin letters that do not come apart into a letter and a mark.
_LATIN = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
        "ı": "i", "ħ": "h", "Ħ": "H", "’": "", "'": "", "–": "-", "—": "-",
    }
)  # fmt: skip


def slug_of(headline):
    slug = slugify(headline.translate(_LATIN)).replace("_", "-")
    if len(slug) > SLUG_MAX:
        slug = slug[: SLUG_MAX + 1].rpartition("-")[0] or slug[:SLUG_MAX]
    slug = re.sub(r"-+", "-", slug).strip("-")
    return FALLBACK if not slug or slug in RESERVED else slug
