"""From bytes to clean lines."""

import bz2
import gzip
import io
import lzma
import tarfile
import unicodedata
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.dispatch import (
    DISPATCH_MAX_BYTES,
    DispatchError,
    check_encoding,
    read,
    tidy_line,
    tidy_text,
)
from articles.dispatch.characters import lines_of

STORY = "Ferry Runs Again\n\nW12\n\nThe ferry to the islands runs again, the harbour says.\n"


def only(results):
    (result,) = results
    return result


def error_of(data, **options):
    result = only(read(data, **options))
    assert isinstance(result, DispatchError)
    return result


def text_of(data, **options):
    result = only(read(data, **options))
    assert not isinstance(result, DispatchError), result
    return result.paragraphs


def names(dispatch):
    return [notice.name for notice in dispatch.warnings]


def packed(kind):
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("story.txt", STORY)
    else:
        with tarfile.open(fileobj=out, mode="w") as archive:
            member = tarfile.TarInfo("story.txt")
            archive.addfile(member, io.BytesIO())
    return out.getvalue()


def test_b1_a_file_over_ten_mebibytes_is_refused():
    just_right = b"H\n\n" + b"x" * (DISPATCH_MAX_BYTES - 3)

    assert len(just_right) == 10 * 1024 * 1024
    assert len(text_of(just_right)) == 1
    assert error_of(just_right + b"x").name == "too-large"


@pytest.mark.parametrize(
    "data", [b"", b"\n \t\r\n", "\u200b\u200f\n\u3000".encode(), b"\xef\xbb\xbf", b"\x03"]
)
def test_b2_a_file_without_text_is_empty(data):
    error = error_of(data)

    assert (error.name, error.line) == ("empty", 0)


@pytest.mark.parametrize(
    "codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_b3_a_byte_order_mark_decides(codec):
    text = STORY.replace("harbour", "harbour of Łódź")
    mark = "" if codec in {"utf-8-sig", "utf-16", "utf-32"} else "\ufeff"

    dispatch = only(read((mark + text).encode(codec)))

    assert dispatch.headline == "Ferry Runs Again"
    assert "Łódź" in dispatch.paragraphs[0]
    assert dispatch.warnings == ()


def test_b3_a_byte_order_mark_that_lies_is_an_encoding_error():
    error = error_of(b"\xff\xfeH\x00\n\x00\x00\xd8")

    assert (error.name, error.line) == ("encoding", 2)


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        (b"Pound\n\nW1\r\nIt costs \xa35.", 4, "0xA3"),
        (b"\xed\xa0\x80", 1, "0xED"),  # a surrogate
        (b"A\x0bB\xc2\x85\xc0\xaf", 3, "0xC0"),  # an overlong form
        (b"A\n\xe2\x82", 2, "0xE2"),
    ],
)
def test_b4_what_is_not_strict_utf_8_is_refused_with_line_and_byte(data, line, byte):
    error = error_of(data)

    assert (error.name, error.line) == ("encoding", line)
    assert byte in error.message


def test_b5_the_named_encoding_is_for_files_that_are_not_utf_8():
    ours, theirs = STORY.replace("ferry", "bac à voiles"), STORY.replace("ferry", "“bac”")

    utf_8 = only(read(ours.encode(), encoding="windows-1252"))
    windows = only(read(theirs.encode("cp1252"), encoding="windows-1252"))

    assert "bac à voiles" in utf_8.paragraphs[0]
    assert utf_8.warnings == ()
    assert "“bac”" in windows.paragraphs[0]
    assert names(windows) == ["encoding-used"]


@pytest.mark.parametrize("name", ["latin-1", "ISO-8859-1", "l1", "windows-1252"])
def test_b5_latin_1_means_windows_1252(name):
    paragraphs = text_of(b"Price\n\nIt costs \x80 5\x85", encoding=name)

    assert paragraphs == ("It costs € 5…",)


def test_b5_a_byte_that_the_named_encoding_lacks_is_refused():
    error = error_of(b"Price\n\nIt costs \x81 5.", encoding="windows-1252")

    assert (error.name, error.line) == ("encoding", 3)


@pytest.mark.parametrize(
    "name", ["", "klingon", "hex", "rot13", "idna", "punycode", "undefined", "unicode_escape", "\0"]
)
def test_b5_an_unknown_encoding_is_named_before_any_file_is_read(name):
    with pytest.raises(LookupError):
        check_encoding(name)


def test_b6_a_zero_byte_makes_a_file_binary():
    error = error_of(b"Head\n\nbo\x00dy")

    assert (error.name, error.line) == ("binary", 3)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_b6_zero_bytes_are_fine_in_utf_16_by_name(codec):
    paragraphs = text_of("Head\n\nThe ferry to Łomża runs.".encode(codec), encoding=codec)

    assert paragraphs == ("The ferry to Łomża runs.",)


def test_b6_japanese_escapes_need_their_encoding_named():
    data = "見出し\n\n本文です。".encode("iso2022_jp")

    assert error_of(data).name == "encoding"
    assert error_of(data, encoding="cp1252").name == "encoding"
    assert text_of(data, encoding="iso-2022-jp") == ("本文です。",)


@pytest.mark.parametrize(
    "data",
    [
        packed("zip"),
        packed("tar"),
        gzip.compress(b"x"),
        bz2.compress(b"x"),
        bz2.compress(b""),
        lzma.compress(b"x"),
        b"7z\xbc\xaf\x27\x1c\x00\x04",
    ],
    ids=["zip", "tar", "gzip", "bzip2", "empty bzip2", "xz", "7-zip"],
)
def test_b7_a_packed_file_is_not_unpacked(data):
    assert error_of(data).name == "archive"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html>\n<p>x",
        b"\n  <html lang=fr>\xe9",
        b"<?xml version='1.0'?><nitf/>",
        b"{\\rtf1\\ansi x}",
        b"%PDF-1.7\n%\xe2\xe3",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00",
        "\ufeff<html>".encode("utf-16-le"),
    ],
)
def test_b7_a_document_of_another_kind_is_no_plain_text(data):
    assert error_of(data).name == "not-plain-text"


@pytest.mark.parametrize("data", [b"\x16\x16\x01abc\x1f\n", b"\x01abc"])
def test_b7_a_transmission_with_its_envelope_is_refused_by_name(data):
    assert error_of(data).name == "wire-format"


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\n", "\x85", "\u2028", "\x0b", "\x0c"], ids=lambda end: ascii(end)
)
def test_l1_every_kind_of_line_end_is_one(end):
    data = end.join(["Head", "", "W1", "", "one", "two"]).encode()

    dispatch = only(read(data))

    assert (dispatch.headline, dispatch.code) == ("Head", "W1")
    assert dispatch.paragraphs == ("one\ntwo",)


def test_l1_a_paragraph_separator_is_a_blank_line():
    paragraphs = text_of("Head\u2029one\u2029two".encode())

    assert paragraphs == ("one", "two")


def test_l1_information_separators_end_no_line():
    paragraphs = text_of(b"Head\n\none\x1ctwo\x1ethree")

    assert paragraphs == ("one two three",)


def test_l2_byte_order_marks_inside_are_removed():
    paragraphs = text_of("Head\n\n\ufeffsun\ufeffrise".encode())

    assert paragraphs == ("sunrise",)


def test_l2_windows_quotes_that_became_controls_are_repaired():
    dispatch = only(read("Head\n\n\x93Yes,\x94 he said\x85It\x92s 5 \x80.".encode()))

    assert dispatch.paragraphs == ("“Yes,” he said\nIt’s 5 €.",)
    assert names(dispatch) == ["c1-repaired"]


def test_l2_a_control_for_which_windows_has_nothing_is_removed():
    dispatch = only(read("Head\n\na\x81b".encode()))

    assert dispatch.paragraphs == ("ab",)
    assert names(dispatch) == ["control-chars"]


def test_l3_control_characters_are_removed_and_separators_become_a_space():
    dispatch = only(read(b"Head\n\na\x02b\x1fc\x7f\td\x03"))

    assert dispatch.paragraphs == ("ab c    d",)
    assert [(notice.name, notice.line) for notice in dispatch.warnings] == [("control-chars", 3)]


def test_l4_text_is_composed_but_not_made_compatible():
    dispatch = only(read("Cafe\u0301\n\nＷ４６０\n\nﬁn ½".encode()))

    assert dispatch.headline == "Café"
    assert dispatch.code is None
    assert dispatch.paragraphs == ("Ｗ４６０", "ﬁn ½")


def test_l4_invisible_characters_of_the_script_stay():
    text = "\u2067می\u200cخواهم\u2069 co\u00adop 👩\u200d🚀 10\u00a0km \u200fא"

    paragraphs = text_of(f"Head\n\n{text}".encode())

    assert paragraphs == (text,)


def test_l4_long_runs_of_marks_are_composed_as_unicode_says():
    marks = "\u0301\u0316\u0344\u0327\u05ae" * 40
    text = "a" + marks + "é" + marks[::-1] + "。" * 40 + " x" * 3000

    lines, _ = lines_of(text)

    assert lines == [unicodedata.normalize("NFC", text)]


def test_l4_no_combining_mark_is_a_word_character():
    marks = [c for c in map(chr, range(0x110000)) if unicodedata.combining(c)]

    assert marks
    assert not any(c.isalnum() for c in marks)


def test_l5_white_space_at_line_ends_is_removed():
    paragraphs = text_of("Head \t\n\none\u00a0\u200b \ntwo\u3000".encode())

    assert paragraphs == ("one\ntwo",)


def test_l5_a_line_of_marks_alone_is_blank():
    paragraphs = text_of("Head\n\none\n \u200f\u200b\u202a \ntwo".encode())

    assert paragraphs == ("one", "two")


@pytest.mark.parametrize(
    "wrapped", ["\u200fW460", "\u202bW460\u202c", "  W460\u200e", "\u00a0\u2067W460\u2069\u200b"]
)
def test_l6_marks_around_a_code_do_not_hide_it(wrapped):
    dispatch = only(read(f"عنوان\n\n{wrapped}\n\nنص\n\n\u202bComments 0\u202c".encode()))

    assert (dispatch.code, dispatch.comment_count) == ("W460", 0)


def test_l6_marks_around_a_header_do_not_hide_it():
    text = "عنوان\n\n\u202bBy: أحمد\u202c\nSource: \u200fوكالة\n\nنص"

    dispatch = only(read(text.encode()))

    assert dispatch.headers.byline == "أحمد"
    assert dispatch.headers.source == "\u200fوكالة"


def test_l7_a_replacement_character_stays_and_is_reported():
    dispatch = only(read("Head\n\nna\ufffdve".encode()))

    assert dispatch.paragraphs == ("na\ufffdve",)
    assert names(dispatch) == ["replacement-char"]


def test_l7_half_a_surrogate_pair_is_no_character():
    assert tidy_text("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("  Ferry \t Runs\r\nAgain ", "Ferry Runs Again"),
        ("Cafe\u0301\u00a0!", "Café\u00a0!"),
        ("\u200fعنوان\u200f", "\u200fعنوان\u200f"),
        ("\u200f \n", ""),
        ("\x00a\ufeff", "a"),
    ],
)
def test_a_field_of_one_line_is_tidied_as_a_headline_would_be(typed, tidy):
    assert tidy_line(typed) == tidy


def test_a_field_of_many_lines_is_tidied_as_a_text_would_be():
    typed = "\r\n \r\none \r\n\ttwo\u2029three\x85\u200f\n"

    tidy = tidy_text(typed)

    assert tidy == "one\n\ttwo\n\nthree"


@settings(max_examples=100, deadline=None)
@given(st.text() | st.text("a \t\n\r\u00a0\u200b\u200f\u0301\u0316\ufeff\x85\u2029\x1c\x93e"))
def test_tidying_twice_changes_nothing(text):
    assert tidy_line(tidy_line(text)) == tidy_line(text)
    assert tidy_text(tidy_text(text)) == tidy_text(text)
