"""What a dispatch is, once it has been read and before it is written."""

from dataclasses import dataclass, field

from articles.dispatch.problems import Notice

HEADLINE_MAX = 300


@dataclass(frozen=True)
class Headers:
    """What the header lines say, as trimmed text; empty means that there was no such line.

    Canonical are values that `tidy_line` leaves alone, and tags without commas and doubles.
    """

    byline: str = ""
    dateline: str = ""
    date: str = ""
    embargo: str = ""
    section: str = ""
    source: str = ""
    language: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    wrap: str = ""


@dataclass(frozen=True)
class Dispatch:
    """One story as it comes over the wire. A kept line break is "\\n" inside a paragraph.

    Canonical, which is what `read` returns and what `write` asks for: a headline that `tidy_line`
    leaves alone, and paragraphs that `paragraphs_of` leaves alone. `comment_count` is what the
    last line claims; None where there was no such line.
    """

    headline: str
    code: str | None = None
    headers: Headers = field(default_factory=Headers)
    paragraphs: tuple[str, ...] = ()
    comment_count: int | None = None
    line: int = field(default=1, compare=False)
    warnings: tuple[Notice, ...] = field(default=(), compare=False)
