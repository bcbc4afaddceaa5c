from dataclasses import replace

import pytest

from articles.dispatch import Dispatch, Headers, Notice, fingerprint, unrelated

LONG = [f"Paragraph {n} is long enough to tell one story from any other one." for n in range(6)]
FERRY = Dispatch("Ferry Runs Again", "W12", Headers(source="Own"), ("It runs.", "It is full."))


@pytest.mark.parametrize(
    "changed",
    [
        replace(FERRY, code="W13"),
        replace(FERRY, comment_count=7),
        replace(FERRY, headers=Headers(source="Own", wrap="none")),
        replace(FERRY, line=90, warnings=(Notice("wire-mark", 90),)),
    ],
)
def test_a_fingerprint_is_of_what_the_story_says(changed):
    assert fingerprint(changed) == fingerprint(FERRY)


@pytest.mark.parametrize(
    "changed",
    [
        replace(FERRY, headline="Ferry Runs again"),
        replace(FERRY, paragraphs=("It runs. It is full.",)),
        replace(FERRY, paragraphs=("It runs.\nIt is full.",)),
        replace(FERRY, paragraphs=("It is full.", "It runs.")),
        replace(FERRY, headers=Headers(byline="Own")),
        replace(FERRY, headers=Headers(source="Own", tags=("a", "b"))),
        replace(FERRY, headers=Headers(source="Own", tags=("a, b",))),
    ],
)
def test_a_fingerprint_changes_with_every_part_of_the_story(changed):
    seen = {fingerprint(FERRY), fingerprint(replace(FERRY, headers=Headers(tags=("a",))))}

    assert fingerprint(changed) not in seen
    assert len(fingerprint(changed)) == 64


def test_stored_fingerprints_stay_valid():
    assert fingerprint(FERRY) == "b89b3060d14940ed243a585161bc71bc655f796996d7c418f9d762b13ff24798"


def test_i6_the_same_headline_is_the_same_story():
    assert not unrelated("Fire in Port!", LONG[:2], "FIRE: in port", LONG[4:])


def test_i6_half_of_the_shorter_ones_paragraphs_make_a_story_related():
    shorter, longer = LONG[:4], LONG[2:]

    assert not unrelated("Fire", shorter, "Blaze", longer)
    assert not unrelated("Blaze", longer, "Fire", shorter)
    assert unrelated("Fire", LONG[:3], "Blaze", LONG[2:])


def test_i6_short_paragraphs_do_not_tell():
    common = ["(Our own staff)", "ENDS"]

    assert unrelated("Fire", [*common, LONG[0]], "Blaze", [*common, LONG[1]])


def test_i6_flashes_are_compared_by_the_paragraphs_they_have():
    assert unrelated("Fire", ["Port shut."], "Blaze", ["Bank open."])
    assert not unrelated("Fire", ["Port shut."], "Blaze", ["Port shut."])
    assert unrelated("Fire", [], "Blaze", [])


def test_i6_headlines_without_letters_are_compared_as_they_are():
    assert unrelated("?!", ["a"], "!!", ["b"])
    assert not unrelated("?!", ["a"], "?!", ["b"])
