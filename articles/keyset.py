"""Pages of a list that is newest first, found by place and not by number.

A place is (visible_from, id), written as microseconds and id: "1326812400000000-12". A page costs
the same anywhere in the archive.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_CURSOR = re.compile(r"(-?[0-9]{1,17})-([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    stories: list
    older: str | None
    is_first: bool


def cursor_of(story):
    microseconds = (story.visible_from - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{story.pk}"


def parse_cursor(text):
    """(visible_from, id), or None for anything that is no cursor."""
    match = _CURSOR.fullmatch(text or "")
    if not match:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except OverflowError:
        return None


def page_of(stories, before, *, size):
    """The page of `stories` (newest first) after the place `before`. One query.

    A place that cannot be read gives the first page.
    """
    place = parse_cursor(before)
    if place:
        stories = stories.older_than(*place)
    found = list(stories.newest_first()[: size + 1])
    shown = found[:size]
    older = cursor_of(shown[-1]) if len(found) > size else None
    return Page(stories=shown, older=older, is_first=place is None)
