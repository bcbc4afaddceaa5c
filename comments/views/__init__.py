"""The reader's pages of a discussion. Their addresses come from the story, never from a request.

reading (what everybody sees) · saying (the way in) · mending (what its author may still do)
"""

from comments.views.mending import edit_comment, withdraw_comment
from comments.views.reading import comment, count, discussion, discussion_by_code
from comments.views.saying import new_comment

__all__ = [
    "comment",
    "count",
    "discussion",
    "discussion_by_code",
    "edit_comment",
    "new_comment",
    "withdraw_comment",
]
