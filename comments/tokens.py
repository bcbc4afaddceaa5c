"""The token that a preview hands to the button which posts: it makes twice the same as once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

LIFE = timedelta(hours=24)
FLAWS = LATE, UNSIGNED = "late", "unsigned"


@dataclass(frozen=True)
class Token:
    """`key` is the same whenever the same token comes; `flaw` is one of FLAWS, or "" for none."""

    key: str
    flaw: str = ""


def make(code):
    """A new token for a comment on the story with this code."""
    return _signer(code).sign(secrets.token_urlsafe(18))


def read(text, code):
    """The Token in what a form sent; never raises."""
    try:
        return Token(_signer(code).unsign(text, max_age=LIFE))
    except signing.SignatureExpired:
        return Token(_signer(code).unsign(text), flaw=LATE)
    except signing.BadSignature:
        # Whatever it is, the same again is the same comment.
        made_up = f"{code}:{text}".encode("utf-8", "replace")
        return Token(hashlib.sha256(made_up).hexdigest(), flaw=UNSIGNED)


def _signer(code):
    return signing.TimestampSigner(salt=f"comments.tokens.{code}")
