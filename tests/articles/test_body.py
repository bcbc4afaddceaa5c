"""The body: one form in the database, plain paragraphs in a dispatch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.body import from_paragraphs, sanitise, to_paragraphs
from articles.dispatch import Dispatch, Headers, parse, write

LETTERS = st.text(
    alphabet=st.sampled_from("ab<>&\"' \u00a0\tيא字é-•–\\1.)\u200f\u200d"), min_size=1, max_size=30
)


@given(st.lists(LETTERS, min_size=1, max_size=4))
def test_what_an_import_makes_comes_back_as_it_was(lines):
    text = "Headline\n\nW1\n\nStart.\n" + "\n\n".join(lines)
    try:
        paragraphs = parse(text).paragraphs
    except ValueError:
        return

    html = from_paragraphs(paragraphs)

    assert to_paragraphs(html) == paragraphs
    assert sanitise(html) == html


@pytest.mark.parametrize(
    ("paragraph", "html"),
    [
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ('"They stink!"', '<p>"They stink!"</p>'),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("name   12", "<p>name&nbsp;&nbsp;&nbsp;12</p>"),
        ("10\u00a0km", "<p>10&nbsp;km</p>"),
        ("top\n  in", "<p>top<br>&nbsp;&nbsp;in</p>"),
        ("top\n in", "<p>top<br>&nbsp;in</p>"),
    ],
)
def test_a_paragraph_has_one_form(paragraph, html):
    assert from_paragraphs([paragraph]) == html
    assert to_paragraphs(html) == (paragraph,)


def test_editors_blocks_become_plain_paragraphs():
    html = (
        '<h2>Who knew</h2><p>A <strong>bold</strong> <a href="/W431">W431</a>.</p>'
        "<blockquote><p>Slow.</p><p>Steady.</p></blockquote>"
        "<ul><li><p>one</p></li><li><p>two</p><ul><li><p>deep</p></li></ul></li></ul>"
        "<ol><li><p>first</p></li></ol>"
    )

    assert to_paragraphs(html) == (
        "Who knew",
        "A bold W431.",
        "Slow.",
        "Steady.",
        "- one\n- two\n- deep",
        "- first",
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>Plain.</p>",
        "<h2>Sub</h2><p>x<br>y</p><blockquote><p>q</p></blockquote>",
        '<p><a href="https://example.org/?a=1&amp;b=2">l</a> <em>e</em></p>',
        "<ul><li><p>one</p></li></ul><ol><li><p>two</p></li></ol>",
        '<p><a href="/W431">W431</a></p>',
        "",
    ],
)
def test_what_the_editor_writes_is_stored_as_it_is(html):
    assert sanitise(html) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>x</p><script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p><a href="data:text/html,x">x</a></p>',
        '<p><a href="java\nscript:alert(1)">x</a></p>',
        '<p>x<img src="x" onerror="alert(1)"></p>',
        "<svg><style><img src=x onerror=alert(1)></style></svg><p>x</p>",
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 '
        'onerror=alert(1)&gt;"><p>x</p>',
        '<p style="position:fixed" class="notice" id="W460">x</p>',
        "<iframe src=https://evil.example></iframe><p>x</p>",
        "<p>x<!-- <script>alert(1)</script> --></p>",
    ],
)
def test_nothing_that_acts_is_stored(hostile):
    html = sanitise(hostile)

    for word in ("script", "onclick", "onerror", "javascript", "data:", "style", "<img", "<svg"):
        assert word not in html.replace("&lt;", "").lower()
    assert sanitise(html) == html


@given(st.text(max_size=200))
def test_sanitising_twice_is_sanitising_once(text):
    once = sanitise(text)

    assert sanitise(once) == once


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<h2>",
                "</h2>",
                "<ul>",
                "<li>",
                "</li>",
                "</ul>",
                "<br>",
                "<a\thref=/x>",
                "</a>",
                "<em>",
                "</em>",
                "<blockquote>",
                "</blockquote>",
                "<script>",
                "</script>",
                "x",
                "&nbsp;",
                "<",
                "&",
                "<!--",
                "\x00",
                "�",
                "\n",
            ]
        ),
        max_size=20,
    )
)
def test_no_markup_breaks_it(parts):
    html = sanitise("".join(parts))

    assert sanitise(html) == html
    to_paragraphs(html)


def test_text_typed_without_the_editor_becomes_paragraphs():
    assert sanitise("One\ntwo\n\nThree & <b>four</b>") == (
        "<p>One<br>two</p><p>Three &amp; four</p>"
    )


EDITED = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<h2>",
            "</h2>",
            "<ul><li><p>",
            "</p></li></ul>",
            "<br>",
            "<em>",
            "</em>",
            "Comments 0",
            "W12",
            "By: Ana",
            "\\",
            " ",
            "&nbsp;",
            "&nbsp; ",
            "word",
            "\u200f",
            "-30-",
        ]
    ),
    max_size=24,
)


@given(EDITED)
def test_whatever_an_editor_wrote_goes_out_and_comes_in_as_the_same_paragraphs(parts):
    paragraphs = to_paragraphs(sanitise("".join(parts)))
    if not paragraphs:
        return
    sent = Dispatch(headline="Snow", code="W460", headers=Headers(), paragraphs=paragraphs)

    assert parse(write(sent)).paragraphs == paragraphs
    assert to_paragraphs(from_paragraphs(paragraphs)) == paragraphs
