import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import names, text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=alert(1)'>",
    "\"><a href='javascript:alert(1)'>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    'http://good.example/" onmouseover="alert(1)',
    "http://good.example/<script>alert(1)</script>",
    "<b>Look</b> http://good.example/ <i>here</i>",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_markup_is_shown_as_it_was_typed(typed):
    html = text.render(typed)

    assert set(re.findall(r"</?([a-z]+)", html)) <= {"p", "br", "a"}
    assert not re.search(r"<[^>]*\son[a-z]+=", html)
    assert unescaped(re.sub(r"<[^>]+>", "", html)) == typed


def unescaped(html):
    from html import unescape

    return unescape(html)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,<b>",
        "mailto:ana@paper.example",
        "ftp://files.example/x",
        "https://bank.example@evil.example/",
        "https://user:secret@host.example/",
        "https://bank.example\\@evil.example/",
        "http://localhost/",
        "http://[::1]/",
        "http://a..b.example/",
        "http://host.example:99999/",
        "http://-.example",
        "xhttp://host.example/",
        "http://" + "a" * 300 + ".example/",
    ],
)
def test_what_is_no_plain_web_address_is_no_link(typed):
    assert "<a" not in text.render(typed)


def test_links_lead_where_they_say():
    html = text.render("See https://harbour.example/minutes?a=1&b=2.")

    assert html == (
        '<p>See <a href="https://harbour.example/minutes?a=1&amp;b=2" rel="nofollow ugc noopener">'
        "https://harbour.example/minutes?a=1&amp;b=2</a>.</p>"
    )


def test_a_host_in_look_alike_letters_is_shown_for_what_it_is():
    html = text.render("http://аррӏе.com/login")

    assert "http://xn--" in re.search(r">(http[^<]+)<", html)[1]
    assert 'href="http://xn--' in html


@pytest.mark.parametrize(
    ("typed", "linked"),
    [
        ("(http://a.example/b)", "http://a.example/b"),
        ("http://a.example/b_(c)", "http://a.example/b_(c)"),
        ("http://a.example/b!?", "http://a.example/b"),
        ("“http://a.example/b”", "http://a.example/b"),
        ("HTTP://A.Example/B", "http://a.example/B"),
        ("http://a.example:8080/", "http://a.example:8080/"),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(typed, linked):
    assert f'href="{linked}"' in text.render(typed)


def test_paragraphs_and_lines_are_kept():
    assert text.render("One\ntwo\n\nthree") == "<p>One<br>two</p><p>three</p>"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("N\x00U\x07L", "NUL"),
        ("a\ud800b", "ab"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("e\u0301", "é"),
        ("  a \n\n\n\n b  ", "a\n\n b"),
        ("a\ufdd0b\ue000c", "abc"),
        ("می\u200cشود", "می\u200cشود"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ],
)
def test_what_is_stored_is_plain(typed, kept):
    assert text.normalise(typed) == kept


def test_marks_do_not_pile_up():
    piled = text.normalise("Z" + "\u0335" * 300 + "a")

    assert len(piled) == 2 + text.MARKS_IN_A_ROW
    assert piled.endswith("a")


@given(st.text(st.characters()))
def test_plain_text_stays_as_it_is(typed):
    plain = text.normalise(typed)

    assert text.normalise(plain) == plain
    assert unicodedata.is_normalized("NFC", plain)
    plain.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_typed_is_rendered_as_text(typed):
    html = text.render(text.normalise(typed))

    assert set(re.findall(r"<(/?[a-z]+)", html)) <= {"p", "/p", "br", "a", "/a"}


@pytest.mark.parametrize("typed", ["\u200b", "\u200d\u200c", " \n", "\u2800", "\u3164", "\u0301"])
def test_nothing_to_see_is_nothing(typed):
    assert text.is_empty(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ned  Carrow ", "Ned Carrow"),
        ("Ned\r\nBcc: all@paper.example", "Ned Bcc: all@paper.example"),
        ("Ned\u202e Carrow\x00", "Ned Carrow"),
    ],
)
def test_a_name_stands_on_one_line(typed, kept):
    assert names.tidy(typed) == kept


@pytest.mark.parametrize(
    "taken",
    ["Ana Lima", "ana lima", "ANA  LIMA", "Ana Lіma", "Ánà Líma", "Ana L1ma", "Аna Limа",
     "Ana\u200bLima", "A.n.a Lima", "Dora Desk", "D0ra Desk", "Anɑ Lima", "Ꭺna Lima", "Ana Lima²",
     "ريـم القاضي", "ریم القاضی", "ريم القاضى", "The moderator", "Mօderator", "ᴍoderators",
     "Editorial", "Author of this story", "(You)", "قارئ سابق", "كاتب الخبر", "A former reader",
     "Former reader", "Ana Lima\u3164", "Ana\uffa0 Lima", "ꓮna Lima", "Ana Lіmа (staff)",
     "Editor Ana Lima", "Not Ana Lima", "Newsroom team", "المحررون", "The editors"],
)  # fmt: skip
def test_a_guest_cannot_pass_for_somebody_who_works_here(db, staff, taken):
    from articles.models import Person

    Person.objects.create(name="Ana Lima", slug="ana-lima")
    Person.objects.create(name="ريم القاضي", slug="reem")

    assert "works here" in names.refusal(names.tidy(taken))


@pytest.mark.parametrize(
    "free",
    ["Ned Carrow", "Анна Лимова", "李四", "Marit S.", "محمد", "Mariana Limaço", "Ana", "A. B."],
)
def test_other_names_are_free(db, staff, free):
    assert names.refusal(free) is None


def test_nobody_writes_under_the_name_of_the_paper(db):
    from newsroom.models import Paper

    Paper.objects.update_or_create(pk=1, defaults={"name": "The Tarnholt Gazette"})

    assert "works here" in names.refusal("the tarnholt gazette")


@pytest.mark.parametrize(
    "same", ["Buy  gold,\nnow.", "BUY GOLD, NOW.", "Buy\u200b gold,\u200d now.", "Buygold,now."]
)
def test_texts_that_say_the_same_are_the_same(same):
    assert text.hash_of(same) == text.hash_of("Buy gold, now.")
    assert text.hash_of(same) != text.hash_of("Buy gold later.")


@pytest.mark.parametrize("wrong", ["", "x", "\u200b\u200b\u200b", "x" * 51])
def test_a_name_has_two_to_fifty_characters(db, wrong):
    assert names.refusal(names.tidy(wrong))
