"""What every page shows around its content: the paper's name and its sections."""

from functools import cached_property

from django.conf import settings
from django.utils import timezone

from articles.models import Section
from newsroom.models import Paper


class Masthead:
    """Loads each part when a template first asks for it: at most one query for the paper and one
    for the sections."""

    @cached_property
    def paper(self):
        return Paper.objects.first() or Paper()

    @cached_property
    def sections(self):
        return list(Section.objects.all())

    @property
    def language(self):
        """The language of the paper's name."""
        return settings.LANGUAGE_CODE

    @property
    def today(self):
        return timezone.localdate()


def context(request):
    return {"masthead": Masthead()}
