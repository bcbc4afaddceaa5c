"""The lines that are more than text: codes, and the comment line that ends a dispatch.

They are seen without the white space and the invisible marks around them.
"""

import re

from articles.codes import is_code, parse_code
from articles.dispatch.characters import OUTER, WHITE

_NUMBER = r"[0-9]{1,3}(?:[,.'\u2019 \xa0\u202f][0-9]{3}){1,3}|[0-9]{1,9}"
# With re.A the letters of other scripts that fold to s, such as the long one, stay text.
_COMMENTS = re.compile(
    rf"[{OUTER}]*+comments(?:[{WHITE}]++|:[{WHITE}]*+)(?P<number>{_NUMBER})(?P<rest>.*)",
    re.I | re.A,
)
_OPENING_QUOTES = frozenset("\"'\u2018\u2019\u201c\u201d\u201e\u201a\u00ab\u2039\u300c\u300e")
# The digits of any script: this is only for a warning.
_CODE_LIKE = re.compile(r"[^\W\d_]{0,6}[-\u2010-\u2015 ./_#]?\d{1,12}")
_COMMENTS_LIKE = re.compile(r"(?:no|[\d\W]+)?\s*comments?[\d\W]*", re.I)
# Longer lines are prose.
_SHORT = 40


def code_of(line: str) -> str | None:
    """Return the code that stands alone on the line, in capitals, or None."""
    # A code is short, and so a long paragraph need not be looked at.
    bare = line.strip(OUTER)
    return parse_code(bare) if len(bare) <= 9 and is_code(bare) else None


def looks_like_a_code(line: str) -> bool:
    return _CODE_LIKE.fullmatch(line.strip(OUTER)) is not None


def comment_count_of(line: str) -> int | None:
    """Return N of a line that says `Comments N` and nothing else, or None."""
    found = _COMMENTS.match(line)
    if found is None or found["rest"].strip(OUTER):
        return None
    return int("".join(re.findall("[0-9]", found["number"])))


def looks_like_a_comment_count(line: str) -> bool:
    bare = line.strip(OUTER)
    return (
        len(bare) <= _SHORT
        and not bare.startswith("\\")
        and _COMMENTS_LIKE.fullmatch(bare) is not None
    )


def is_glued(line: str, following: str = "") -> bool:
    """Say whether the line is a comment line with the next headline on its tail.

    A capital or a quotation mark right after the number tells, as does any text if `following`,
    the next line that is not blank, is a code. Scripts without capitals have letters enough.
    """
    found = _COMMENTS.match(line)
    if found is None or not found["rest"].strip(OUTER):
        return False
    letter = found["rest"][0]
    if letter in _OPENING_QUOTES or (letter.isalpha() and not letter.islower()):
        return True
    return code_of(following) is not None


def ends_a_dispatch(line: str, following: str = "") -> bool:
    """Say whether a line of the text would be taken, rightly or not, for the last one."""
    return comment_count_of(line) is not None or is_glued(line, following)


def cannot_be_headline(line: str) -> bool:
    """Say whether a first line would be refused: it is a code or a comment line."""
    return code_of(line) is not None or ends_a_dispatch(line)
