"""What a text must have, and what is worth a word to the editor: body, white space, warnings."""

import pytest

from articles.dispatch import ERRORS, WARNINGS, DispatchError, Notice, parse, read
from tests.articles.dispatch.reading import names, refused


@pytest.mark.parametrize(
    "text", ["Ferry", "Ferry\n\nW1", "Ferry\nComments 0", "Ferry\n\nW1\n\nBy: A"]
)
def test_p1_a_dispatch_without_text_is_refused_unless_allowed(text):
    assert refused(text).name == "no-body"
    assert parse(text, allow_empty_body=True).paragraphs == ()
    assert parse(text, allow_empty_body=True).warnings == ()


def test_p2_a_block_is_a_paragraph_and_keeps_its_line_breaks():
    dispatch = parse("Ferry\n\nRoses are red,\n  violets blue.\n \n\nThe end")

    assert dispatch.paragraphs == ("Roses are red,\n  violets blue.", "The end")


@pytest.mark.parametrize(
    ("block", "paragraph"),
    [
        ("    indented alone", "indented alone"),
        ("   a\n     b\n   c", "a\n  b\nc"),
        ("\ta\n        b", "a\nb"),
        ("a\tb\tc", "a       b       c"),
        ("a \u00a0 b", "a   b"),
        ("a\u00a0\u00a0b", "a  b"),
        ("10\u00a0km", "10\u00a0km"),
        ("a\n\u00a0b", "a\n b"),
        ("\u3000全角", "\u3000全角"),
        ("a\u2009\u2009b", "a\u2009\u2009b"),
    ],
)
def test_p2_white_space_has_one_form(block, paragraph):
    assert parse(f"Ferry\n\n{block}").paragraphs == (paragraph,)


def test_p2_the_characters_are_those_of_the_file():
    text = "&amp; <b>bold</b> *stars* _ ’ ‘ \\n %s {x} 　 ﷺ 🏳️‍🌈 á"

    assert parse(f"Ferry\n\n{text}").paragraphs == (text,)


@pytest.mark.parametrize("mark", ["-30-", "###", "ENDS", "ENDIT", "END", "Reuter", "REUTER"])
def test_w_a_mark_of_the_wire_stays_and_is_reported(mark):
    dispatch = parse(f"Ferry\n\nIt runs.\n{mark}\n\nComments 0")

    assert dispatch.paragraphs == (f"It runs.\n{mark}",)
    assert dispatch.warnings == (Notice("wire-mark", 4),)


def test_w_a_text_that_goes_on_elsewhere_is_reported():
    assert parse("Ferry\n\nIt runs.\n\n(MORE)").warnings == (Notice("incomplete", 5),)


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("KILL Ferry story", True),
        ("CORRECTED-Ferry Runs Again", True),
        ("Correction: Ferry Runs Again", True),
        ("HOLD for release", True),
        ("EMBARGOED Ferry", True),
        ("Hold the Front Page", False),
        ("KILLER Whale Seen", False),
        ("Ferry on HOLD", False),
    ],
)
def test_w_an_order_to_editors_in_the_headline_is_reported(headline, told):
    dispatch = parse(f"{headline}\n\nIt runs.")

    assert names(dispatch) == (["wire-directive"] if told else [])


def test_a_warning_is_given_once_to_the_dispatch_it_is_about():
    one = "Ferry\n\nW1\n\nIt\x02 runs.\n\nIt\x02 is full.\n\nComments 0\n"
    two = "Bus\n\nW2\n\nIt runs too."

    first, second = read((one + two).encode())

    assert first.warnings == (Notice("control-chars", 5),)
    assert second.warnings == ()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_what_and_where_in_a_sentence(name):
    error = DispatchError(name, 7, found="{odd}" * 40)

    assert str(error) == f"line 7: {error.message}"
    assert str(DispatchError(name)) == DispatchError(name).message
    assert error.message.endswith(".")
    assert len(error.message) < 320


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_has_a_sentence(name):
    assert Notice(name, 1).message.endswith(".")
