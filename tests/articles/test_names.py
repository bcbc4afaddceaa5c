"""Slugs, languages, cursors: small things without a database."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from articles.keyset import cursor_of, parse_cursor
from articles.languages import direction, interface_language
from articles.slugs import slug_of


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Snow closes the coast road", "snow-closes-the-coast-road"),
        ("Élections à Zürich: 3 % mehr", "elections-a-zurich-3-mehr"),
        ("Straße, Øresund & Łódź", "strasse-oresund-lodz"),
        ("The board’s letters", "the-boards-letters"),
        ("رسائل تكشف", "story"),
        ("選挙", "story"),
        ("!!!", "story"),
        ("History", "story"),
        ("Comments", "story"),
        ("a_b--c", "a-b-c"),
    ],
)
def test_a_slug_is_plain_or_the_word_story(headline, slug):
    assert slug_of(headline) == slug


def test_a_long_slug_ends_with_a_word():
    slug = slug_of("word " * 60)

    assert len(slug) <= 80
    assert slug.endswith("word")


def test_a_headline_that_is_one_long_word_is_cut():
    assert slug_of("x" * 300) == "x" * 80


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("ar", "rtl"),
        ("AR-eg", "rtl"),
        ("he", "rtl"),
        ("ur", "rtl"),
        ("az-Arab", "rtl"),
        ("uz-Latn", "ltr"),
        ("ar-Latn", "ltr"),
        ("en", "ltr"),
        ("ja", "ltr"),
    ],
)
def test_a_language_is_written_in_its_direction(tag, written):
    assert direction(tag) == written


@pytest.mark.parametrize(("tag", "labels"), [("ar-EG", "ar"), ("en", "en"), ("fr", "en")])
def test_labels_are_in_a_language_that_the_interface_speaks(tag, labels):
    assert interface_language(tag) == labels


def test_a_place_in_a_list_is_read_as_it_was_written():
    story = SimpleNamespace(visible_from=datetime(1969, 1, 17, 8, 0, 0, 123456, UTC), pk=12)

    assert parse_cursor(cursor_of(story)) == (story.visible_from, 12)


@pytest.mark.parametrize(
    "text",
    [None, "", "x", "1", "1-", "-1", "1-2-3", "-" + "9" * 17 + "-1", "1-" + "9" * 19, "１-２"],
)
def test_what_is_no_place_is_the_first_page(text):
    assert parse_cursor(text) is None
