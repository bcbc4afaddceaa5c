"""What a second dispatch may change, and what it leaves to editors."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Person
from tests.articles.test_filing import CHANGED, FIRST, outcomes


@pytest.mark.parametrize(
    ("byline", "named"),
    [
        ("Ana Lima", ["Ana Lima"]),
        ("ANA LIMA", []),
        ("Joss Lee and Ana Lima", ["Lee", "Ana Lima"]),
        ("Ann Leeson and Lee", ["Lee"]),
        ("آنا ليما ويوس فيرهوفن", ["يوس فيرهوفن"]),
        ("Banana Limagne", []),
    ],
)
def test_m10_people_are_known_by_their_printed_names(take, byline, named):
    for number, name in enumerate(["Ana Lima", "Lee", "يوس فيرهوفن"]):
        Person.objects.create(name=name, slug=f"p{number}")

    take(FIRST.replace("W460\n\n", f"W460\n\nBy: {byline}\n\n"))

    people = Article.objects.get().working_content["people"]
    assert [person["name"] for person in people] == named


def with_embargo(day):
    return FIRST.replace("W460\n\n", f"W460\n\nEmbargo: 2126-{day}\n\n")


def test_i3_an_embargo_that_comes_back_holds_again(take):
    for text, embargoed in ((with_embargo("01-01"), 1), (FIRST, 0), (with_embargo("01-01"), 1)):
        take(text)
        assert bool(Article.objects.get().embargo_until) is bool(embargoed)

    assert outcomes(take(with_embargo("01-01"))) == [("unchanged", "")]


@pytest.mark.parametrize(("day", "holds"), [("03-01", True), ("01-01", False)])
def test_i5_the_wire_lengthens_an_embargo_and_never_shortens_it(take, day, holds):
    take(with_embargo("02-01"), publish=True)

    take(with_embargo(day), publish=True)

    article = Article.objects.get()
    assert article.visible_from == article.embargo_until
    assert article.visible_from == datetime(2126, 3 if holds else 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("move", ["unpublish", "unschedule"])
def test_i12_what_an_editor_took_back_stays_back(take, move):
    next_year = timezone.now().year + 1
    date = "" if move == "unpublish" else f"Date: {next_year}-01-01\n\n"
    take(FIRST.replace("W460\n\n", f"W460\n\n{date}"), publish=True)
    Article.objects.get().move(move, by=None, reason="Libel.")

    filed = take(CHANGED.replace("W460\n\n", f"W460\n\n{date}"), publish=True)

    assert outcomes(filed) == [("failed", "not-published")]
    assert Article.objects.get().visible_from is None


def test_i12_an_editors_hour_stands_against_the_wires_date(take):
    dated = FIRST.replace("W460\n\n", "W460\n\nDate: 2012-01-17\n\n")
    take(dated)
    article = Article.objects.get()
    article.move("submit", by=None)
    article.move("approve", by=None)
    hour = timezone.now() + timedelta(days=3)
    article.move("schedule", by=None, publish_at=hour)

    take(dated.replace("Nobody", "No one"), publish=True)

    assert Article.objects.get().visible_from == hour


def test_a_header_that_changes_nothing_here_is_told_once(take):
    take(FIRST, publish=True)
    french = FIRST.replace("W460\n\n", "W460\n\nLanguage: fr\n\n")

    assert outcomes(take(french, publish=True)) == [("updated", "")]
    assert outcomes(take(french, publish=True)) == [("unchanged", "")]
