"""A save makes a revision, and readers see nothing of it."""

import pytest
from django.db import IntegrityError, connection, models, transaction

from articles.models import Article, Event, Revision, StaleVersion
from articles.models.kept import KeptForEver
from articles.workflow import MoveRefused, WorkflowStatus
from tests.conftest import text_of


def test_a_new_story_has_its_first_revision_and_event(file_article, reporter):
    article = file_article(by=reporter)

    assert article.working_revision.number == article.version == 1
    assert article.working_revision.author == reporter
    assert [event.name for event in article.events.all()] == ["create"]


def test_a_save_leaves_what_readers_see(publish_article, editor):
    article = publish_article()
    columns = ("headline", "slug", "body", "standfirst", "byline", "visible_from", "updated_at")
    before = Article.objects.values(*columns).get()

    article.save_working_copy(
        text_of("All new.", headline="All new"), by=editor, version=article.version
    )

    assert Article.objects.values(*columns).get() == before
    assert Article.objects.get().working_headline == "All new"
    assert article.workflow_status == WorkflowStatus.DRAFT


def test_a_save_from_an_old_version_is_refused_and_writes_nothing(file_article, editor):
    article = file_article()
    article.save_working_copy(text_of("First."), by=editor, version=1)

    with pytest.raises(StaleVersion):
        article.save_working_copy(text_of("Second."), by=editor, version=1)

    assert Revision.objects.count() == 2
    assert Article.objects.get().working_content == text_of("First.")


def test_of_two_instances_read_at_once_the_second_save_is_refused(file_article, editor):
    file_article()
    mine, theirs = Article.objects.get(), Article.objects.get()
    theirs.save_working_copy(text_of("Theirs."), by=editor, version=1)

    with pytest.raises(StaleVersion):
        mine.save_working_copy(text_of("Mine."), by=editor, version=1)

    assert Article.objects.get().working_content == text_of("Theirs.")


def test_a_save_that_changes_nothing_writes_nothing(publish_article, editor):
    article = publish_article()

    saved = article.save_working_copy(text_of(), by=editor, version=article.version)

    assert saved is None
    assert article.workflow_status == WorkflowStatus.CLEAN
    assert Revision.objects.count() == 1


def test_no_door_stores_what_was_not_sanitised(file_article, world):
    hostile = "<p>x</p><script>alert(1)</script>"
    article = Article.objects.file({"headline": " a\x07b ", "body": hostile}, world)
    article.save_working_copy({"headline": "c", "body": hostile + "<p>y</p>"}, by=None, version=1)

    first, second = article.revisions.order_by("number")

    assert (first.content["headline"], first.content["body"]) == ("ab", "<p>x</p>")
    assert second.content["body"] == "<p>x</p><p>y</p>"


def test_a_killed_story_is_not_edited(publish_article, editor):
    article = publish_article()
    Article.objects.update(publication_status="killed", visible_from=None)
    article.refresh_from_db()

    with pytest.raises(MoveRefused):
        article.save_working_copy(text_of("No."), by=editor, version=1)


@pytest.mark.parametrize("model", [Revision, Event])
def test_the_record_is_only_added_to(file_article, model):
    file_article()
    row = model.objects.first()

    with pytest.raises(KeptForEver):
        row.save()
    with pytest.raises(KeptForEver):
        row.delete()
    with pytest.raises(KeptForEver):
        model.objects.all().delete()
    with pytest.raises(KeptForEver):
        model.objects.all().update(article=None)


def test_a_story_is_not_deleted(file_article):
    article = file_article()

    with pytest.raises(models.ProtectedError):
        article.delete()
    with pytest.raises(models.ProtectedError):
        Article.objects.all().delete()


def test_a_section_with_stories_is_not_deleted(world, file_article):
    file_article()

    with pytest.raises(models.ProtectedError):
        world.delete()


def test_two_revisions_never_share_a_number(file_article):
    article = file_article()
    row = {name: getattr(article.working_revision, name) for name in ("content", "content_hash")}

    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(
            article=article, number=1, origin="editor", created_at=article.created_at, **row
        )


def test_a_save_costs_the_same_however_old_the_story_is(file_article, editor):
    article = file_article()

    def queries():
        with connection.execute_wrapper(counting := Counting()):
            article.save_working_copy(
                text_of(f"Version {article.version}."), by=editor, version=article.version
            )
        return counting.count

    first = queries()
    for _ in range(10):
        queries()

    assert queries() == first


class Counting:
    count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)
