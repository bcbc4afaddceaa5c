"""The printed code of a story, such as W460.

One to three letters, which a section lends, and one to six digits. Leading zeros belong to the
code: W007 and W7 are two stories.
"""

import re

# [0-9] and no \d, which would take the digits of every script.
CODE_PATTERN = r"[A-Z]{1,3}[0-9]{1,6}"

_CODE_IN_ANY_CASE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,6})")


def parse_code(text: str) -> str:
    """Return the code as it is printed; white space around it and small letters are forgiven.

    Raises ValueError where the text is no code.
    """
    return "".join(split_code(text))


def is_code(text: str) -> bool:
    """Say whether `parse_code` would take the text."""
    return _CODE_IN_ANY_CASE.fullmatch(text.strip()) is not None


def split_code(code: str) -> tuple[str, str]:
    """Return the letters and the digits, both as text because W007 keeps its zeros.

    Raises ValueError where the text is no code.
    """
    found = _CODE_IN_ANY_CASE.fullmatch(code.strip())
    if found is None:
        raise ValueError(
            f"{code[:40]!r} is no code: write one to three letters and one to six digits,"
            " such as W460."
        )
    return found[1].upper(), found[2]
