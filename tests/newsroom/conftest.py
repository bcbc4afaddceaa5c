"""A small paper, read from the outside."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from articles.content import content
from articles.models import Article, Section
from comments import moderation, posting, tokens
from newsroom.models import HousePage


@pytest.fixture
def paper(db):
    """A section and its one story, W460, with one comment that readers see; a house page."""
    HousePage.objects.create(slug="contact", title="Contact", body="<p>Ring twice.</p>")
    world, _made = Section.objects.get_or_create(
        code_prefix="W", defaults={"name": "World", "slug": "world"}
    )
    editor = get_user_model().objects.create_superuser("edda")
    story = Article.objects.file(
        content(
            headline="Snow closes the coast road",
            standfirst="The plough is in the ditch.",
            byline="Ana Lima",
            body="<p>The road is closed.</p><p>It may open.</p>",
        ),
        world,
        code="W460",
    )
    story.move("submit", by=None)
    story.move("publish", by=None)
    comment = posting.post(
        story, body="Which plough?", guest_name="Ned Carrow", token=tokens.make(story.code)
    )
    moderation.transition(
        comment,
        expected=comment.status,
        revision=comment.revision,
        to="published",
        by=editor,
    )
    return story


@pytest.fixture
def passer_by():
    """A browser without cookies, to which a broken page is an answer and no exception."""
    return Client(raise_request_exception=False)
