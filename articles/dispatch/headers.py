"""The block of header lines that may stand between the code and the text."""

import re
from collections.abc import Sequence
from datetime import tzinfo

from articles.codes import parse_code
from articles.dispatch.characters import OUTER, WHITE, one_line
from articles.dispatch.moments import moment
from articles.dispatch.problems import DispatchError
from articles.dispatch.shape import Headers

# In the order in which they are written. The first name of each is the one that we write.
_NAMES = {
    "byline": ("By", "Byline", "Author"),
    "dateline": ("Dateline",),
    "date": ("Date", "Published"),
    "embargo": ("Embargo",),
    "section": ("Section", "Category"),
    "tags": ("Tags", "Keywords"),
    "source": ("Source",),
    "language": ("Language", "Lang"),
    "summary": ("Summary",),
    "wrap": ("Wrap",),
}
_FIELDS = {name.lower(): field for field, names in _NAMES.items() for name in names}
_FIELDS["code"] = "code"

HEADER_LIMITS = {
    "byline": 300,
    "dateline": 200,
    "section": 100,
    "source": 200,
    "language": 35,
    "summary": 2000,
}
TAGS_MAX = 20
TAG_MAX = 100

# Names of every script, so that a misspelt or foreign one is refused and not printed. French
# typists put a no-break space before the colon.
_HEADER_LINE = re.compile(
    rf"[{OUTER}]*+(?P<name>[^\W\d_][\w \xa0\u202f-]{{0,39}}+):"
    rf"(?:[{WHITE}]++(?P<value>.*)|[{OUTER}]*+$)"
)
_HEADER_NAME = re.compile(rf"[{OUTER}]*+([^\W\d_][\w \xa0\u202f-]{{0,39}}+):")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def are_headers(lines: Sequence[str]) -> bool:
    """Say whether a block of lines is one of headers: all have the form, one has a known name."""
    return all(_HEADER_LINE.match(line) for line in lines) and resemble_headers(lines)


def resemble_headers(lines: Sequence[str]) -> bool:
    """Say whether any line of a block begins with the name of a header and a colon."""
    names = (_HEADER_NAME.match(line) for line in lines)
    return any(name and _key(name[1]) in _FIELDS for name in names)


def _key(name: str) -> str:
    return name.strip(OUTER).lower()


def read_headers(lines: Sequence[str], number: int, zone: tzinfo) -> tuple[Headers, str | None]:
    """Return what a block of header lines says, and the code if it names one.

    `number` is that of the first line. Raises DispatchError.
    """
    given: dict[str, object] = {}
    for number, line in enumerate(lines, number):  # noqa: B020 - counts on from its start
        found = _HEADER_LINE.match(line)
        name = found["name"].strip(OUTER)
        field = _FIELDS.get(name.lower())
        if field is None:
            raise DispatchError("unknown-header", number, found=name)
        if field in given:
            raise DispatchError("duplicate-header", number, found=name)
        given[field] = _read(field, name, _value(line, found), number, zone)
    code = given.pop("code", None)
    return Headers(**given), code or None


def _value(line: str, found: re.Match) -> str:
    value = found["value"] or ""
    if line.strip(WHITE)[0] in OUTER:
        # Marks before the name belong to the line, and so does what closes them.
        value = value.rstrip(OUTER)
    return one_line(value)


def _read(field: str, name: str, value: str, number: int, zone: tzinfo) -> object:
    if field == "tags":
        return _read_tags(value, number)
    if field in {"code", "date", "embargo", "language", "wrap"}:
        value = value.strip(OUTER)
    if not value:
        return ""
    if len(value) > HEADER_LIMITS.get(field, len(value)):
        found = f"'{name}' is longer than {HEADER_LIMITS[field]} characters; shorten it"
        raise DispatchError("bad-header", number, found=found)
    if field == "code":
        try:
            return parse_code(value)
        except ValueError as error:
            raise DispatchError("bad-code", number, found=value) from error
    if field in {"date", "embargo"}:
        try:
            moment(value, zone)
        except ValueError as error:
            raise DispatchError("bad-date", number, found=value) from error
    if field == "language" and not _LANGUAGE.fullmatch(value):
        found = f"'{name}' is no language tag; write one such as en or pt-BR"
        raise DispatchError("bad-header", number, found=found)
    if field == "wrap" and value.lower() != "none":
        raise DispatchError("bad-header", number, found=f"'{name}' can only say none")
    return value.lower() if field == "wrap" else value


def _read_tags(value: str, number: int) -> tuple[str, ...]:
    tags = tuple(dict.fromkeys(filter(None, map(one_line, value.split(",")))))
    if len(tags) > TAGS_MAX:
        found = f"'Tags' has more than {TAGS_MAX} tags; leave some out"
        raise DispatchError("bad-header", number, found=found)
    if any(len(tag) > TAG_MAX for tag in tags):
        found = f"'Tags' has one of more than {TAG_MAX} letters; shorten it"
        raise DispatchError("bad-header", number, found=found)
    return tags


def header_lines(headers: Headers) -> list[str]:
    """Return the lines that `read_headers` reads back."""
    lines = []
    for field, names in _NAMES.items():
        value = getattr(headers, field)
        if value:
            lines.append(f"{names[0]}: {', '.join(value) if field == 'tags' else value}")
    return lines
