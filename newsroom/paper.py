"""What every page shows around its content: the paper's name, its sections, its house pages."""

from functools import cached_property

from django.conf import settings
from django.utils import timezone

from articles.languages import direction, interface_language
from articles.models import Section
from comments import own
from newsroom.models import HousePage, Paper


def own_names():
    """Under which nobody else may write. One query."""
    return [*Paper.objects.values_list("name", flat=True)]


class Masthead:
    """Loads each part when a template first asks for it: at most one query each for the paper, the
    sections and the house pages."""

    def __init__(self, request):
        self._request = request

    @cached_property
    def user(self):
        """Who is signed in, or None; a request without a session is not asked."""
        return own.reader(self._request)

    @cached_property
    def paper(self):
        return Paper.objects.first() or Paper()

    @cached_property
    def sections(self):
        return list(Section.objects.all())

    @cached_property
    def house_pages(self):
        return list(HousePage.objects.defer("body"))

    @property
    def language(self):
        """The language of the paper's name."""
        return settings.LANGUAGE_CODE

    @property
    def today(self):
        return timezone.localdate()


def context(request):
    """The masthead, and the site's language for pages that are about no story."""
    spoken = interface_language(settings.LANGUAGE_CODE)
    return {
        "masthead": Masthead(request),
        "page_language": spoken,
        "page_direction": direction(spoken),
    }
