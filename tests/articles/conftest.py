import pytest

from articles.dispatch import read
from articles.filing import Desk


@pytest.fixture
def take(world):
    """take(text, **options) files every dispatch of a text in one run."""

    def take(text, place="wire.txt", desk=None, **options):
        desk = desk or Desk(**options)
        return [desk.file(found, f"{place}:{found.line}") for found in read(text.encode())]

    return take
