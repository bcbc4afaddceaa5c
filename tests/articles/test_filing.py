"""What a dispatch does to the site: each rule of identity by its number."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from articles.dispatch import read, write
from articles.filing import Desk, Outcome, working_dispatch
from articles.models import Article, Code, Revision, Section, Topic
from tests.conftest import text_of

FIRST = """Snow closes the coast road

W460

The plough that was meant to open the road is lying in the ditch beside it.

Nobody was hurt, said the driver, who has walked home.

Comments 0
"""
CHANGED = FIRST.replace("has walked home", "was driven home by a neighbour")
UNRELATED = """A dictionary of words for rain

W460

He started with the invoices, because that is where the words had been written down.

Comments 0
"""


def outcomes(filed):
    return [(one.outcome.value, one.problem) for one in filed]


def test_i1_a_new_code_becomes_a_draft(take):
    (filed,) = take(FIRST)

    article = Article.objects.get(code="W460")
    assert (filed.outcome, filed.code) == (Outcome.IMPORTED, "W460")
    assert article.section.code_prefix == "W"
    assert article.workflow_status == "draft"
    assert article.publication_status == "unpublished"
    assert article.working_revision.origin == "import"
    assert write(working_dispatch(article)) == FIRST


def test_i2_the_same_again_changes_nothing(take):
    take(FIRST)

    assert outcomes(take(FIRST)) == [("unchanged", "")]
    assert Revision.objects.count() == 1


def test_i2_an_editors_later_change_stays(take, editor):
    take(FIRST)
    article = Article.objects.get()
    article.save_working_copy(text_of("Edited."), by=editor, version=1)

    assert outcomes(take(FIRST)) == [("unchanged", "")]
    assert Article.objects.get().working_content == text_of("Edited.")


def test_i2_what_an_editor_typed_and_a_file_says_alike_is_unchanged(take, file_article):
    article = file_article(code="W460")

    filed = take(write(working_dispatch(article)))

    assert outcomes(filed) == [("unchanged", "")]


def test_i3_a_changed_dispatch_updates_a_story_that_nobody_edited(take):
    take(FIRST)

    assert outcomes(take(CHANGED)) == [("updated", "")]
    assert write(working_dispatch(Article.objects.get())) == CHANGED
    assert list(Revision.objects.order_by("number").values_list("number", "origin")) == [
        (1, "import"),
        (2, "import"),
    ]


def test_i3_an_approved_text_goes_back_to_the_editor(take):
    take(FIRST)
    article = Article.objects.get()
    article.move("submit", by=None)
    article.move("approve", by=None)

    take(CHANGED)

    assert Article.objects.get().workflow_status == "in_edit"


def test_i4_an_editors_change_is_never_overwritten_unasked(take, editor):
    take(FIRST)
    edited = text_of("The plough that was meant to open the road is lying in the ditch beside it.")
    Article.objects.get().save_working_copy(edited, by=editor, version=1)

    assert outcomes(take(CHANGED)) == [("conflict", "edited")]
    assert Article.objects.get().working_content == edited
    assert outcomes(take(CHANGED, overwrite=True)) == [("updated", "")]
    assert Revision.objects.count() == 3


def test_i5_a_published_story_waits_for_approval(take):
    take(FIRST)
    article = Article.objects.get()
    article.move("submit", by=None)
    article.move("publish", by=None)
    body = Article.objects.get().body

    assert outcomes(take(CHANGED)) == [("updated", "")]

    article = Article.objects.get()
    assert article.body == body
    assert article.workflow_status == "draft"
    assert write(working_dispatch(article)) == CHANGED


def test_i5_an_editors_pending_change_of_a_published_story_stays(take, editor):
    take(FIRST)
    article = Article.objects.get()
    article.move("submit", by=None)
    article.move("publish", by=None)
    edited = text_of("The plough that was meant to open the road is lying in the ditch beside it.")
    article.save_working_copy(edited, by=editor, version=1)

    assert outcomes(take(CHANGED)) == [("conflict", "edited")]


@pytest.mark.parametrize("status", ["draft", "published"])
def test_i6_one_code_on_two_unrelated_stories_never_overwrites(take, status):
    take(FIRST)
    if status == "published":
        article = Article.objects.get()
        article.move("submit", by=None)
        article.move("publish", by=None)

    assert outcomes(take(UNRELATED)) == [("conflict", "collision")]
    assert outcomes(take(UNRELATED, overwrite=True)) == [("conflict", "collision")]
    assert Revision.objects.count() == 1
    assert outcomes(take(UNRELATED, replace=True)) == [("updated", "")]


def test_i7_a_code_whose_story_is_gone_is_not_used_again(take):
    Code.objects.create(text="W460")

    assert outcomes(take(FIRST)) == [("conflict", "deleted")]
    assert not Article.objects.exists()


def test_i7_a_killed_story_keeps_its_code(take):
    take(FIRST)
    article = Article.objects.get()
    article.move("submit", by=None)
    article.move("publish", by=None)
    Article.objects.update(publication_status="killed", visible_from=None)

    assert outcomes(take(CHANGED)) == [("conflict", "deleted")]
    assert outcomes(take(CHANGED, overwrite=True, replace=True)) == [("conflict", "deleted")]


def test_i8_a_text_without_a_code_is_known_by_what_it_says(take):
    text = FIRST.replace("W460\n\n", "")
    take(text)

    assert outcomes(take(text, place="other.txt")) == [("unchanged", "")]
    assert Article.objects.count() == 1


def test_i9_a_text_without_a_code_gets_the_next_of_its_section(take, world):
    (filed,) = take(FIRST.replace("W460\n\n", ""), section=world)

    assert (filed.outcome, filed.code) == (Outcome.IMPORTED, "W1")


def test_i9_a_headline_that_is_there_already_is_worth_a_word(take, world):
    take(FIRST)

    (filed,) = take(CHANGED.replace("W460\n\n", ""), section=world)

    assert [notice.name for notice in filed.notices] == ["possible-duplicate"]


def test_i10_one_code_twice_in_a_run_counts_once(take):
    filed = take(FIRST + "\n" + FIRST)

    assert outcomes(filed) == [("imported", ""), ("unchanged", "")]


def test_i10_one_code_with_two_texts_in_a_run_fails_the_later(take):
    filed = take(FIRST + "\n" + CHANGED)

    assert outcomes(filed) == [("imported", ""), ("failed", "duplicate-code")]
    assert "wire.txt:1" in filed[1].message
    assert "wire.txt:11" in filed[1].message


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_i11_two_imports_at_once_lose_nothing_and_double_nothing():
    Section.objects.create(name="World", slug="world", code_prefix="W")
    coded = [FIRST.replace("W460", f"W{number}") for number in range(1, 13)]
    uncoded = [
        FIRST.replace("W460\n\n", "").replace("Nobody", f"Reader {number}: nobody")
        for number in range(12)
    ]
    texts = [*coded, *uncoded]
    start = Barrier(4)

    def run(_):
        try:
            start.wait()
            desk = Desk()
            return [
                desk.file(found, "x").outcome for text in texts for found in read(text.encode())
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as imports:
        results = list(imports.map(run, range(4)))

    assert {outcome.value for run in results for outcome in run} == {"imported", "unchanged"}
    assert sum(outcome == Outcome.IMPORTED for run in results for outcome in run) == 24
    assert Article.objects.count() == Code.objects.count() == Revision.objects.count() == 24


def test_i12_nothing_is_published_unasked(take):
    take(FIRST.replace("W460\n\n", "W460\n\nDate: 2012-01-17\n\n"))

    assert not Article.objects.visible().exists()


def test_i12_publish_goes_through_the_workflow_as_the_wire(take, editor, publisher):
    take(FIRST, publish=True)

    article = Article.objects.get()
    assert article.is_visible(timezone.now())
    assert list(article.events.order_by("pk").values_list("name", "by__username")) == [
        ("create", None),
        ("submit", "wire"),
        ("approve", "wire"),
        ("publish", "wire"),
    ]


def test_i12_publish_never_comes_before_the_embargo(take):
    take(FIRST.replace("W460\n\n", "W460\n\nEmbargo: 2126-01-01\n\n"), publish=True)

    article = Article.objects.get()
    assert article.visible_from == datetime(2126, 1, 1, tzinfo=UTC)


def test_i12_a_date_behind_us_is_the_hour_of_publication(take):
    take(FIRST.replace("W460\n\n", "W460\n\nDate: 2012-01-17 08:00\n\n"), publish=True)

    assert Article.objects.get().visible_from == datetime(2012, 1, 17, 8, tzinfo=UTC)


def test_i12_a_date_ahead_schedules(take):
    ahead = timezone.now().replace(microsecond=0) + timedelta(days=2)
    header = f"Date: {ahead:%Y-%m-%dT%H:%M:%SZ}"

    take(FIRST.replace("W460\n\n", f"W460\n\n{header}\n\n"), publish=True)

    assert Article.objects.get().visible_from == ahead
    assert not Article.objects.visible().exists()


def test_i12_the_publish_gate_holds_and_nothing_is_half_done(take):
    filed = take(FIRST.replace("Nobody", "TK"), publish=True)

    assert outcomes(filed) == [("failed", "not-published")]
    assert "TK" in filed[0].message
    assert not Article.objects.exists()
    assert not Code.objects.exists()


def test_i12_a_changed_dispatch_updates_what_readers_see(take):
    take(FIRST, publish=True)

    take(CHANGED, publish=True)

    article = Article.objects.get()
    assert "neighbour" in article.body
    assert article.updated_at is not None


def test_m9_the_section_is_the_headers_then_the_codes_then_the_options_then_the_first(take):
    nation = Section.objects.create(name="Nation", slug="nation", code_prefix="X", position=9)
    first = Section.objects.first()

    take(FIRST.replace("W460\n\n", "W1\n\nSection: nation\n\n"))
    take(FIRST.replace("W460", "X2"))
    take(FIRST.replace("W460", "Q3"), section=nation)
    take(FIRST.replace("W460", "Q4"))

    sections = dict(Article.objects.values_list("code", "section"))
    assert sections == {"W1": nation.pk, "X2": nation.pk, "Q3": nation.pk, "Q4": first.pk}


def test_m7_an_unknown_section_is_refused_or_made(take):
    text = FIRST.replace("W460\n\n", "W460\n\nSection: Wetter & Klima\n\n")

    assert outcomes(take(text)) == [("failed", "unknown-section")]
    assert outcomes(take(text, create_sections=True)) == [("imported", "")]
    made = Section.objects.get(name="Wetter & Klima")
    assert made.slug == "wetter-klima"
    assert made.code_prefix == "WE"  # W belongs to World


def test_m10_headers_become_what_they_say(take):
    from articles.models import Person

    ana = Person.objects.create(name="Ana Lima", slug="ana-lima")
    headers = (
        "By: Ana Lima and others\nDateline: Almaty\nSource: Wire\nLanguage: fr\n"
        "Tags: snow, roads, snow\nSummary: It is white.\nDate: 2012-01-17\n"
        "Embargo: 2126-01-01T10:00+02:00\n"
    )
    text = FIRST.replace("W460\n\n", f"W460\n\n{headers}\n")
    take(text)

    article = Article.objects.get()
    content = article.working_content
    assert content["byline"] == "Ana Lima and others"
    assert content["people"] == [{"id": ana.pk, "name": "Ana Lima"}]
    assert content["dateline"] == "Almaty"
    assert content["source"] == "Wire"
    assert content["standfirst"] == "It is white."
    assert content["wire_date"] == "2012-01-17"
    assert [topic["name"] for topic in content["topics"]] == ["snow", "roads"]
    assert Topic.objects.count() == 2
    assert article.language == "fr"
    assert article.embargo_until == datetime(2126, 1, 1, 8, tzinfo=UTC)
    assert outcomes(take(text)) == [("unchanged", "")]
    assert outcomes(take(write(working_dispatch(article)))) == [("unchanged", "")]


def test_i13_comments_are_neither_made_nor_counted(take):
    (filed,) = take(FIRST.replace("Comments 0", "Comments 1,204"))

    assert [notice.name for notice in filed.notices] == ["comments-not-imported"]
    assert not hasattr(Article.objects.get(), "discussion")
