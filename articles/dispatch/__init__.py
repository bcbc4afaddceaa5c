"""Plain-text dispatches: headline, code, headers, text, count of comments. No Django in here.

`reading` and `writing` are inverse and stand on top: both use `escapes`, which uses `headers`,
which uses `moments`; `escapes` and `reading` also use `control_lines`, and `reading` uses
`paragraphs`. Below all are `characters`, then `shape`, then `problems`. `identity` needs only
`shape`.
"""

from articles.dispatch.characters import (
    DISPATCH_MAX_BYTES,
    check_encoding,
    tidy_line,
    tidy_text,
)
from articles.dispatch.headers import HEADER_LIMITS, TAG_MAX, TAGS_MAX
from articles.dispatch.identity import fingerprint, unrelated
from articles.dispatch.moments import moment
from articles.dispatch.paragraphs import paragraphs_of
from articles.dispatch.problems import CONFLICTS, ERRORS, WARNINGS, DispatchError, Notice
from articles.dispatch.reading import parse, read
from articles.dispatch.shape import HEADLINE_MAX, Dispatch, Headers
from articles.dispatch.writing import write

__all__ = [
    "CONFLICTS",
    "DISPATCH_MAX_BYTES",
    "ERRORS",
    "HEADER_LIMITS",
    "HEADLINE_MAX",
    "TAGS_MAX",
    "TAG_MAX",
    "WARNINGS",
    "Dispatch",
    "DispatchError",
    "Headers",
    "Notice",
    "check_encoding",
    "fingerprint",
    "moment",
    "paragraphs_of",
    "parse",
    "read",
    "tidy_line",
    "tidy_text",
    "unrelated",
    "write",
]
