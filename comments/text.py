"""What readers type, made plain; and what they typed, made safe HTML. Neither asks the database."""

import hashlib
import re
import unicodedata
from html import escape
from urllib.parse import urlsplit

import nh3
from django.utils.encoding import iri_to_uri
from django.utils.safestring import mark_safe

BODY_MIN = 2
BODY_MAX = 5_000
MARKS_IN_A_ROW = 4
# Longer input than this cannot become a comment, and is not worth tidying.
TIDIED_MAX = 10 * BODY_MAX
_ZERO_WIDTH_JOINERS = "\u200c\u200d"
# Letters by their category, and nothing to see.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LINK = re.compile(r"(?<![\w@])https?://[^\s<>\"“”«»]+", re.IGNORECASE)
# What readers follow by hand is a link as well.
_LEADS_AWAY = re.compile(r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\"“”«»]+", re.IGNORECASE)
_AFTER_A_LINK = ".,:;!?'’…،؛؟"
_HOST = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII
)
_cleaner = nh3.Cleaner(
    tags={"p", "br", "a"},
    attributes={"a": {"href", "rel"}},
    url_schemes={"http", "https"},
    link_rel=None,
)


def normalise(text):
    """The text as it is stored: LF, NFC, no characters that hide, reverse or pile up.

    Idempotent. The limits of length hold for what this returns.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = "".join(character for character in text if _is_kept(character))
    text = _without_piles(unicodedata.normalize("NFC", text))
    lines = (line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_empty(text):
    """Whether a reader would see nothing."""
    return not any(
        not character.isspace()
        and character not in BLANK
        and unicodedata.category(character) not in {"Cf", "Mn", "Me"}
        for character in text
    )


def render(text):
    """Safe HTML of a stored text: paragraphs, line breaks, and links that show where they lead."""
    paragraphs = re.split(r"\n\n+", text.strip("\n"))
    html = "".join(
        f"<p>{'<br>'.join(_linked(line) for line in paragraph.split(chr(10)))}</p>"
        for paragraph in paragraphs
    )
    return mark_safe(_cleaner.clean(html))  # noqa: S308


def hash_of(text):
    """The same for texts that say the same: case, spaces and what is not seen do not count."""
    seen = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if not character.isspace() and unicodedata.category(character) != "Cf"
    )
    return hashlib.sha256(seen.encode()).hexdigest()


def links(text):
    """The addresses in a stored text, as typed, those without a scheme included."""
    return [_without_tail(match.group()) for match in _LEADS_AWAY.finditer(text)]


def host_of(link):
    """The host that such an address leads to, "" where that is not plain."""
    try:
        parts = urlsplit(link if "://" in link else f"http://{link}")
    except ValueError:
        return ""
    return "" if "@" in parts.netloc or "\\" in link else parts.hostname or ""


def _is_kept(character):
    if character == "\n":
        return True
    if character in _BIDI:
        return False
    category = unicodedata.category(character)
    if category == "Cn":
        # Where next year's emoji are; this Python knows those of its own year only.
        return "\U0001f000" <= character <= "\U0001fafd"
    return category not in {"Cc", "Cs", "Co"}


def _without_piles(text):
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _linked(line):
    parts, end = [], 0
    for match in _LINK.finditer(line):
        address = _without_tail(match.group())
        parts.append(escape(line[end : match.start()]))
        parts.append(_link(address))
        end = match.start() + len(address)
    return "".join(parts) + escape(line[end:])


def _without_tail(address):
    """The address without what belongs to the sentence around it."""
    while address:
        last = address[-1]
        unopened = (last == ")" and address.count("(") < address.count(")")) or (
            last == "]" and address.count("[") < address.count("]")
        )
        if last not in _AFTER_A_LINK and not unopened:
            break
        address = address[:-1]
    return address


def _link(address):
    shown = _with_its_true_host(address)
    if shown is None:
        return escape(address)
    href = escape(iri_to_uri(shown))
    return f'<a href="{href}" rel="nofollow ugc noopener">{escape(shown)}</a>'


def _with_its_true_host(address):
    """The address as a browser would go there, its host in ASCII; None if it is no plain one."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = parts.port
    except ValueError:
        return None
    # Browsers read "\" as "/", and what stands before "@" as a name to sign in with.
    if "@" in parts.netloc or "\\" in address or not _HOST.fullmatch(host):
        return None
    authority = host if port is None else f"{host}:{port}"
    rest = address[len(parts.scheme) + len("://") + len(parts.netloc) :]
    return f"{parts.scheme}://{authority}{rest}"
