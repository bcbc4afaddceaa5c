"""No file brings the reader down, and none keeps it busy for long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.dispatch import Dispatch, DispatchError, read

TOKENS = [
    *[b"\x00", b"\x01", b"\x16", b"\x1b$", b"\x1b(B", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"],
    *[b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\x80", b"\xa3", b"\xc2\x85", b"\xe2\x80\xa9"],
    *[b"PK\x03\x04", b"<html>", b"{\\rtf", b"\xed\xa0\x80", b"\n", b"\n\n", b"\r", b" ", b"\\"],
    *[b"W460", b"Comments 0", b"Comments 0X", b"By: A", b"Date: 1", b"Code: W1", b"Head", b"\t"],
    *[b"\xd8\x00", b"\x00\xd8", b"Tags: ,", b"Language: en", b"Comments 1" + b",000" * 9],
]
ENCODINGS = [None, "cp1252", "utf-16", "utf-32", "utf-7", "iso-2022-jp", "shift_jis", "ascii", "hz"]


@settings(max_examples=300, deadline=None)
@given(
    st.binary() | st.lists(st.sampled_from(TOKENS), max_size=14).map(b"".join),
    st.sampled_from(ENCODINGS),
    st.booleans(),
)
def test_any_bytes_give_dispatches_or_errors(data, encoding, allow_empty_body):
    results = read(data, encoding=encoding, allow_empty_body=allow_empty_body)

    assert results
    for result in results:
        assert isinstance(result, Dispatch | DispatchError)
        assert 0 <= result.line <= len(data) + 1
        assert str(result)


SIZE = 5_000_000
HEAVY = {
    "one line of letters": "x" * SIZE,
    "one paragraph": "Head\n\n" + "word " * (SIZE // 5),
    "one line of tabs": "Head\n\na" + "\t" * (SIZE // 10) + "b",
    "one indentation": "Head\n\n" + " " * SIZE + "b",
    "50,000 paragraphs": "Head\n\n" + "A paragraph.\n\n" * 50_000,
    "blank lines": "Head\n\na" + "\n" * (SIZE // 4) + "Comments 0",
    "comment lines": "Head\n\na\n" + "Comments 0\n" * 50_000,
    "comment lines between": "Head\n\n" + "Comments 0\n\na\n\n" * 50_000,
    "10,000 dispatches": "Head\n\nW1\n\na\n\nComments 0\n" * 10_000,
    "combining marks": "Head\n\na" + "\u0301\u0316" * (SIZE // 20),
    "a header that never ends": "Head\n\nBy" + " " * SIZE + ": x",
    "backslashes": "Head\n\n" + "\\" * SIZE + "W1",
    "marks before a code": "Head\n\n" + "\u200f" * (SIZE // 10) + "W1",
    "control characters": "Head\n\n" + "a\x02\n" * (SIZE // 50),
    "runs of no-break spaces": "Head\n\n" + "a \u00a0" * (SIZE // 20),
    "numbers": "Head\n\nComments 1" + ",000" * (SIZE // 20),
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY.keys())
def test_x7_a_large_file_is_read_in_the_time_of_its_length(text):
    results = read(text.encode())

    assert results
