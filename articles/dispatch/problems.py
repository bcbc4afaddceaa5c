"""What can be wrong with a dispatch, and what is merely worth a word to the editor.

Names are what reports, the command line and tests rely on; the sentences may change.
`{found}` in a sentence stands for the piece of the file that it is about.
"""

from dataclasses import dataclass

ERRORS = {
    "too-large": "The file is larger than {found}; split it into smaller ones.",
    "empty": "There is no text in the file; send it again with a headline and a story.",
    "encoding": "{found} cannot be read as text; save the file as UTF-8, or name its encoding.",
    "binary": "There is a zero byte, so this is no text; save the story as plain text.",
    "archive": "This is a packed file ({found}); unpack it first and send what is inside.",
    "not-plain-text": "This is {found} and no plain text; save the story as plain text.",
    "wire-format": "This is a whole wire transmission with its envelope; send only its text.",
    "no-headline": "'{found}' stands where the headline should be; put a headline above it, or"
    " a backslash before it if it is the headline.",
    "headline-too-long": "The headline has {found} characters and 300 are allowed; put a shorter"
    " line on top.",
    "no-body": "There is a headline and no story; add a paragraph, or allow empty bodies.",
    "text-after-trailer": "There is text after the line '{found}'; remove that text, or put a"
    " backslash before the line if it belongs to the story.",
    "trailer-glued": "The next story sticks to the comment line in '{found}'; put a line break"
    " after the number, or a backslash before the line if it belongs to the story.",
    "unknown-header": "No header is named '{found}'; correct its spelling, or put an empty line"
    " and text above it if this is the story.",
    "duplicate-header": "The header '{found}' stands there twice; keep one of the two.",
    "bad-date": "'{found}' is no date that can be read safely; write 2012-01-17, or"
    " 2012-01-17T10:00+02:00.",
    "bad-code": "'{found}' is no code; write one to three letters and one to six digits, such"
    " as W460.",
    "two-codes": "The dispatch has two codes, {found}; keep the right one.",
    "bad-header": "The header {found}.",
    "unknown-section": "There is no section '{found}'; correct its name, or let the import make"
    " new sections.",
    "unreadable": "The file cannot be opened ({found}); check its name and its permissions.",
    "not-a-file": "This is no ordinary file but {found}; name a file or a folder.",
    "not-published": "{found} Mend that, or import it without --publish.",
    "busy": "Others kept changing this story meanwhile; import the file again.",
    "no-codes-left": "Section '{found}' has no codes left; give the section other letters.",
    "duplicate-code": "The code stands on two different stories, {found}; give one of them"
    " another code.",
}

CONFLICTS = {
    "edited": "An editor has changed the story since the last import; import it with --overwrite"
    " to lose that work.",
    "collision": "The code belongs to another story, '{found}'; give the dispatch another code, or"
    " import it with --replace.",
    "deleted": "The story of this code was deleted; give the dispatch another code.",
}

WARNINGS = {
    "encoding-used": "The file is not UTF-8 and was read in the encoding that was named.",
    "control-chars": "Control characters were removed.",
    "c1-repaired": "Quotation marks and dashes from Windows were repaired.",
    "replacement-char": "The text has a replacement character: something was lost before us.",
    "headline-joined": "The headline was wrapped and has been joined.",
    "headline-block": "Only the first line is the headline; the lines right under it are text.",
    "code-like": "This line looks like a code and was kept as text.",
    "header-like": "These lines look like headers and were kept as text.",
    "trailer-like": "The last line looks like a comment count and was kept as text.",
    "stray-trailer": "The comment line stands there more than once.",
    "comments-not-imported": "The comments that the dispatch counts are not imported.",
    "wire-mark": "The text ends with a mark of the wire.",
    "incomplete": "The text says that more follows.",
    "wire-directive": "The headline gives an order to editors.",
    "possible-duplicate": "Another story has the same headline.",
}

# Enough for the places of two files, not for a whole paragraph.
_SHOWN = 160


@dataclass(frozen=True)
class Notice:
    """A name out of WARNINGS and the line it is about, 0 where it is about the whole file."""

    name: str
    line: int

    @property
    def message(self) -> str:
        return WARNINGS[self.name]


class DispatchError(ValueError):
    """Why a dispatch cannot be taken: a name out of ERRORS or CONFLICTS, and a sentence.

    `line` is 0 where no line can be named. `headline` is empty and `code` None until known.
    """

    def __init__(
        self,
        name: str,
        line: int = 0,
        *,
        found: str = "",
        headline: str = "",
        code: str | None = None,
    ):
        if len(found) > _SHOWN:
            found = found[: _SHOWN - 1] + "…"
        sentence = ERRORS[name] if name in ERRORS else CONFLICTS[name]
        self.name = name
        self.line = line
        self.message = sentence.format(found=found)
        self.headline = headline
        self.code = code
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message
