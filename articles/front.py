"""The front page: a lead, a row of stories under it, and a band for each section, none twice."""

from dataclasses import dataclass

from articles.models import Article, Section

# One large, a row of three under it.
TOP_STORIES = 4
BAND_STORIES = 5


@dataclass(frozen=True)
class Band:
    section: Section
    stories: list


@dataclass(frozen=True)
class FrontPage:
    lead: Article | None
    second: list
    bands: list


def front_page():
    """Three queries: the newest stories, each section with its newest ids, those stories."""
    visible = Article.objects.visible()
    newest = list(visible.for_teasers().newest_first()[:TOP_STORIES])
    top = {story.pk for story in newest}
    # Some of a section's newest may stand on top already, so ask for that many more.
    places = BAND_STORIES + len(newest)
    sections = list(Section.objects.with_newest(visible, places))
    chosen = {}
    for section in sections:
        ids = (getattr(section, f"newest_{place + 1}") for place in range(places))
        rest = [pk for pk in ids if pk is not None and pk not in top]
        chosen[section.pk] = rest[:BAND_STORIES]
    wanted = [pk for ids in chosen.values() for pk in ids]
    stories = {story.pk: story for story in visible.for_teasers().filter(pk__in=wanted) if wanted}
    bands = [
        Band(section, [stories[pk] for pk in chosen[section.pk] if pk in stories])
        for section in sections
    ]
    return FrontPage(
        lead=newest[0] if newest else None,
        second=newest[1:],
        bands=[band for band in bands if band.stories],
    )
