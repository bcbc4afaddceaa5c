"""The backslash that makes a line text which would be a code, a header or a comment line.

`\\Comments 5` is the text `Comments 5`, and `\\\\Comments 5` is `\\Comments 5`. The backslashes
stand after the white space and the invisible marks of a line, directly before its first letter.
Which lines they are looked for in depends on the lines without them, so that taking one away
and putting one back are inverse. On any other line a backslash is a letter like all.
"""

import re
from collections.abc import Sequence

from articles.dispatch.characters import OUTER
from articles.dispatch.control_lines import cannot_be_headline, code_of, ends_a_dispatch
from articles.dispatch.headers import are_headers

_BACKSLASHES = re.compile(rf"[{OUTER}]*+(\\++(?![{OUTER}])|)")


def escapable_headline(line: str) -> bool:
    """Say whether a backslash before this headline is one of ours."""
    return cannot_be_headline(_without_backslashes(line))


def escapable_lines(lines: Sequence[str], *, after_headers: bool) -> list[int]:
    """Return the positions of those lines of a text whose first backslash is one of ours.

    `lines` are all from the one after code and headers, blank ones too.
    """
    plain = [_without_backslashes(line) for line in lines]
    found = []
    first, following = len(lines), ""
    for position in range(len(lines) - 1, -1, -1):
        if lines[position]:
            if ends_a_dispatch(plain[position], following):
                found.append(position)
            first, following = position, plain[position]
    if first not in found[-1:] and (
        code_of(following) is not None
        or (not after_headers and are_headers(_block(plain, lines, first)))
    ):
        found.append(first)
    return found[::-1]


def _block(plain: Sequence[str], lines: Sequence[str], start: int) -> Sequence[str]:
    stop = start
    while stop < len(lines) and lines[stop]:
        stop += 1
    return plain[start:stop]


def _without_backslashes(line: str) -> str:
    if "\\" not in line:
        return line
    start, stop = _BACKSLASHES.match(line).span(1)
    return line[:start] + line[stop:]


def less_a_backslash(line: str) -> str:
    """Return the line without its first backslash, or as it is where it begins with none."""
    start, stop = _BACKSLASHES.match(line).span(1)
    return line[:start] + line[start + 1 :] if start < stop else line


def with_a_backslash(line: str) -> str:
    start = _BACKSLASHES.match(line).start(1)
    return line[:start] + "\\" + line[start:]
