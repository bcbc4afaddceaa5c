"""What readers say. Each module leans only on those above it:

discussions (what is said under one story, and how much) · readers (who has an account) · comments
(one thing that was said) · record (who decided what, what the rules found, what was said before)
"""

from comments.models.comments import REASON_MAX, Comment, Status
from comments.models.discussions import Discussion, Policy, discussion_of, visible_count
from comments.models.readers import NAME_MAX, Reader
from comments.models.record import MATCHED_MAX, EarlierText, ModerationEvent, Outcome, Verdict

__all__ = [
    "MATCHED_MAX",
    "NAME_MAX",
    "REASON_MAX",
    "Comment",
    "Discussion",
    "EarlierText",
    "ModerationEvent",
    "Outcome",
    "Policy",
    "Reader",
    "Status",
    "Verdict",
    "discussion_of",
    "visible_count",
]
