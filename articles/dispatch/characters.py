"""From the bytes of a file to clean lines, and the same cleaning for what editors type."""

import codecs
import re
import unicodedata
from contextlib import suppress
from itertools import groupby

from articles.dispatch.problems import DispatchError, Notice

DISPATCH_MAX_BYTES = 10 * 1024 * 1024

# Everything that str.isspace() knows, and the zero width space, which is one by meaning.
WHITE = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\u200b"
_BIDI_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# A line of these alone is blank.
_BLANK = WHITE + _BIDI_MARKS
# What may surround a code, a header line or a comment line: right-to-left editors leave marks
# there that nobody sees.
OUTER = _BLANK + "\u200c\u200d\u2060"

# UTF-32 little endian begins with the two bytes of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ARCHIVES = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"), "ZIP or Office"),
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), "bzip2"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "7-Zip"),
    (re.compile(rb".{257}ustar[\x00 ]", re.DOTALL), "tar"),
)
_DOCUMENTS = (
    (re.compile(r"\s*%PDF-"), "PDF"),
    (re.compile(r"\s*\{\\rtf", re.I), "RTF"),
    (re.compile(r"\s*<(?:!doctype|html|head|body)\b", re.I), "HTML"),
    (re.compile(r"\s*<\?xml\b", re.I), "XML"),
    (re.compile("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Office document"),
)
_WIRE_ENVELOPE = re.compile(rb"\x16*\x01")
_JAPANESE_ESCAPES = re.compile(rb"\x1b[$(]")
# Python can decode these, but no file is written in them.
_NOT_OF_FILES = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_WINDOWS = re.compile("[\x80-\x9f]")
# More combining marks in a row than any script has; none of them is a word character.
_LONG_RUN_OF_MARKS = re.compile(r"[^\w\x00-\x7f]{31,}")
_SHORT_TEXT = 5_000
_SPACES = re.compile("[ \t]+")


def _repairs() -> dict[int, str | None]:
    """Map what has no place in a text to what stands for it, None where nothing does."""
    repairs: dict[int, str | None] = dict.fromkeys([*range(0x20), 0x7F])
    repairs |= dict.fromkeys(range(0x1C, 0x20), " ")
    del repairs[0x09], repairs[0x0A]
    for number in range(0x80, 0xA0):
        # Five of the places are empty in windows-1252 too: a control character, then.
        repairs[number] = bytes([number]).decode("cp1252", "ignore") or None
    return repairs


_REPAIRS = _repairs()


def check_encoding(name: str) -> str:
    """Return the name of the codec that reads files of this encoding.

    Raises LookupError where there is none, or where it is none for text. Latin-1 means
    windows-1252, as it does in every browser.
    """
    try:
        codec = codecs.lookup(name).name
        with suppress(UnicodeError):
            b" ".decode(codec)
    except (LookupError, ValueError) as error:
        raise LookupError(f"{name!r} is no text encoding; write utf-8 or windows-1252.") from error
    if codec in _NOT_OF_FILES:
        raise LookupError(f"{name!r} is no encoding of files; write utf-8 or windows-1252.")
    return "cp1252" if codec == "iso8859-1" else codec


def decode(data: bytes, encoding: str | None = None) -> tuple[str, list[Notice]]:
    """Return the text of a file and what is to be said about the file as a whole.

    The encoding is for files that have no byte order mark and are not UTF-8; nothing is guessed.
    Raises DispatchError, and LookupError for an encoding that `check_encoding` refuses.
    """
    named = check_encoding(encoding) if encoding else None
    if len(data) > DISPATCH_MAX_BYTES:
        raise DispatchError("too-large", found=f"{DISPATCH_MAX_BYTES // 1024 // 1024} MiB")
    if not data:
        raise DispatchError("empty")
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            _refuse_documents(data[len(mark) : 4096].decode(codec, "ignore"))
            return _decode(data[len(mark) :], codec), []
    _refuse_what_is_no_text(data, named)
    if named is None:
        return _decode(data, "utf-8"), []
    if not _passes_as_utf_8(data, named):
        with suppress(UnicodeDecodeError):
            return data.decode(), []
    return _decode(data, named), [Notice("encoding-used", 0)]


def _passes_as_utf_8(data: bytes, named: str) -> bool:
    """Say whether the file is in the named encoding although it would decode as UTF-8."""
    if named.startswith(("utf-16", "utf-32")):
        return 0 in data
    return _JAPANESE_ESCAPES.search(data) is not None


def _refuse_what_is_no_text(data: bytes, named: str | None):
    for signature, kind in _ARCHIVES:
        if signature.match(data):
            raise DispatchError("archive", found=kind)
    if _WIRE_ENVELOPE.match(data):
        raise DispatchError("wire-format")
    _refuse_documents(data[:4096].decode("latin-1"))
    if 0 in data and not (named and named.startswith(("utf-16", "utf-32"))):
        raise DispatchError("binary", _line_at(data[: data.index(0)], "utf-8"))
    escape = _JAPANESE_ESCAPES.search(data)
    if escape and not (named and named.startswith("iso2022")):
        line = _line_at(data[: escape.start()], "utf-8")
        raise DispatchError("encoding", line, found="The escape sequence of ISO-2022 text")


def _refuse_documents(opening: str):
    for signature, kind in _DOCUMENTS:
        if signature.match(opening):
            raise DispatchError("not-plain-text", found=kind)


def _decode(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        found = f"Byte 0x{data[start]:02X}" if start < len(data) else "The end of the file"
        raise DispatchError("encoding", _line_at(data[:start], codec), found=found) from error


def _line_at(before: bytes, codec: str) -> int:
    return _one_kind_of_line_end(before.decode(codec, "replace")).count("\n") + 1


def _one_kind_of_line_end(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\u2029", "\n\n")
    for line_end in "\r\x0b\x0c\x85\u2028":
        text = text.replace(line_end, "\n")
    return text


def lines_of(text: str) -> tuple[list[str], list[Notice]]:
    """Return the clean lines of a text, blank ones as empty strings, and what was repaired.

    str.splitlines would not do: it breaks lines at the separators 0x1C to 0x1E as well.
    """
    text = _one_kind_of_line_end(text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text.replace("\ufeff", ""))
    notices = []
    if "\ufffd" in text or _CONTROLS.search(text):
        for number, line in enumerate(text.split("\n"), 1):
            notices += [Notice(name, number) for name in _damages(line)]
        text = text.translate(_REPAIRS)
    text = _composed(text)
    lines = [line.rstrip(WHITE) for line in text.split("\n")]
    return [line if line.strip(_BLANK) else "" for line in lines], notices


def _damages(line: str):
    if "\ufffd" in line:
        yield "replacement-char"
    controls = set(_CONTROLS.findall(line))
    repaired = {c for c in controls if c >= "\x80" and _REPAIRS[ord(c)]}
    if repaired:
        yield "c1-repaired"
    if controls - repaired:
        yield "control-chars"


def _composed(text: str) -> str:
    """Return the text in NFC.

    unicodedata sorts runs of marks by insertion: one hostile megabyte of them would take it
    hours. Long runs are therefore sorted before; in a short text no run is long enough to matter.
    """
    if len(text) > _SHORT_TEXT:
        text = _LONG_RUN_OF_MARKS.sub(_in_canonical_order, text)
    return unicodedata.normalize("NFC", text)


def _in_canonical_order(run: re.Match) -> str:
    """Return a long run of marks in the order that NFC would give it."""
    marks = "".join(unicodedata.normalize("NFD", mark) for mark in run[0])
    return "".join(
        "".join(sorted(group, key=unicodedata.combining) if combining else group)
        for combining, group in groupby(marks, key=lambda mark: unicodedata.combining(mark) > 0)
    )


def one_line(line: str) -> str:
    """Return a clean line as headlines and headers have it: trimmed, with single spaces.

    No-break spaces and the marks of right-to-left writing stay.
    """
    line = _SPACES.sub(" ", line).strip(WHITE)
    return line if line.strip(_BLANK) else ""


def tidy_line(text: str) -> str:
    """Return what was typed into a field of one line as a dispatch would bring it."""
    lines, _ = lines_of(text)
    return one_line(" ".join(line for line in lines if line))


def tidy_text(text: str) -> str:
    """Return what was typed into a field of many lines as a dispatch would bring its lines.

    Line ends are "\\n"; blank lines before and after the text are gone.
    """
    lines, _ = lines_of(text)
    return "\n".join(lines).strip("\n")
