"""Latin words where Arabic is read."""

import re
from html.parser import HTMLParser

ADDRESS_LIKE = re.compile(r"https?://\S+|\b[A-Z]{1,3}[0-9]+\b")
WORD = re.compile(r"[A-Za-z]{2,}")
SPOKEN = {"alt", "aria-label", "content", "placeholder", "title"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source"}


class _Spoken(HTMLParser):
    """What is read of a page, to the eye or aloud, outside of what is marked as English."""

    def __init__(self):
        super().__init__()
        self.languages = []
        self.found = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        outer = self.languages[-1] if self.languages else None
        language = attrs.get("lang", outer)
        silent = tag in {"script", "style"} or (
            tag == "meta" and attrs.get("name") != "description"
        )
        if language == "ar" and not silent:
            self.found += [attrs[name] for name in SPOKEN & attrs.keys()]
        if tag == "input" and attrs.get("type") in {"submit", "button"}:
            self.found.append(attrs.get("value", ""))
        if tag not in VOID:
            self.languages.append(None if silent else language)

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.languages.pop()

    def handle_data(self, data):
        if self.languages and self.languages[-1] == "ar":
            self.found.append(data)


def latin_words(page, *names):
    """The Latin words that are read on an Arabic page, but for codes, addresses and these."""
    parser = _Spoken()
    parser.feed(page)
    assert not parser.languages
    read = ADDRESS_LIKE.sub("", "\n".join(parser.found))
    return [word for word in WORD.findall(read) if word not in names]
