"""The record of the newsroom. Each module leans only on those above it:

kept (rows that are only added) · languages (what is in one) · sections (where readers find a
story) · people (who writes; topics) · record (versions, events, the register of codes) ·
transitions (a save and a move) · stories (the story itself)
"""

from articles.models.people import Person, Topic
from articles.models.record import Code, Event, Revision
from articles.models.sections import Section
from articles.models.stories import Article
from articles.models.transitions import StaleVersion

__all__ = [
    "Article",
    "Code",
    "Event",
    "Person",
    "Revision",
    "Section",
    "StaleVersion",
    "Topic",
]
