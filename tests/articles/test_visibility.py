"""What a reader sees is one question, asked of the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from articles.models import Article
from articles.workflow import PublicationStatus, WorkflowStatus

NOON = datetime(2026, 1, 13, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("publish_at", "embargo_until", "held", "expire_at", "visible"),
    [
        (NOON, None, False, None, True),
        (NOON - HOUR, None, False, None, True),
        (NOON + HOUR, None, False, None, False),
        (NOON - HOUR, NOON + HOUR, False, None, False),
        (NOON - HOUR, NOON, False, None, True),
        (NOON + HOUR, NOON - HOUR, False, None, False),
        (NOON - HOUR, None, True, None, False),
        (NOON - HOUR, None, False, NOON, False),
        (NOON - HOUR, None, False, NOON + HOUR, True),
    ],
)
def test_a_published_story_is_visible_between_its_hours(
    file_article, publish_at, embargo_until, held, expire_at, visible
):
    article = file_article()
    article.embargo_until, article.held_open_ended = embargo_until, held
    article.expire_at = expire_at
    article.save(update_fields=["embargo_until", "held_open_ended", "expire_at"])

    article.move("submit", by=None, at=NOON - HOUR)
    article.move("publish", by=None, at=NOON - HOUR, publish_at=publish_at)

    assert Article.objects.visible(NOON).filter(pk=article.pk).exists() is visible
    assert article.is_visible(NOON) is visible


@pytest.mark.parametrize("workflow", WorkflowStatus)
@pytest.mark.parametrize("publication", PublicationStatus)
def test_no_status_but_published_is_ever_visible(publish_article, workflow, publication):
    article = publish_article(at=NOON - HOUR)
    changes = {"workflow_status": workflow, "publication_status": publication}
    if publication != PublicationStatus.PUBLISHED:
        changes["visible_from"] = None
    try:
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(**changes)
    except IntegrityError:
        assert workflow == WorkflowStatus.CLEAN
        assert publication in {PublicationStatus.UNPUBLISHED, PublicationStatus.WITHDRAWN}
        return

    visible = Article.objects.visible(NOON).filter(pk=article.pk).exists()

    assert visible is (publication == PublicationStatus.PUBLISHED)


@pytest.mark.parametrize(
    "changes",
    [
        {"publication_status": "withdrawn"},
        {"publication_status": "killed"},
        {"publication_status": "unpublished"},
        {"visible_from": None},
        {"held_open_ended": True},
        {"publish_at": None},
        {"first_published_at": None},
        {"visible_from": NOON - 2 * HOUR},
        {"visible_from": NOON},
        {"embargo_until": NOON + HOUR},
        {"public_revision": None},
        {"workflow_status": "unknown"},
        {"publication_status": "unknown"},
    ],
)
def test_the_database_refuses_a_story_whose_hours_contradict_its_status(publish_article, changes):
    article = publish_article(at=NOON - HOUR)

    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**changes)


def test_the_later_of_publication_and_embargo_decides(file_article):
    article = file_article(origin={"embargo_until": NOON + HOUR})
    article.move("submit", by=None, at=NOON)

    article.move("publish", by=None, at=NOON)

    assert article.visible_from == NOON + HOUR
    assert article.first_published_at == NOON + HOUR


def test_lists_are_ordered_by_the_first_visible_moment(publish_article, file_article):
    embargoed = file_article(origin={"embargo_until": NOON})
    embargoed.move("submit", by=None, at=NOON - 3 * HOUR)
    embargoed.move("publish", by=None, at=NOON - 3 * HOUR)
    later_filed = publish_article(at=NOON - HOUR)

    at_noon = list(Article.objects.visible(NOON).newest_first())

    assert at_noon == [embargoed, later_filed]
