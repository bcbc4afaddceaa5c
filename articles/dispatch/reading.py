"""From clean lines to dispatches: where each begins and ends, and what its lines are."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from itertools import pairwise

from articles.dispatch.characters import OUTER, decode, lines_of, one_line
from articles.dispatch.control_lines import (
    cannot_be_headline,
    code_of,
    comment_count_of,
    ends_a_dispatch,
    is_glued,
    looks_like_a_code,
    looks_like_a_comment_count,
)
from articles.dispatch.escapes import escapable_headline, escapable_lines, less_a_backslash
from articles.dispatch.headers import are_headers, read_headers, resemble_headers
from articles.dispatch.paragraphs import paragraphs_of
from articles.dispatch.problems import DispatchError, Notice
from articles.dispatch.shape import HEADLINE_MAX, Dispatch, Headers

_HEADLINE_LINES_MAX = 3
_WIRE_MARK = re.compile(r"-30-|###|ends|endit|end|reuter", re.I)
_INCOMPLETE = re.compile(r"\(more\)", re.I)
# In capitals, or with a colon: "Hold the Front Page" is a headline like any other.
_ORDER = (
    r"(?:KILL|RETRACT(?:ION|ED)?|WITHDRAW(?:AL|N)?|CORRECT(?:ION|ED)|ADVISORY|EMBARGO(?:ED)?|HOLD)"
)
_WIRE_DIRECTIVE = re.compile(rf"{_ORDER}\b|(?i:{_ORDER}\s*:)")


def read(
    data: bytes,
    *,
    encoding: str | None = None,
    zone: tzinfo = UTC,
    allow_empty_body: bool = False,
) -> list[Dispatch | DispatchError]:
    """Return the dispatches of a file in their order, an error in the place of each bad one.

    What is wrong with the whole file is one error alone. `encoding` is for files without byte
    order mark that are not UTF-8; `zone` is where dates without one are at home. Raises nothing
    but LookupError, for an encoding that `check_encoding` refuses.
    """
    try:
        text, notices = decode(data, encoding)
        return list(_dispatches(text, notices, zone, allow_empty_body))
    except DispatchError as error:
        return [error]


def parse(text: str, *, zone: tzinfo = UTC, allow_empty_body: bool = False) -> Dispatch:
    """Return the one dispatch that the text holds. Raises DispatchError."""
    first, *others = _dispatches(text, [], zone, allow_empty_body)
    if isinstance(first, DispatchError):
        raise first
    if others:
        raise DispatchError(
            "text-after-trailer",
            others[0].line,
            found=f"Comments {first.comment_count}",
            headline=first.headline,
            code=first.code,
        )
    return first


def _dispatches(
    text: str, about_file: list[Notice], zone: tzinfo, allow_empty_body: bool
) -> Iterator[Dispatch | DispatchError]:
    lines, notices = lines_of(text)
    takes = list(_takes(lines))
    if not takes:
        raise DispatchError("empty")
    beginnings = [0, *(take.start for take in takes[1:]), len(lines)]
    numbers = [notice.line - 1 for notice in notices]
    for take, start, stop in zip(takes, beginnings, beginnings[1:], strict=False):
        own = notices[bisect_left(numbers, start) : bisect_left(numbers, stop)]
        try:
            yield _dispatch(lines, take, about_file + own, zone, allow_empty_body)
        except DispatchError as error:
            yield error


def _takes(lines: list[str]) -> Iterator[range]:
    """Give the lines of each dispatch: one ends at a comment line that a new beginning follows."""
    solid = [position for position, line in enumerate(lines) if line]
    if not solid:
        return
    start = solid[0]
    for position, following in pairwise(solid):
        if (
            comment_count_of(lines[position]) is not None
            and comment_count_of(lines[following]) is None
            and _headline(lines, range(following, len(lines)))[1] is not None
        ):
            yield range(start, position + 1)
            start = following
    yield range(start, solid[-1] + 1)


def _next_solid(lines: Sequence[str], position: int, stop: int) -> int:
    while position < stop and not lines[position]:
        position += 1
    return position


def _headline(lines: Sequence[str], take: range) -> tuple[int, int | None]:
    """Return where the headline ends and where the code line under it is, None if there is none.

    Only a code below makes a headline of two or three lines; else those under the first are text.
    """
    end = take.start + 1
    most = min(take.start + _HEADLINE_LINES_MAX, take.stop)
    while end < most and lines[end] and code_of(lines[end]) is None:
        end += 1
    code_at = _next_solid(lines, end, take.stop)
    if code_at < take.stop and code_of(lines[code_at]) is not None:
        under = lines[take.start + 1 : end]
        # An embargo right under the headline must not drown in it.
        if not under or not (are_headers(under) or any(map(ends_a_dispatch, under))):
            return end, code_at
    return take.start + 1, None


def _dispatch(
    lines: Sequence[str], take: range, about: list[Notice], zone: tzinfo, allow_empty_body: bool
) -> Dispatch:
    """Read the dispatch that these lines hold; `about` is what is to be said of them already."""
    top = one_line(lines[take.start])
    if cannot_be_headline(top):
        name = "trailer-glued" if is_glued(top) else "no-headline"
        raise DispatchError(name, take.start + 1, found=top)
    end, code_at = _headline(lines, take)
    headline = " ".join(_headline_lines(lines[take.start : end]))
    code = None if code_at is None else code_of(lines[code_at])
    notices = list(about)
    try:
        if len(headline) > HEADLINE_MAX:
            raise DispatchError("headline-too-long", take.start + 1, found=str(len(headline)))
        stop, count = _trailer(lines, take, notices)
        start = _next_solid(lines, end if code_at is None else code_at + 1, stop)
        headers, header_code, text_start = _headers(lines, range(start, stop), zone, notices)
        if code and header_code and code != header_code:
            raise DispatchError("two-codes", code_at + 1, found=f"{code} and {header_code}")
        code = code or header_code
        if end > take.start + 1:
            notices.append(Notice("headline-joined", take.start + 1))
        if text_start == take.start + 1 < stop:
            notices.append(Notice("headline-block", text_start + 1))
        blocks = _blocks(lines, range(text_start, stop), text_start > start, notices)
        paragraphs = paragraphs_of(blocks, headers.wrap)
        if not paragraphs and not allow_empty_body:
            raise DispatchError("no-body", take.start + 1)
    except DispatchError as error:
        error.headline, error.code = headline, code
        raise
    if _WIRE_DIRECTIVE.match(headline):
        notices.append(Notice("wire-directive", take.start + 1))
    return Dispatch(
        headline=headline,
        code=code,
        headers=headers,
        paragraphs=paragraphs,
        comment_count=count,
        line=take.start + 1,
        warnings=_once_each(notices),
    )


def _headline_lines(lines: Sequence[str]) -> Iterator[str]:
    for line in map(one_line, lines):
        yield less_a_backslash(line) if escapable_headline(line) else line


def _trailer(lines: Sequence[str], take: range, notices: list[Notice]) -> tuple[int, int | None]:
    """Return where the text ends, and the count of comments below it, None where there is none."""
    stop, trailers = take.stop, []
    while stop > take.start + 1:
        line = lines[stop - 1]
        count = comment_count_of(line)
        if count is not None:
            trailers.append((stop, count))
        elif line:
            break
        stop -= 1
    if not trailers:
        if looks_like_a_comment_count(lines[take.stop - 1]):
            notices.append(Notice("trailer-like", take.stop))
        return take.stop, None
    number, count = trailers[-1]
    if count:
        notices.append(Notice("comments-not-imported", number))
    if len(trailers) > 1:
        notices.append(Notice("stray-trailer", trailers[-2][0]))
    return stop, count


def _headers(
    lines: Sequence[str], rest: range, zone: tzinfo, notices: list[Notice]
) -> tuple[Headers, str | None, int]:
    """Return the headers, the code among them, and where the text begins."""
    block_stop = rest.start
    while block_stop < rest.stop and lines[block_stop]:
        block_stop += 1
    block = lines[rest.start : block_stop]
    if are_headers(block):
        headers, code = read_headers(block, rest.start + 1, zone)
        return headers, code, _next_solid(lines, block_stop, rest.stop)
    if resemble_headers(block) and less_a_backslash(block[0]) == block[0]:
        notices.append(Notice("header-like", rest.start + 1))
    return Headers(), None, rest.start


def _blocks(
    lines: Sequence[str], text: range, after_headers: bool, notices: list[Notice]
) -> list[list[str]]:
    """Return the blocks of the text, without the backslashes that protected its lines."""
    own = list(lines[text.start : text.stop])
    if own and (code_of(own[0]) is not None or looks_like_a_code(own[0])):
        notices.append(Notice("code-like", text.start + 1))
    for position in escapable_lines(own, after_headers=after_headers):
        line = own[position]
        own[position] = less_a_backslash(line)
        if own[position] == line:
            _refuse_an_end(own, position, text.start + 1)
    blocks: list[list[str]] = []
    for before, line in zip(["", *own], own, strict=False):
        if line and not before:
            blocks.append([])
        if line:
            blocks[-1].append(line)
    if blocks:
        last, number = blocks[-1][-1].strip(OUTER), text.start + len(own)
        if _WIRE_MARK.fullmatch(last):
            notices.append(Notice("wire-mark", number))
        elif _INCOMPLETE.fullmatch(last):
            notices.append(Notice("incomplete", number))
    return blocks


def _refuse_an_end(lines: Sequence[str], position: int, offset: int):
    """Raise DispatchError where a line in the middle of a text would end it."""
    line = lines[position]
    following = _next_solid(lines, position + 1, len(lines))
    if comment_count_of(line) is not None:
        raise DispatchError("text-after-trailer", position + offset, found=line.strip(OUTER))
    if is_glued(line, lines[following] if following < len(lines) else ""):
        raise DispatchError("trailer-glued", position + offset, found=line.strip(OUTER))


def _once_each(notices: list[Notice]) -> tuple[Notice, ...]:
    """Keep the first notice of each name, in the order of the lines."""
    first: dict[str, Notice] = {}
    for notice in sorted(notices, key=lambda notice: notice.line):
        first.setdefault(notice.name, notice)
    return tuple(first.values())
