"""From lines to dispatches: headline, code, text, comment line, several in one file."""

import pytest

from articles.dispatch import Dispatch, DispatchError, Notice, parse, read
from tests.articles.dispatch.reading import names, refused


def outcome(result):
    if isinstance(result, DispatchError):
        return result.name, result.line
    return result.code, result.line


def test_the_plain_form_is_read_whole():
    text = "Ferry Runs Again\n\nW460\n\nIt runs.\n\nIt is full.\n\nComments 0"

    dispatch = parse(text)

    assert dispatch == Dispatch(
        "Ferry Runs Again", "W460", paragraphs=("It runs.", "It is full."), comment_count=0
    )
    assert (dispatch.line, dispatch.warnings) == (1, ())


def test_h1_a_headline_has_single_spaces_and_keeps_no_break_spaces():
    dispatch = parse("\n\n  Ferry \t  Runs\u00a0\u00a0Again \n\nIt runs.")

    assert dispatch.headline == "Ferry Runs\u00a0\u00a0Again"
    assert dispatch.line == 3


def test_h2_a_long_headline_is_refused_and_never_cut():
    assert parse("x" * 300 + "\n\nIt runs.").headline == "x" * 300
    assert refused("x" * 301 + "\n\nIt runs.").name == "headline-too-long"


@pytest.mark.parametrize("first", ["W460", "w7", "Comments 0", "comments:12", "\u200fW460\u200f"])
def test_h3_a_code_or_comment_line_is_no_headline(first):
    error = refused(f"{first}\n\nIt runs.\n\nIt is full.")

    assert (error.name, error.line) == ("no-headline", 1)


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
@pytest.mark.parametrize("lines", [["Ferry", "Runs Again"], ["Ferry", " Runs", "Again"]])
def test_h4_a_wrapped_headline_above_a_code_is_joined(lines, gap):
    dispatch = parse("\n".join(lines) + gap + "W12\n\nIt runs.")

    assert (dispatch.headline, dispatch.code) == ("Ferry Runs Again", "W12")
    assert dispatch.warnings == (Notice("headline-joined", 1),)


def test_h4_a_joined_headline_may_not_be_too_long():
    assert refused(f"{'x' * 200}\n{'y' * 100}\n\nW1\n\nIt runs.").name == "headline-too-long"


def test_h4_an_embargo_right_under_the_headline_does_not_drown_in_it():
    dispatch = parse("Ferry Runs Again\nEmbargo: 2030-01-01\n\nW12\n\nIt runs.")

    assert dispatch.headers.embargo == "2030-01-01"
    assert dispatch.headline == "Ferry Runs Again"
    assert names(dispatch) == ["code-like"]


@pytest.mark.parametrize(
    "text", ["Ferry\nRuns\n\nIt is full.", "Ferry\nRuns\nand\nruns\n\nW12\n\nIt is full."]
)
def test_h5_without_a_code_below_only_the_first_line_is_headline(text):
    dispatch = parse(text)

    assert (dispatch.headline, dispatch.code) == ("Ferry", None)
    assert dispatch.paragraphs[0].startswith("Runs")
    assert dispatch.warnings == (Notice("headline-block", 2),)


def test_h6_the_first_line_is_never_a_header():
    dispatch = parse("Source: President to Resign\n\nIt is said.")

    assert dispatch.headline == "Source: President to Resign"


@pytest.mark.parametrize("gap", ["\n", "\n\n\n"])
def test_k1_the_code_is_the_next_line_with_text_in_it(gap):
    dispatch = parse(f"Ferry{gap}W12{gap}It runs.")

    assert (dispatch.code, dispatch.paragraphs) == ("W12", ("It runs.",))
    assert dispatch.warnings == ()


def test_k1_anywhere_else_a_code_is_text():
    dispatch = parse("Ferry\n\nIt runs on\n\nG20\n\nfrom today.")

    assert dispatch.code is None
    assert dispatch.paragraphs == ("It runs on", "G20", "from today.")


@pytest.mark.parametrize(
    ("typed", "code"), [("w460", "W460"), ("W007", "W007"), ("W7", "W7"), ("abc123456",) * 2]
)
def test_k2_small_letters_are_raised_and_zeros_kept(typed, code):
    assert parse(f"Ferry\n\n{typed}\n\nIt runs.").code == code.upper()


@pytest.mark.parametrize(
    "line", ["W-460", "460", "W1234567", "ABCD12", "W 460", "Ｗ４６０", "W٤٦٠"]
)
def test_k3_what_is_almost_a_code_is_text(line):
    dispatch = parse(f"Ferry\n\n{line}\n\nIt runs.")

    assert (dispatch.code, dispatch.paragraphs) == (None, (line, "It runs."))
    assert dispatch.warnings == (Notice("code-like", 3),)


@pytest.mark.parametrize("above", ["W12", "Source: Own", "W12\n\nSource: Own"])
def test_k4_a_second_code_or_one_after_the_headers_is_text(above):
    dispatch = parse(f"Ferry\n\n{above}\n\nW13\n\nIt runs.")

    assert dispatch.paragraphs == ("W13", "It runs.")
    assert names(dispatch) == ["code-like"]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Comments 0", 0),
        ("comments\t12", 12),
        ("COMMENTS:3", 3),
        ("Comments: 3", 3),
        ("Comments\u00a03", 3),
        ("Comments 1,204", 1204),
        ("Comments 1.204", 1204),
        ("Comments 1'204", 1204),
        ("Comments 1’204", 1204),
        ("Comments 1 204", 1204),
        ("Comments 1\u00a0204\u202f000", 1204000),
        ("Comments 999999999", 999999999),
        ("  Comments 5 \u200f", 5),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_c1_the_last_line_may_count_comments(line, count, gap):
    dispatch = parse(f"Ferry\n\nIt runs.{gap}{line}\n\n")

    assert dispatch.paragraphs == ("It runs.",)
    assert dispatch.comment_count == count
    assert names(dispatch) == (["comments-not-imported"] if count else [])


@pytest.mark.parametrize("count", ["1234567890", "1,20", "1,2045", "3 of 4", "٣", "three", "1,"])
def test_c1_what_is_no_number_is_text(count):
    dispatch = parse(f"Ferry\n\nIt runs.\n\nComments {count}")

    assert dispatch.paragraphs == ("It runs.", f"Comments {count}")
    assert dispatch.comment_count is None


def test_c2_files_strung_together_are_several_dispatches():
    one = "Ferry\n\nW1\n\nIt runs.\n\nComments 0\n"
    two = "A Headline\nof Two Lines\n\nW2\n\nMore.\nComments 3\n"
    three = "\\W99\nW3\nLast."

    results = read((one + two + three).encode())

    assert [outcome(result) for result in results] == [("W1", 1), ("W2", 8), ("W3", 15)]
    assert [result.headline for result in results] == ["Ferry", "A Headline of Two Lines", "W99"]
    assert [result.comment_count for result in results] == [0, 3, None]


def test_c2_one_bad_dispatch_does_not_spoil_its_neighbours():
    good = "Ferry\n\nW{}\n\nIt runs.\n\nComments 0\n\n"
    bad = "Ferry\n\nW2\n\nDate: soon\n\nIt runs.\n\nComments 0\n\n"

    results = read((good.format(1) + bad + good.format(3)).encode())

    assert [outcome(result) for result in results] == [("W1", 1), ("bad-date", 13), ("W3", 19)]
    assert (results[1].headline, results[1].code) == ("Ferry", "W2")


@pytest.mark.parametrize("line", ["---", "***", "W2"])
def test_c2_nothing_else_divides_dispatches(line):
    dispatch = parse(f"Ferry\n\nW1\n\nIt runs.\n\n{line}\n\nIt is full.\n\nComments 0")

    assert dispatch.paragraphs == ("It runs.", line, "It is full.")


def test_c2_text_that_holds_two_dispatches_is_not_one():
    error = refused("Ferry\n\nW1\n\nIt runs.\n\nComments 0\nBus\n\nW2\n\nIt runs too.")

    assert (error.name, error.line) == ("text-after-trailer", 8)


@pytest.mark.parametrize(
    "after",
    ["A reader: well done.", "A reader\n\nwrote this.", "Head\n\nW-2\n\nText.\n\nComments 0"],
)
def test_c3_text_after_the_comment_line_is_refused(after):
    error = refused(f"Ferry\n\nW1\n\nIt runs.\n\nComments 3\n\n{after}")

    assert (error.name, error.line) == ("text-after-trailer", 7)
    assert (error.headline, error.code) == ("Ferry", "W1")


@pytest.mark.parametrize("line", ["Comments 0", "\u200fComments 0"])
def test_c3_a_comment_line_within_a_block_counts_too(line):
    assert refused(f"Ferry\n\nIt runs.\n{line}\nIt is full.").name == "text-after-trailer"
    assert refused(f"Ferry\n{line}\n\nW1\n\nIt is full.").name == "text-after-trailer"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("\\Comments 5", "Comments 5"),
        ("\\\\Comments 5", "\\Comments 5"),
        ("  \\comments: 1,204", "comments: 1,204"),
        ("\u200f\\Comments 5", "\u200fComments 5"),
        ("\\Comments 0Next Story", "Comments 0Next Story"),
        ("\\Comments", "\\Comments"),
        ("\\Comments 5 were read", "\\Comments 5 were read"),
        ("\\W12", "\\W12"),
        ("\\By: A. Person", "\\By: A. Person"),
        ("C:\\Comments 5", "C:\\Comments 5"),
        ("\\", "\\"),
    ],
)
def test_c4_a_backslash_makes_a_comment_line_text(line, text):
    dispatch = parse(f"Ferry\n\nW1\n\nIt runs.\n\n{line}\n\nComments 0")

    assert dispatch.paragraphs == ("It runs.", text)
    assert dispatch.warnings == ()


@pytest.mark.parametrize(
    ("line", "headline"),
    [
        ("\\W12", "W12"),
        ("\\\\W12", "\\W12"),
        ("\\Comments 5", "Comments 5"),
        ("\\Ferry", "\\Ferry"),
        ("\\By: me", "\\By: me"),
    ],
)
def test_c4_a_backslash_makes_a_code_a_headline(line, headline):
    assert parse(f"{line}\n\nIt runs.").headline == headline


@pytest.mark.parametrize("above", ["", "W1\n\n", "Source: Own\n\n"])
def test_c4_a_backslash_makes_a_code_the_first_line_of_text(above):
    dispatch = parse(f"Ferry\n\n{above}\\W12\nmore")

    assert dispatch.paragraphs == ("W12\nmore",)
    assert dispatch.warnings == ()


def test_c4_a_last_line_that_was_made_text_is_not_reported():
    dispatch = parse("Ferry\n\nIt runs.\n\n\\Comments 5")

    assert dispatch.paragraphs == ("It runs.", "Comments 5")
    assert (dispatch.comment_count, dispatch.warnings) == (None, ())


def test_c4_a_backslash_below_the_headers_is_a_letter():
    dispatch = parse("Ferry\n\nSource: Own\n\n\\By: A. Person")

    assert dispatch.paragraphs == ("\\By: A. Person",)


def test_c4_a_backslash_makes_headers_text():
    dispatch = parse("Ferry\n\nW1\n\n\\By: A. Person\nSource: Own")

    assert dispatch.headers.byline == ""
    assert dispatch.paragraphs == ("By: A. Person\nSource: Own",)
    assert dispatch.warnings == ()


@pytest.mark.parametrize(
    "line",
    [
        "Comments 0Bus Runs Too",
        "Comments 3“Yes”",
        "comments 1,204Été",
        'Comments 0"',
        "Comments 0منظمة",
    ],
)
def test_c5_a_headline_that_sticks_to_the_comment_line_is_found(line):
    error = refused(f"Ferry\n\nW1\n\nIt runs.\n\n{line}\n\nIt runs too.\n\nComments 0")

    assert (error.name, error.line) == ("trailer-glued", 7)


def test_c5_a_headline_that_begins_with_a_number_is_found_by_its_code():
    error = refused("Ferry\n\nW1\n\nIt runs.\n\nComments 012 buses run\n\nW2\n\nThey do.")

    assert (error.name, error.line) == ("trailer-glued", 7)


@pytest.mark.parametrize(
    "line", ["Comments 5th in a row", "Comments 5 people made", "No Comments 0X"]
)
def test_c5_prose_about_comments_is_text(line):
    dispatch = parse(f"{line}\n\nW1\n\nIt runs.\n\n{line}\n\nIt is full.")

    assert dispatch.headline == line
    assert line in dispatch.paragraphs


def test_c5_a_first_line_with_a_comment_line_stuck_to_it_is_found():
    error = refused("Comments 0Bus Runs Too\n\nW2\n\nIt does.")

    assert (error.name, error.line) == ("trailer-glued", 1)


def test_c6_of_repeated_comment_lines_the_first_counts():
    dispatch = parse("Ferry\n\nIt runs.\n\nComments 2\n\nComments 0\nComments 0\n")

    assert dispatch.comment_count == 2
    assert dispatch.paragraphs == ("It runs.",)
    assert dispatch.warnings == (Notice("comments-not-imported", 5), Notice("stray-trailer", 7))


@pytest.mark.parametrize("gap", ["", "\n"])
def test_c6_repeated_comment_lines_divide_dispatches_once(gap):
    above = f"Ferry\n\nW1\n\nIt runs.\n\nComments 0\nComments 0\n{gap}"

    results = read(f"{above}Bus\n\nW2\n\nIt runs too.".encode())

    assert [outcome(result) for result in results] == [("W1", 1), ("W2", 9 + len(gap))]


@pytest.mark.parametrize(
    "line", ["12 Comments", "Comments -1", "Comments", "no comments", "Comment 5"]
)
def test_c7_what_is_almost_a_comment_line_is_text(line):
    dispatch = parse(f"Ferry\n\nIt runs.\n\n{line}")

    assert dispatch.paragraphs == ("It runs.", line)
    assert dispatch.warnings == (Notice("trailer-like", 5),)
