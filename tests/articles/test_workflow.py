"""The table of moves, told as the desk tells it."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.models import Article, Event
from articles.workflow import (
    MOVES,
    MoveRefused,
    PublicationStatus,
    PublishKind,
    WorkflowStatus,
)
from tests.conftest import text_of

NOON = datetime(2026, 1, 13, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DETAILS = {"reason": "For a good reason.", "publish_at": NOON + HOUR}


def details_for(move, article):
    given = {name: DETAILS[name] for name in move.needs if name in DETAILS}
    if "kind" in move.needs and article.was_visible(NOON):
        given["kind"] = PublishKind.UPDATE
    return given


def put(article, workflow, publication):
    """The row in a state, without the workflow that would lead there."""
    changes = {"workflow_status": workflow, "publication_status": publication}
    if publication != PublicationStatus.UNPUBLISHED:
        changes |= {
            "public_revision": article.working_revision,
            "publish_at": NOON - HOUR,
            "first_published_at": NOON - HOUR,
        }
    if publication == PublicationStatus.PUBLISHED:
        changes["visible_from"] = NOON - HOUR
    Article.objects.filter(pk=article.pk).update(**changes)
    return Article.objects.get(pk=article.pk)


@pytest.mark.parametrize("publication", PublicationStatus)
@pytest.mark.parametrize("workflow", WorkflowStatus)
@pytest.mark.parametrize("name", MOVES)
def test_only_the_tables_moves_are_made(file_article, name, workflow, publication):
    if workflow == WorkflowStatus.CLEAN and publication in {"unpublished", "withdrawn"}:
        return  # no story is ever there: the database refuses it
    article = put(file_article(), workflow, publication)
    move = MOVES[name]
    fits = (
        workflow in move.sources
        and publication in move.publication
        and move.seen in {None, publication != PublicationStatus.UNPUBLISHED}
    )
    events = Event.objects.count()
    try:
        article.move(name, by=None, at=NOON, **details_for(move, article))
    except MoveRefused:
        stored = Article.objects.get(pk=article.pk)
        assert (stored.workflow_status, stored.publication_status) == (workflow, publication)
        assert Event.objects.count() == events
        assert not fits or move.guards or move.checks
    else:
        stored = Article.objects.get(pk=article.pk)
        assert fits
        assert stored.workflow_status == move.lands(workflow)
        assert stored.publication_status == (move.published_as or publication)
        assert Event.objects.count() > events


ROLES_OF = {
    "submit": {"editor", "publisher", "reporter"},
    "recall": {"reporter"},
    "claim": {"editor", "publisher"},
    "return": {"editor", "publisher"},
    "approve": {"editor", "publisher"},
    "publish": {"editor", "publisher"},
    "schedule": {"editor", "publisher"},
    "unschedule": {"editor", "publisher"},
    "unpublish": {"editor", "publisher"},
}


def test_every_move_has_its_people():
    assert set(ROLES_OF) == set(MOVES)


@pytest.mark.parametrize("role", ["reporter", "editor", "publisher", "moderator", "nobody"])
@pytest.mark.parametrize("name", MOVES)
def test_a_move_is_made_by_its_people_alone(request, account, reporter, file_article, name, role):
    user = account("nobody") if role == "nobody" else request.getfixturevalue(role)
    article = file_article(by=reporter)

    assert MOVES[name].permission(user, article) is (role in ROLES_OF[name])


def test_desk_work_ends_at_the_border_of_a_section(account, arabic, file_article):
    stranger = account("stranger", "Section editor", sections=[arabic])
    article = file_article()
    article.move("submit", by=None)

    with pytest.raises(MoveRefused, match="ask"):
        article.move("publish", by=stranger)

    assert article not in Article.objects.visible_to(stranger)


def test_a_reporter_files_and_takes_back_their_own(reporter, account, file_article):
    article = file_article(by=reporter)
    article.move("submit", by=reporter)
    colleague = account("colleague", "Reporter")

    with pytest.raises(MoveRefused):
        article.move("recall", by=colleague)
    article.move("recall", by=reporter)

    assert article.workflow_status == WorkflowStatus.DRAFT


@pytest.mark.parametrize("field", ["headline", "body"])
def test_an_incomplete_story_is_not_filed_to_the_desk(file_article, field):
    article = file_article(**{field: ""})

    with pytest.raises(MoveRefused, match=field):
        article.move("submit", by=None)

    assert article.workflow_status == WorkflowStatus.DRAFT


@pytest.mark.parametrize(
    "left", ["It cost TK crowns.", "He said so [[check with Ana]].", "[[two\nlines]]"]
)
def test_what_was_left_for_colleagues_never_goes_out(file_article, left):
    article = file_article("The road is closed.", left)
    article.move("submit", by=None)

    for name in ("approve", "publish"):
        with pytest.raises(MoveRefused):
            article.move(name, by=None)

    assert article.workflow_status == WorkflowStatus.SUBMITTED


def test_a_word_that_holds_tk_is_no_gap(publish_article):
    assert publish_article("The ATKINS report says BTK.").visible_from


def test_publishing_an_unapproved_text_approves_it_and_says_so(file_article, publisher):
    article = file_article()
    article.move("submit", by=None)

    article.move("publish", by=publisher)

    names = list(article.events.values_list("name", "by__username"))
    assert names[-2:] == [("approve", "publisher"), ("publish", "publisher")]


def test_nobody_approves_a_text_of_theirs_alone(file_article, editor, publisher, settings):
    article = file_article(by=editor)
    article.move("submit", by=editor)

    with pytest.raises(MoveRefused, match="only author"):
        article.move("publish", by=editor)
    article.move("approve", by=publisher)
    article.move("publish", by=editor)

    assert article.publication_status == PublicationStatus.PUBLISHED


def test_a_superuser_passes_permissions_and_no_guard(account, editor, publisher, file_article):
    root = account("root", is_superuser=True)
    article = file_article(by=root)
    article.move("submit", by=root)

    with pytest.raises(MoveRefused, match="only author"):
        article.move("publish", by=root)


def test_four_eyes_rest_where_one_person_may_approve(file_article, editor):
    article = file_article(by=editor)
    article.move("submit", by=editor)

    article.move("publish", by=editor)

    assert article.publication_status == PublicationStatus.PUBLISHED


def test_four_eyes_can_be_switched_off(file_article, editor, publisher, settings):
    settings.NEWSROOM_FOUR_EYES = False
    article = file_article(by=editor)
    article.move("submit", by=editor)

    article.move("publish", by=editor)

    assert article.publication_status == PublicationStatus.PUBLISHED


def test_an_edit_takes_the_approval_away(file_article, editor):
    article = file_article()
    article.move("submit", by=None)
    article.move("approve", by=None)

    article.save_working_copy(text_of("Another text."), by=editor, version=1)

    assert article.workflow_status == WorkflowStatus.IN_EDIT


def test_a_change_of_a_link_alone_takes_the_approval_away(file_article, editor):
    link = '<p>Read <a href="https://{}.example">it</a>.</p>'
    article = file_article(body=link.format("one"))
    article.move("submit", by=None)
    article.move("approve", by=None)

    article.save_working_copy(text_of(body=link.format("other")), by=editor, version=1)

    assert article.workflow_status == WorkflowStatus.IN_EDIT


def test_a_scheduled_story_appears_by_itself(file_article):
    article = file_article()
    article.move("submit", by=None, at=NOON)
    article.move("approve", by=None, at=NOON)

    article.move("schedule", by=None, at=NOON, publish_at=NOON + HOUR)

    assert article not in Article.objects.visible(NOON + HOUR - timedelta(microseconds=1))
    assert article in Article.objects.visible(NOON + HOUR)


@pytest.mark.parametrize("publish_at", [None, NOON, NOON - HOUR, NOON + timedelta(days=36500)])
def test_an_hour_that_is_no_hour_ahead_schedules_nothing(file_article, publish_at):
    article = file_article()
    article.move("submit", by=None)
    article.move("approve", by=None)

    with pytest.raises(MoveRefused):
        article.move("schedule", by=None, at=NOON, publish_at=publish_at)

    assert article.publication_status == PublicationStatus.UNPUBLISHED


def test_a_story_taken_off_the_schedule_never_becomes_public(file_article):
    article = file_article()
    article.move("submit", by=None, at=NOON)
    article.move("approve", by=None, at=NOON)
    article.move("schedule", by=None, at=NOON, publish_at=NOON + HOUR)

    article.move("unschedule", by=None, at=NOON)

    assert article.workflow_status == WorkflowStatus.APPROVED
    assert article not in Article.objects.visible(NOON + 2 * HOUR)
    assert article.first_published_at is None


def test_a_scheduled_story_that_is_being_edited_comes_off_the_schedule(file_article, editor):
    article = file_article()
    article.move("submit", by=None, at=NOON)
    article.move("approve", by=None, at=NOON)
    article.move("schedule", by=None, at=NOON, publish_at=NOON + HOUR)
    article.save_working_copy(text_of("Better."), by=editor, version=1)

    article.move("unschedule", by=None, at=NOON)

    assert article.workflow_status == WorkflowStatus.DRAFT
    assert article not in Article.objects.visible(NOON + 2 * HOUR)


def test_what_readers_have_seen_is_never_scheduled(publish_article, editor):
    article = publish_article(at=NOON - HOUR)
    article.save_working_copy(text_of("New."), by=None, version=1)
    article.move("submit", by=None, at=NOON)
    article.move("approve", by=None, at=NOON)

    with pytest.raises(MoveRefused, match="already see"):
        article.move("schedule", by=None, at=NOON, publish_at=NOON + HOUR)


@pytest.mark.parametrize(("kind", "moves"), [("minor", False), ("update", True)])
def test_a_later_publication_keeps_its_place_in_the_lists(publish_article, kind, moves):
    article = publish_article(at=NOON - HOUR)
    article.save_working_copy(text_of(headline="Road open"), by=None, version=1)
    article.move("submit", by=None, at=NOON)

    article.move("publish", by=None, at=NOON, kind=kind)

    article.refresh_from_db()
    assert article.headline == "Road open"
    assert article.visible_from == article.first_published_at == NOON - HOUR
    assert (article.updated_at == NOON) is moves


@pytest.mark.parametrize("kind", [None, "initial", "correction", "nonsense"])
def test_a_later_publication_says_of_which_kind_it_is(publish_article, kind):
    article = publish_article(at=NOON - HOUR)
    article.save_working_copy(text_of(headline="Road open"), by=None, version=1)
    article.move("submit", by=None, at=NOON)

    with pytest.raises(MoveRefused, match="minor or an update"):
        article.move("publish", by=None, at=NOON, kind=kind)

    assert Article.objects.get().workflow_status == WorkflowStatus.SUBMITTED


def test_unpublishing_needs_a_reason_and_takes_the_page_away(publish_article):
    article = publish_article(at=NOON - HOUR)

    with pytest.raises(MoveRefused, match="why"):
        article.move("unpublish", by=None, at=NOON, reason="  ")
    article.move("unpublish", by=None, at=NOON, reason="The source withdrew it.")

    assert article not in Article.objects.visible(NOON)
    assert article.workflow_status == WorkflowStatus.DRAFT
    assert article.events.order_by("pk").last().reason == "The source withdrew it."


def test_a_story_published_again_takes_a_new_place_and_keeps_its_first_hour(publish_article):
    article = publish_article(at=NOON - HOUR)
    article.move("unpublish", by=None, at=NOON, reason="Doubt.")
    article.move("submit", by=None, at=NOON)

    article.move("publish", by=None, at=NOON + HOUR, kind="update")

    assert article.visible_from == NOON + HOUR
    assert article.first_published_at == NOON - HOUR


def test_of_two_who_move_at_once_one_is_told(file_article):
    article = file_article()
    article.move("submit", by=None)
    mine, theirs = Article.objects.get(), Article.objects.get()
    theirs.move("claim", by=None)

    with pytest.raises(MoveRefused, match="Somebody else"):
        mine.move("publish", by=None)

    assert Article.objects.get().workflow_status == WorkflowStatus.IN_EDIT


def test_a_text_that_was_saved_meanwhile_is_not_approved_unseen(file_article, editor):
    article = file_article()
    article.move("submit", by=None)
    mine, theirs = Article.objects.get(), Article.objects.get()
    theirs.save_working_copy(text_of("Another text."), by=editor, version=1)

    with pytest.raises(MoveRefused, match="Somebody else"):
        mine.move("approve", by=None)

    assert Article.objects.get().workflow_status == WorkflowStatus.SUBMITTED


def test_people_and_topics_are_printed_at_publication(file_article):
    from articles.models import Person, Topic

    ana = Person.objects.create(name="Ana Lima", slug="ana-lima")
    snow = Topic.objects.create(name="Snow", slug="snow")
    article = file_article(
        people=[{"id": ana.pk, "name": "Ana Lima"}], topics=[{"id": snow.pk, "name": "Snow"}]
    )
    assert not article.people.exists()
    article.move("submit", by=None)

    article.move("publish", by=None)

    assert list(article.people.all()) == [ana]
    assert list(article.topics.all()) == [snow]
