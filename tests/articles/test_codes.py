import pytest

from articles.codes import is_code, parse_code, split_code


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("W460", "W460"), ("w460", "W460"), (" w460\n", "W460"), ("abc123456", "ABC123456")],
)
def test_a_code_is_forgiving_in_and_strict_out(typed, printed):
    found = parse_code(typed)

    assert found == printed
    assert is_code(typed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "W",
        "460",
        "W-460",
        "W 460",
        "ABCD12",
        "W1234567",
        "W4６0",
        "W٤٦٠",
        "Ｗ460",
        "W46O",
        "ſ1",
    ],
)
def test_what_only_looks_like_a_code_is_refused(text):
    assert not is_code(text)
    with pytest.raises(ValueError, match="no code"):
        parse_code(text)


def test_leading_zeros_belong_to_the_code():
    parts = split_code("w007")

    assert parts == ("W", "007")
    assert parse_code("W007") != parse_code("W7")
