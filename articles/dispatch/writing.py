"""From a dispatch back to its text; `reading` is the inverse."""

from articles.dispatch.escapes import escapable_headline, escapable_lines, with_a_backslash
from articles.dispatch.headers import header_lines
from articles.dispatch.shape import Dispatch


def write(dispatch: Dispatch) -> str:
    """Return the text of a dispatch whose fields are canonical, as its class says.

    Reading it gives an equal dispatch, with a comment count of 0 where there was none.
    """
    headline = dispatch.headline
    parts = [with_a_backslash(headline) if escapable_headline(headline) else headline]
    if dispatch.code:
        parts.append(dispatch.code)
    headers = header_lines(dispatch.headers)
    if headers:
        parts.append("\n".join(headers))
    if dispatch.paragraphs:
        lines = "\n\n".join(dispatch.paragraphs).split("\n")
        for position in escapable_lines(lines, after_headers=bool(headers)):
            lines[position] = with_a_backslash(lines[position])
        parts.append("\n".join(lines))
    parts.append(f"Comments {dispatch.comment_count or 0}")
    return "\n\n".join(parts) + "\n"
