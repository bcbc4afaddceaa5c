"""From the blocks of a text to its paragraphs, with white space in its one form.

In that form the text survives HTML, where a run of spaces is written as no-break spaces.
"""

import re
from collections.abc import Iterable

_INDENT = " \xa0"
_RUN = re.compile("[ \xa0]{2,}")


def paragraphs_of(blocks: Iterable[list[str]], wrap: str = "") -> tuple[str, ...]:
    """Return the paragraphs of blocks of clean lines: each block is one and keeps its line breaks.

    `wrap` is what the header of that name says. It changes nothing, since no line is joined.
    """
    return tuple("\n".join(_even(block)) for block in blocks)


def _even(lines: list[str]) -> list[str]:
    """Expand tabs, take the common indentation away, and make runs of spaces plain ones."""
    lines = [line.expandtabs() for line in lines]
    indents = [len(line) - len(line.lstrip(_INDENT)) for line in lines]
    common = min(indents)
    return [
        " " * (indent - common) + _with_plain_runs(line[indent:])
        for line, indent in zip(lines, indents, strict=True)
    ]


def _with_plain_runs(line: str) -> str:
    # Runs of spaces alone are plain already, and most lines have no other.
    return _RUN.sub(lambda run: " " * len(run[0]), line) if "\xa0" in line else line
