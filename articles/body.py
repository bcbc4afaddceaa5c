"""The body of a story: HTML in exactly the form that the admin's editor writes.

`from_paragraphs` and `to_paragraphs` are inverse on what an import makes. A paragraph is a string
without blank lines; a line break inside it is kept. Runs of spaces become no-break spaces, since
HTML folds plain ones; a single no-break space stays what it is.
"""

import re
from html import escape
from html.parser import HTMLParser

import nh3

from articles.dispatch import paragraphs_of, tidy_text

# What the editor offers is what the sanitiser lets through.
EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2]},
    "Blockquote": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
}
_cleaner = nh3.Cleaner(
    tags={"p", "h2", "blockquote", "ul", "ol", "li", "br", "strong", "em", "a"},
    attributes={"a": {"href", "title", "rel"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
_NBSP = "\u00a0"
_BLOCKS = r"p|h2|blockquote|ul|ol|li"
_HAS_BLOCK = re.compile(rf"<(?:{_BLOCKS})[ >]")
_SPACES = re.compile(r"[ \t\n]+")
_AROUND_BLOCKS = re.compile(rf"(</?(?:{_BLOCKS})(?: [^>]*)?>|<br>) ")
_BEFORE_CLOSING = re.compile(rf" (</?(?:{_BLOCKS})(?: [^>]*)?>|<br>)")
_EMPTY = re.compile(rf"<({_BLOCKS})></\1>")
# Two or more spaces anywhere, or any at the start of a line.
_FOLDED = re.compile(r" {2,}|(?:^|(?<=\n)) ")


def sanitise(html):
    """The body as it may be stored: the editor's elements only, links to http, https and mail.

    Idempotent, and leaves what the editor wrote as it is. Text without any block element, as
    typed where the editor's script did not run, is read as paragraphs between blank lines.
    """
    text = _cleaned(tidy_text(html))
    if _HAS_BLOCK.search(text):
        text = _evened(text)
    if not _HAS_BLOCK.search(text):
        blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
        lines = ("<br>".join(block.split("\n")) for block in blocks if block)
        text = _evened(_cleaned("".join(f"<p>{line}</p>" for line in lines)))
    return text


def _cleaned(html):
    """Cleaned until it reads back as itself: what is nested wrongly comes apart only when it is
    read again. What never settles keeps its words and loses its markup."""
    for _ in range(8):
        cleaned = _cleaner.clean(html)
        if cleaned == html:
            return cleaned
        html = cleaned
    return nh3.clean(html, tags=set())


def _evened(html):
    """Without the white space that the editor folds, and without empty blocks."""
    before = None
    while html != before:
        before = html
        html = _SPACES.sub(" ", html).strip()
        html = _AROUND_BLOCKS.sub(r"\1", html)
        html = _BEFORE_CLOSING.sub(r"\1", html)
        html = _EMPTY.sub("", html)
    return html


def from_paragraphs(paragraphs):
    """The body of plain paragraphs, as an import stores it."""
    return "".join(f"<p>{_line_html(paragraph)}</p>" for paragraph in paragraphs)


def _line_html(paragraph):
    kept = _FOLDED.sub(lambda run: _NBSP * len(run.group()), paragraph)
    return escape(kept, quote=False).replace(_NBSP, "&nbsp;").replace("\n", "<br>")


def to_paragraphs(html):
    """The plain paragraphs of a body, as a dispatch prints them.

    Subheads and quotations become paragraphs, a list one paragraph of lines that begin with
    "- ", links their text.
    """
    reader = _ParagraphReader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return tuple(reader.paragraphs)


class _ParagraphReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.paragraphs = []
        self._text = []
        self._list_depth = 0

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self._text.append("\n")
        elif tag in {"ul", "ol"}:
            if not self._list_depth:
                self.end_paragraph()
            self._list_depth += 1
        elif tag == "li":
            self._text.append("\n- ")
        elif tag in {"p", "h2"}:
            if not self._list_depth:
                self.end_paragraph()
            elif self._text and not self._text[-1].endswith("- "):
                self._text.append("\n")

    def handle_endtag(self, tag):
        if tag in {"ul", "ol"}:
            self._list_depth = max(0, self._list_depth - 1)
        if tag in {"p", "h2", "ul", "ol", "blockquote"} and not self._list_depth:
            self.end_paragraph()

    def handle_data(self, data):
        self._text.append(_SPACES.sub(" ", data))

    def end_paragraph(self):
        # In the form that the lines of a file come in, so that what goes out comes in the same.
        lines = [line for line in tidy_text("".join(self._text)).split("\n") if line]
        self._text = []
        if lines:
            self.paragraphs += paragraphs_of([lines])
