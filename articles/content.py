"""The content of a version: a plain dictionary, the same keys in every revision.

Identity, statuses and times belong to the story and are never in it, so that going back to a
version cannot bring back a status.
"""

import hashlib
import json
import unicodedata

from articles import body, dispatch

# In the order of the printed page. Texts, but for people and topics: lists of {"id", "name"}.
TEXT_FIELDS = (
    "kicker",
    "headline",
    "standfirst",
    "byline",
    "dateline",
    "source",
    "body",
    "wire_date",
)
LINE_FIELDS = tuple(name for name in TEXT_FIELDS if name not in {"standfirst", "body"})


def content(**fields):
    """Content in its stored form: every key, tidied characters, a sanitised body.

    Raises TypeError for a field that no version has.
    """
    made = dict.fromkeys(TEXT_FIELDS, "") | {"people": [], "topics": []}
    for name, value in fields.items():
        if name not in made:
            raise TypeError(f"{name!r} is no field of a version")
        made[name] = value
    for name in LINE_FIELDS:
        made[name] = dispatch.tidy_line(made[name])
    # A standfirst is printed as one line, and a header of a dispatch holds one line.
    made["standfirst"] = dispatch.tidy_line(made["standfirst"].replace("\n", " "))
    made["body"] = body.sanitise(made["body"])
    return made


def as_printed(rows):
    """People or topics as a version holds them: by id, with the name of that day."""
    return [{"id": row.pk, "name": row.name} for row in rows]


def canonical(content):
    """JSON with sorted keys, no spaces, NFC: the bytes that a hash is taken over."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", text).encode()


def content_hash(content):
    """sha256 in hexadecimal.

    Over the whole content with the body's HTML: a change of nothing but a link is a change of
    what was approved.
    """
    return hashlib.sha256(canonical(content)).hexdigest()


def dispatch_of(content, *, code=None, section="", language="", embargo="", comment_count=0):
    """The dispatch that prints this content.

    `section`, `language` and `embargo` are given where reading the file without them would give
    another value.
    """
    return dispatch.Dispatch(
        headline=content["headline"],
        code=code,
        headers=dispatch.Headers(
            byline=content["byline"],
            dateline=content["dateline"],
            date=content["wire_date"],
            embargo=embargo,
            section=section,
            tags=tuple(topic["name"] for topic in content["topics"]),
            source=content["source"],
            language=language,
            summary=content["standfirst"],
        ),
        paragraphs=body.to_paragraphs(content["body"]),
        comment_count=comment_count,
    )
