"""Copy in the admin: `stories` (the list and the form) stands on `forms`; `house` is the rest."""

from articles.admin.house import PersonAdmin, SectionAdmin, TopicAdmin
from articles.admin.stories import StoryAdmin

__all__ = ["PersonAdmin", "SectionAdmin", "StoryAdmin", "TopicAdmin"]
