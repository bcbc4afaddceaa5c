"""The block of header lines under headline and code."""

import pytest

from articles.dispatch import HEADER_LIMITS, DispatchError, Headers, parse


def story(*lines, code="W12"):
    return "\n".join(["Ferry Runs Again", "", code, "", *lines, "", "It runs."])


def refused(*lines):
    with pytest.raises(DispatchError) as caught:
        parse(story(*lines))
    return caught.value


def names(dispatch):
    return [notice.name for notice in dispatch.warnings]


def test_m1_headers_are_optional():
    dispatch = parse(story("A first paragraph."))

    assert dispatch.headers == Headers()


def test_m1_only_the_first_block_is_one_of_headers():
    dispatch = parse(story("Source: Own", "", "By: A. Person"))

    assert dispatch.headers == Headers(source="Own")
    assert dispatch.paragraphs == ("By: A. Person", "It runs.")


@pytest.mark.parametrize("above", ["Ferry Runs Again\n", "Ferry Runs Again\n\nW12\n"])
def test_m1_headers_may_stand_directly_under_headline_or_code(above):
    dispatch = parse(f"{above}Source: Own\n\nIt runs.")

    assert dispatch.headers == Headers(source="Own")
    assert (dispatch.paragraphs, dispatch.warnings) == (("It runs.",), ())


@pytest.mark.parametrize(
    ("line", "headers"),
    [
        ("By: A. Person", Headers(byline="A. Person")),
        ("BYLINE: A. Person", Headers(byline="A. Person")),
        ("author:\tA.  Person", Headers(byline="A. Person")),
        ("Dateline: GENEVA, Jan 17", Headers(dateline="GENEVA, Jan 17")),
        ("Date: 2012-01-17", Headers(date="2012-01-17")),
        ("Published: 2012-01-17T10:00Z", Headers(date="2012-01-17T10:00Z")),
        ("Embargo: 2012-01-17 10:00", Headers(embargo="2012-01-17 10:00")),
        ("Section: World", Headers(section="World")),
        ("Category: World", Headers(section="World")),
        ("Tags: sea, ships ,, sea", Headers(tags=("sea", "ships"))),
        ("Keywords: sea", Headers(tags=("sea",))),
        ("Source\u00a0: Agence", Headers(source="Agence")),
        ("Language: pt-BR", Headers(language="pt-BR")),
        ("Lang: ar", Headers(language="ar")),
        ("Summary: It: runs", Headers(summary="It: runs")),
        ("Wrap: None", Headers(wrap="none")),
    ],
)
def test_m2_known_headers_are_read_in_any_case(line, headers):
    assert parse(story(line)).headers == headers


def test_m2_the_code_may_be_a_header():
    text = "Ferry Runs Again\n\nCode: w12\n\nIt runs."

    dispatch = parse(text)

    assert dispatch.code == "W12"
    assert dispatch.headers == Headers()


@pytest.mark.parametrize("misspelt", ["Embrago: 2030-01-01", "Embargó: 2030-01-01", "Date line: X"])
def test_m3_an_unknown_header_among_known_ones_is_refused(misspelt):
    error = refused("Source: Own", misspelt)

    assert (error.name, error.line) == ("unknown-header", 6)
    assert (error.headline, error.code) == ("Ferry Runs Again", "W12")


def test_m3_a_header_stands_there_once():
    error = refused("By: A. Person", "Source: Own", "Author: B. Person")

    assert (error.name, error.line) == ("duplicate-header", 7)


@pytest.mark.parametrize("spoiler", ["and this is text", "Source:Own", "\\Wrap: none"])
def test_m4_a_block_with_one_line_of_text_is_text(spoiler):
    dispatch = parse(story("By: A. Person", spoiler))

    assert dispatch.headers == Headers()
    assert dispatch.paragraphs[0] == f"By: A. Person\n{spoiler}"
    assert names(dispatch) == ["header-like"]


def test_m4_a_block_without_any_known_header_is_text_without_a_word():
    dispatch = parse(story("Minister: we shall see", "Opposition: no"))

    assert dispatch.paragraphs[0] == "Minister: we shall see\nOpposition: no"
    assert dispatch.warnings == ()


@pytest.mark.parametrize("field", ["Date", "Embargo"])
@pytest.mark.parametrize("value", ["17/01/2012", "soon", "2012-02-30", "0001-01-01T00:00+01:00"])
def test_m5_a_date_that_cannot_be_read_stops_the_import(field, value):
    error = refused(f"{field}: {value}")

    assert (error.name, error.line) == ("bad-date", 5)


@pytest.mark.parametrize(
    "line", ["Embargo:", "Embargo:  ", "Embargo: \u200f", "Tags: , ,", "Code:"]
)
def test_m6_an_empty_value_counts_as_absent(line):
    dispatch = parse(story(line))

    assert dispatch.headers == Headers()
    assert dispatch.paragraphs == ("It runs.",)


@pytest.mark.parametrize("name", ["Status", "Slug", "Comments"])
def test_m8_what_an_import_may_not_say_is_no_header(name):
    error = refused("Source: Own", f"{name}: 5", "By: A. Person")

    assert error.name == "unknown-header"


@pytest.mark.parametrize(("field", "limit"), HEADER_LIMITS.items())
def test_m10_a_header_has_its_length(field, limit):
    name = "By" if field == "byline" else field
    fitting = "en" + "-abcdefgh" * 3 + "-abcde" if field == "language" else "x" * limit

    assert getattr(parse(story(f"{name}: {fitting}")).headers, field) == fitting
    assert refused(f"{name}: {fitting}{'y' * (limit + 1 - len(fitting))}").name == "bad-header"


def test_m10_tags_are_at_most_twenty_of_a_hundred_characters():
    twenty = ", ".join(["x" * 100, *map(str, range(19))])

    assert len(parse(story(f"Tags: {twenty}")).headers.tags) == 20
    assert refused(f"Tags: {twenty}, more").name == "bad-header"
    assert refused(f"Tags: {'x' * 101}").name == "bad-header"


@pytest.mark.parametrize("value", ["English", "e", "en_US", "en-", "de-x", "日本"])
def test_m10_a_language_looks_like_a_language_tag(value):
    assert refused(f"Language: {value}").name == "bad-header"


def test_m10_wrap_can_only_say_none():
    assert refused("Wrap: 72").name == "bad-header"


@pytest.mark.parametrize("value", ["W-12", "ABCD1", "W1234567", "W٤"])
def test_m10_a_malformed_code_is_refused(value):
    assert refused(f"Code: {value}").name == "bad-code"


def test_m10_two_codes_are_refused_and_one_code_twice_is_not():
    error = refused("Code: W13")

    assert error.name == "two-codes"
    assert parse(story("Code: w12")).code == "W12"
    assert parse(story("Code: W7", code="W7")).code == "W7"
    assert parse(story("Source: Own", code="W007")).code == "W007"
