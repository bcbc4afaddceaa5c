"""What a browser of the desk sends."""

import pytest
from django.urls import reverse


@pytest.fixture
def form_of():
    """form_of(article) is the address of its form."""
    return lambda article: reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def typed():
    """typed(article, field=...) is what the browser sends for the form of a story."""

    def typed(article, **changes):
        stored = article.working_content
        fields = {
            name: stored[name]
            for name in ("kicker", "headline", "standfirst", "byline", "dateline", "source", "body")
        }
        return (
            fields
            | {
                "topics": [topic["id"] for topic in stored["topics"]],
                "section": article.section_id,
                "language": article.language,
                "version": article.version,
                "_continue": "1",
            }
            | changes
        )

    return typed
