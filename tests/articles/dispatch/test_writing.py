"""Writing is the inverse of reading, whatever the text looks like."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.dispatch import (
    Dispatch,
    DispatchError,
    Headers,
    fingerprint,
    paragraphs_of,
    parse,
    read,
    tidy_line,
    tidy_text,
    write,
)

# Pieces that mean something somewhere, or look as if they did.
TROUBLE = [
    *"\\ \t\n\r\x0b\x0c\x00\x02\x1c\x1f\x7f\x80\x81\x85\x93aW15:,.'\"",
    *"\u00a0\u00ad\u200b\u200c\u200d\u200f\u202b\u202c\u2028\u2029\u202f\u2060\u2067\u3000\ufeff",
    *"\u0301\u0316é４６０ſK日ع\ufffd",
    *["W460", "w7", "ABC123456", "W-460", "\\W460", "Code: W1", "Code: W460", "Code: x"],
    *["Comments 0", "Comments 1,204", "comments:5", "Comments: 5", "Comments\u00a05", "Comments"],
    *["\\Comments 5", "\\\\Comments 5", "Comments 0Next", "Comments 012 more", "12 Comments"],
    *["By: A", "Source: B", "Tags: a, b", "Date: 2012-01-17", "Embargo: soon", "Wrap: none"],
    *["Embrago: x", "By:", "By:x", "\\By: A", "Note: x", "Language: en", "KILL", "ENDS", "(more)"],
    *[
        "\n\n",
        "\r\n",
        "\n\n\n",
        "\u00a0\u00a0 ",
        "   ",
        "\n\nW2\n\n",
        "Two words",
        "Head\n\nW1\n\n",
    ],
]
hostile_text = st.lists(st.sampled_from(TROUBLE) | st.text(max_size=3), max_size=24).map("".join)
hostile_line = st.lists(st.sampled_from(TROUBLE), max_size=4).map("".join).map(tidy_line)
value = hostile_line.filter(lambda line: len(line) <= 35)
tag = hostile_line.map(lambda line: tidy_line(line.replace(",", ""))).filter(bool)


def canonical_paragraphs(text):
    blocks = [block.split("\n") for block in tidy_text(text).split("\n\n")]
    blocks = [[line for line in block if line] for block in blocks]
    return paragraphs_of([block for block in blocks if block])


canonical_headers = st.builds(
    Headers,
    byline=value,
    dateline=value,
    date=st.sampled_from(["", "2012-01-17", "Tue, 17 Jan 2012 10:00:00 +0100"]),
    embargo=st.sampled_from(["", "2030-01-01 10:00"]),
    section=value,
    source=value,
    language=st.sampled_from(["", "en", "zh-Hant-TW"]),
    summary=value,
    tags=st.lists(tag, unique=True, max_size=3).map(tuple),
    wrap=st.sampled_from(["", "none"]),
)
canonical_dispatches = st.builds(
    Dispatch,
    headline=hostile_line.filter(bool),
    code=st.sampled_from([None, "W460", "W007", "ABC123456"]),
    headers=st.just(Headers()) | canonical_headers,
    paragraphs=hostile_text.map(canonical_paragraphs).filter(bool),
    comment_count=st.sampled_from([None, 0, 3, 1204]),
)


def back(text):
    return parse(text, allow_empty_body=True)


def test_e2_the_parts_stand_in_their_order():
    headers = Headers(
        byline="A. Person",
        dateline="PORT, Jan 17",
        date="2012-01-17",
        embargo="2012-01-18",
        section="World",
        source="Own",
        language="en",
        summary="It runs",
        tags=("sea", "ships"),
        wrap="none",
    )
    dispatch = Dispatch("Ferry", "W12", headers, ("It runs.", "It is\nfull."), 1204)

    text = write(dispatch)

    assert text == (
        "Ferry\n\nW12\n\n"
        "By: A. Person\nDateline: PORT, Jan 17\nDate: 2012-01-17\nEmbargo: 2012-01-18\n"
        "Section: World\nTags: sea, ships\nSource: Own\nLanguage: en\nSummary: It runs\n"
        "Wrap: none\n\n"
        "It runs.\n\nIt is\nfull.\n\nComments 1204\n"
    )
    assert parse(text) == dispatch


def test_e3_without_metadata_the_plain_form_comes_out():
    text = "Ferry Runs Again\n\nW460\n\nIt runs.\n\nComments 0"

    assert write(parse(text)) == text + "\n"


def test_e3_what_is_absent_leaves_no_gap():
    assert write(Dispatch("Ferry")) == "Ferry\n\nComments 0\n"


@pytest.mark.parametrize("code", [None, "W12"])
@pytest.mark.parametrize("headers", [Headers(), Headers(source="Own")])
@pytest.mark.parametrize(
    "line",
    [
        "W460",
        "\\W460",
        "\u200fW460",
        "Comments 5",
        "Comments:5",
        "\\\\Comments 1,204",
        "\u202bComments 0\u202c",
        "Comments 0Next",
        "Comments 012 more",
        "By: A. Person",
        "\\By: A. Person",
        "Embargo: soon",
        "Embrago: soon",
        "Source: Own\nEmbrago: soon",
        "Note: x\nBy: A. Person",
        "By: A. Person\nComments: 5",
        "By: A. Person\nand text",
        "Comments: 5\nBy: A. Person",
        "\\",
        "\\Plain",
        "12 Comments",
        "460",
    ],
)
def test_e4_lines_that_mean_something_come_back_as_text(line, headers, code):
    *_, last = line.split("\n")
    dispatch = Dispatch(last, code, headers, (line, f"more\n{line}", "W1", line, last), 0)

    text = write(dispatch)

    assert back(text) == dispatch
    assert write(back(text)) == text


@pytest.mark.parametrize(
    "line", ["Ferry", "\\Ferry", "It costs 5:00", "W-460", "Comments are open"]
)
def test_e4_no_other_line_gets_a_backslash(line):
    text = write(Dispatch(line, "W1", paragraphs=(line,), comment_count=0))

    assert text == f"{line}\n\nW1\n\n{line}\n\nComments 0\n"


def test_e4_a_line_gets_one_backslash_for_whatever_reason():
    dispatch = Dispatch("Ferry", None, Headers(), ("Comments: 5\nBy: A. Person",), 0)

    text = write(dispatch)

    assert text == "Ferry\n\n\\Comments: 5\nBy: A. Person\n\nComments 0\n"


@settings(max_examples=200, deadline=None)
@given(canonical_dispatches)
def test_e5_reading_what_was_written_changes_nothing(dispatch):
    text = write(dispatch)

    again = parse(text)

    assert replace(again, comment_count=dispatch.comment_count) == dispatch
    assert fingerprint(again) == fingerprint(dispatch)
    assert again.comment_count == (dispatch.comment_count or 0)
    assert write(again) == text
    assert read(text.encode()) == [again]


@pytest.mark.parametrize("line", ["\\ A0", "\\\u200f Comments 0", "\\ By: Ana"])
def test_c4_a_backslash_that_stands_apart_is_a_letter(line):
    assert parse(f"{line}\n\nIt runs.").headline == line
    assert parse(f"Ferry\n\nW1\n\n{line}\n\nIt runs.").paragraphs[0] == line


@settings(max_examples=300, deadline=None)
@given(hostile_text)
def test_e5_whatever_is_accepted_is_written_and_read_alike(text):
    for dispatch in read(text.encode("utf-8", "replace"), allow_empty_body=True):
        if isinstance(dispatch, DispatchError):
            continue

        written = write(dispatch)

        assert back(written) == replace(dispatch, comment_count=dispatch.comment_count or 0)
        assert write(back(written)) == written


@settings(max_examples=100, deadline=None)
@given(st.lists(canonical_dispatches, min_size=1, max_size=4))
def test_e5_a_bundle_of_written_dispatches_is_read_whole(dispatches):
    dispatches = [replace(dispatch, code="W1", comment_count=0) for dispatch in dispatches]

    results = read("".join(map(write, dispatches)).encode())

    assert results == dispatches


@given(hostile_text)
def test_p2_no_character_of_the_text_is_lost_or_invented(text):
    text = tidy_text(text.replace("\\", ""))
    try:
        dispatch = parse(f"Head\n\nW1\n\nText.\n\n{text}\n\nComments 0")
    except DispatchError:
        return

    body = "".join(dispatch.paragraphs)

    if "stray-trailer" not in {notice.name for notice in dispatch.warnings}:
        assert "".join(body.split()) == "Text." + "".join(text.split())


@settings(max_examples=100)
@given(value)
def test_what_a_form_tidies_survives_as_a_header(text):
    dispatch = Dispatch("Head", None, Headers(summary=text), ("Text.",), 0)

    assert parse(write(dispatch)) == dispatch
