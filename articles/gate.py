"""The publish gate: what a text must have before it goes out, and what an editor is warned of."""

import re

from django.utils.translation import gettext_lazy as _

from articles import body

_TO_COME = re.compile(r"\bTK\b")
_NOTE = re.compile(r"\[\[.*?\]\]", re.DOTALL)


def missing(content, section):
    """The names of required fields that are empty; asked when a story is filed or goes out."""
    return [
        name
        for name, value in (
            (_("headline"), content["headline"].strip()),
            (_("section"), section),
            (_("body"), body.to_paragraphs(content["body"])),
        )
        if not value
    ]


def blocks(content, section):
    """One sentence for each thing that must be mended before publication."""
    found = [_("There is no %(field)s.") % {"field": field} for field in missing(content, section)]
    text = "\n\n".join(
        (content["headline"], content["standfirst"], *body.to_paragraphs(content["body"]))
    )
    if match := _TO_COME.search(text):
        found.append(
            _("“TK” is left in the text, at “%(where)s”.") % {"where": _around(text, match)}
        )
    if match := _NOTE.search(text):
        found.append(
            _("A note to colleagues is left in the text: “%(note)s”.")
            % {"note": match.group()[:80]}
        )
    return found


def warnings(content):
    """One sentence for each thing that an editor may want to mend, and may leave."""
    found = []
    if not content["byline"].strip():
        found.append(_("There is no byline."))
    if not content["standfirst"].strip():
        found.append(_("There is no standfirst."))
    return found


def _around(text, match):
    return text[max(0, match.start() - 20) : match.end() + 20].replace("\n", " ").strip()
