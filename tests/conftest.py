"""The people and papers of the tests."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from hypothesis import settings

from articles.body import from_paragraphs
from articles.content import content
from articles.models import Article, Person, Section

# A slow machine is no wrong answer.
settings.register_profile("newsroom", parent=settings(), deadline=None)
settings.load_profile("newsroom")


def pytest_collection_modifyitems(items):
    for item in items:
        asks_a_database = item.get_closest_marker("django_db") or not {
            "db",
            "transactional_db",
        }.isdisjoint(item.fixturenames)
        if not asks_a_database:
            item.add_marker("quick")


@pytest.fixture
def world(db):
    section, _created = Section.objects.get_or_create(
        code_prefix="W", defaults={"name": "World", "slug": "world"}
    )
    return section


@pytest.fixture
def arabic(db):
    section, _created = Section.objects.get_or_create(
        code_prefix="A", defaults={"name": "العربية", "slug": "arabic", "language": "ar"}
    )
    return section


@pytest.fixture
def account(db):
    """account("name", "Group", sections) makes a member of staff."""

    def make(username, group="", sections=(), **fields):
        user = get_user_model().objects.create_user(
            username, password="secret", **{"is_staff": True} | fields
        )
        if group:
            user.groups.add(Group.objects.get(name=group))
        if sections:
            person = Person.objects.create(user=user, name=username, slug=username)
            person.sections.set(sections)
        return user

    return make


@pytest.fixture
def reporter(account):
    return account("reporter", "Reporter")


@pytest.fixture
def editor(account):
    return account("editor", "Section editor")


@pytest.fixture
def publisher(account):
    return account("publisher", "Publisher")


@pytest.fixture
def moderator(account):
    return account("moderator", "Moderator")


_LEADS_TO_CODE = re.compile(r"\s*(javascript|data):", re.IGNORECASE)


class _ActingElements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        acts = any(
            name.startswith("on")
            # What stands in a box leads nowhere.
            or (name != "value" and _LEADS_TO_CODE.match(value or ""))
            for name, value in attrs
        )
        inline_script = tag == "script" and not dict(attrs).get("src")
        if acts or inline_script or tag in {"svg", "math", "iframe", "object", "embed", "base"}:
            self.found.append(self.get_starttag_text())


def acting_elements(page):
    """The elements of a page that could act for somebody who wrote into it."""
    parser = _ActingElements()
    parser.feed(page)
    return parser.found


def text_of(*paragraphs, **fields):
    """Content with everything that the publish gate asks for."""
    return content(
        **{
            "headline": "Snow closes the coast road",
            "byline": "Ana Lima",
            "standfirst": "The plough is in the ditch.",
            "body": from_paragraphs(paragraphs or ("The road is closed.", "It may open.")),
        }
        | fields
    )


@pytest.fixture
def file_article(world):
    """file_article(...) files a draft; fields of content may be given."""

    def file(*paragraphs, section=None, by=None, code=None, language="", origin=None, **fields):
        return Article.objects.file(
            text_of(*paragraphs, **fields),
            section or world,
            by=by,
            code=code,
            language=language,
            **(origin or {}),
        )

    return file


@pytest.fixture
def publish_article(file_article):
    """publish_article(at=..., ...) files a story and publishes it through the workflow."""

    def publish(*paragraphs, at=None, **fields):
        article = file_article(*paragraphs, **fields)
        article.move("submit", by=None, at=at)
        article.move("publish", by=None, at=at)
        return article

    return publish


@pytest.fixture
def real_dispatches():
    """The folder of real dispatches, which are not the project's own and live elsewhere."""
    folder = os.environ.get("NEWSROOM_DISPATCHES")
    if not folder:
        pytest.skip("NEWSROOM_DISPATCHES does not say where real dispatches are")
    return Path(folder)
