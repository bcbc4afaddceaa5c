"""When two dispatches are the same, and when they have nothing to do with each other."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict

from articles.dispatch.shape import Dispatch

# Stored fingerprints are compared with new ones: a change of what goes in needs a new number.
_VERSION = 1
# Shorter paragraphs, such as "(Reporting by our staff)", stand in many stories.
_TELLING = 40


def fingerprint(dispatch: Dispatch) -> str:
    """Return the SHA-256, in hexadecimal, of headline, headers and paragraphs.

    The code, the comment count and the way that lines were wrapped do not count.
    """
    headers = asdict(dispatch.headers)
    del headers["wrap"]
    # Absent headers are left out, so that a header known later changes no old fingerprint.
    present = sorted((name, value) for name, value in headers.items() if value)
    whole = [_VERSION, dispatch.headline, present, dispatch.paragraphs]
    return hashlib.sha256(json.dumps(whole, separators=(",", ":")).encode()).hexdigest()


def unrelated(
    headline_a: str,
    paragraphs_a: Sequence[str],
    headline_b: str,
    paragraphs_b: Sequence[str],
) -> bool:
    """Say whether two texts are two stories: other headline, and hardly a paragraph in common.

    Hardly means fewer than half of the shorter one's paragraphs of 40 characters and more. Where
    it has none, all paragraphs are compared; where it is empty too, the headline alone decides.
    """
    if _letters(headline_a) == _letters(headline_b):
        return False
    for least in (_TELLING, 1):
        a = {paragraph for paragraph in paragraphs_a if len(paragraph) >= least}
        b = {paragraph for paragraph in paragraphs_b if len(paragraph) >= least}
        if a and b:
            return 2 * len(a & b) < min(len(a), len(b))
    return True


def _letters(headline: str) -> str:
    folded = headline.casefold()
    return "".join(c for c in folded if c.isalnum()) or folded
