"""Why something that a reader sent was not taken."""

import math

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Refused(Exception):
    """Nothing was stored; the sentence tells the reader why."""


class StoryGone(Refused):
    """Readers do not see the story."""


class DiscussionClosed(Refused):
    pass


class GuestsRefused(Refused):
    pass


class ParentGone(Refused):
    """What was to be answered is not shown in this discussion."""


class TokenSpent(Refused):
    """The form has made a comment already, and now holds another text."""


class NameMissing(Refused):
    """The account has no public name yet, or is closed."""


class TooFast(Refused):
    """`wait` is how long until the next comment may come."""

    def __init__(self, wait):
        self.wait = wait
        seconds = math.ceil(wait.total_seconds())
        super().__init__(
            ngettext(
                "You posted a moment ago. Wait %(count)s second and post this once more.",
                "You posted a moment ago. Wait %(count)s seconds and post this once more.",
                seconds,
            )
            % {"count": seconds}
            if seconds <= 60
            else ngettext(
                "You posted many comments within minutes. Post this in %(count)s minute.",
                "You posted many comments within minutes. Post this in %(count)s minutes.",
                math.ceil(seconds / 60),
            )
            % {"count": math.ceil(seconds / 60)}
        )


class SaidAlready(Refused):
    """The same person said the same here; `earlier` is that comment."""

    def __init__(self, earlier):
        self.earlier = earlier
        super().__init__(_("You said the same here already; it was not posted twice."))


class TooLate(Refused):
    """The comment cannot be edited any more."""


class Unfit(Refused):
    """The text or the name cannot stand. `field` is "body" or "name"."""

    def __init__(self, sentence, field):
        super().__init__(sentence)
        self.field = field
