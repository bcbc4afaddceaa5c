"""The Arabic of the interface: complete, compiled, and all that an Arabic reader meets."""

import ast
import gettext
import io
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from articles.workflow import PublishKind
from comments import posting, tokens
from comments.models import Discussion, Policy, Status
from comments.moderation import transition
from tests.conftest import text_of
from tests.newsroom.latin import latin_words

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "newsroom/locale/ar/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|</?\w+[^>]*>")


class Message:
    def __init__(self, text):
        self.flags = set(re.findall(r"[\w-]+", " ".join(re.findall(r"(?m)^#,(.*)$", text))))
        self.fields = {}
        name = ""
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            word, quoted = re.fullmatch(r'(?:(msg\S+) )?(".*")', line).groups()
            name = word or name
            self.fields[name] = self.fields.get(name, "") + ast.literal_eval(quoted)

    @property
    def key(self):
        return self.fields.get("msgctxt"), self.fields["msgid"]

    @property
    def translations(self):
        return {name: text for name, text in self.fields.items() if name.startswith("msgstr")}


def messages_of(path):
    """The messages of a .po or .pot file, without its header and what is commented out."""
    blocks = re.split(r"\n{2,}", path.read_text(encoding="utf-8").strip())
    read = [Message(block) for block in blocks if re.search(r"(?m)^msgid ", block)]
    return [message for message in read if message.key != (None, "")]


def needs(*programs):
    absent = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(absent), reason=f"GNU gettext is not installed: {absent}")


def test_every_message_is_translated():
    messages = messages_of(PO)

    assert len(messages) > 300
    assert "\n#~" not in PO.read_text(encoding="utf-8")
    for message in messages:
        assert "fuzzy" not in message.flags, message.key
        assert all(text.strip() for text in message.translations.values()), message.key
        if "msgid_plural" in message.fields:
            assert set(message.translations) == {f"msgstr[{n}]" for n in range(6)}, message.key


def test_every_translation_keeps_the_placeholders_and_the_elements():
    for message in messages_of(PO):
        plural = message.fields.get("msgid_plural", message.fields["msgid"])
        wanted = sorted(PLACEHOLDER.findall(plural))
        for name, text in message.translations.items():
            found = sorted(PLACEHOLDER.findall(text))
            if name in {"msgstr[0]", "msgstr[1]", "msgstr[2]"}:
                # None, one and two are words in Arabic.
                wanted_here = [
                    mark for mark in wanted if "count" not in mark and "number" not in mark
                ]
                assert found in (wanted, wanted_here), message.key
            else:
                assert found == wanted, message.key


def test_every_translation_begins_and_ends_with_the_spaces_of_its_message():
    for message in messages_of(PO):
        source = message.fields["msgid"]
        for text in message.translations.values():
            assert text[:1].isspace() == source[:1].isspace(), message.key
            assert text[-1:].isspace() == source[-1:].isspace(), message.key


@needs("msgfmt")
def test_the_compiled_catalogue_is_that_of_the_source():
    compiled = subprocess.run(
        ["msgfmt", "--check-format", "-o", "-", PO], capture_output=True, check=True
    ).stdout

    assert catalogue(MO.read_bytes()) == catalogue(compiled)


def catalogue(compiled):
    return gettext.GNUTranslations(io.BytesIO(compiled))._catalog


@needs("xgettext", "msguniq", "msgmerge", "msgattrib", "msginit")
def test_the_sources_say_nothing_that_is_not_in_the_catalogue(tmp_path, monkeypatch, settings):
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    for folder in [*ours, ROOT / "templates"]:
        shutil.copytree(
            folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__", "locale")
        )
    locale = tmp_path / "locale"
    locale.mkdir()
    settings.LOCALE_PATHS = [locale]
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", locale=["ar"], keep_pot=True, no_location=True, verbosity=0)

    said = {message.key for message in messages_of(locale / "django.pot")}
    assert len(said) > 300
    assert not said - {message.key for message in messages_of(PO)}


# What an Arabic reader meets -----------------------------------------------------


@pytest.fixture
def arabic_story(publish_article, arabic):
    return publish_article(
        "الطريق مغلق منذ الفجر.",
        section=arabic,
        kicker="الطقس",
        headline="ثلج على الطريق الساحلي",
        standfirst="كاسحة الثلج في الخندق.",
        byline="آنا ليما",
        dateline="ألماتي",
        source="وكالات",
        at=timezone.now() - timedelta(days=1),
    )


@pytest.fixture
def speak(arabic_story):
    """speak(...) posts a comment and brings it to its status."""

    def speak(*steps, to=None, author=None):
        comment = posting.post(
            arabic_story,
            body="متى يُفتح الطريق؟",
            author=author,
            guest_name="" if author else "ليلى",
            token=tokens.make(arabic_story.code),
            parent_seq=to.seq if to else None,
        )
        for step in steps:
            transition(comment, expected=comment.status, revision=1, to=step, by=None, reason="سبب")
        return comment

    return speak


@pytest.fixture
def lively(arabic_story, arabic, speak, account):
    """A changed story with every kind of comment: guest's, staff's, the author's, a removed one
    with answers, and a thread too long to be shown at once."""
    text = text_of(
        "الطريق مفتوح.",
        headline="ذاب الثلج",
        byline="آنا ليما",
        standfirst="عاد السير.",
        source="وكالات",
    )
    arabic_story.save_working_copy(text, by=None, version=arabic_story.version)
    arabic_story.move("submit", by=None)
    arabic_story.move("publish", by=None, kind=PublishKind.UPDATE)
    author = account("ana", "Reporter", [arabic])
    author.person.name = "آنا ليما"
    author.person.save()
    arabic_story.people.add(author.person)
    nameless = account("desk")
    removed = speak(Status.PUBLISHED)
    for _n in range(40):
        deep = speak(Status.PUBLISHED, to=removed)
    for _n in range(4):
        deep = speak(Status.PUBLISHED, to=deep)
    speak(to=deep, author=author)
    speak(to=deep, author=nameless)
    transition(
        removed, expected=Status.PUBLISHED, revision=1, to=Status.REMOVED, by=None, reason="سبب"
    )
    for _n in range(22):
        speak(Status.PUBLISHED)
    return arabic_story


def addresses(story):
    talk = f"/{story.code}/comments/"
    return [
        story.get_absolute_url(),
        story.section.get_absolute_url(),
        f"{story.section.get_absolute_url()}?before=1-1",
        talk,
        f"{talk}?before=4",
        f"{talk}new/",
        f"{talk}new/?to=3",
    ]


def test_a_quiet_arabic_story_is_arabic_throughout(client, arabic_story):
    for address in addresses(arabic_story)[:-1]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert '<html lang="ar" dir="rtl">' in page.content.decode(), address
        assert not latin_words(page.content.decode(), "Newsroom"), address


def test_a_lively_arabic_story_is_arabic_throughout(client, lively):
    for address in addresses(lively):
        page = client.get(address)
        assert page.status_code == 200, address
        assert not latin_words(page.content.decode(), "Newsroom"), address

    talk = f"/{lively.code}/comments/"
    start = client.get(f"{talk}?before=4").content.decode()
    rest = client.get(talk + re.search(r"\?thread=[^\"]+", start)[0].replace("&amp;", "&"))
    page = rest.content.decode()
    assert "كاتب الخبر" in page
    assert "هيئة التحرير" in page
    assert "من أسرة الصحيفة" in page
    assert not latin_words(page, "Newsroom")


@pytest.mark.parametrize("policy", [Policy.CLOSED, Policy.REGISTERED])
def test_a_discussion_that_takes_nothing_says_so_in_arabic(client, arabic_story, policy):
    Discussion.objects.create(article=arabic_story, policy=policy)

    for address in addresses(arabic_story)[:-2]:
        assert not latin_words(client.get(address).content.decode(), "Newsroom"), address
    refused = client.post(f"/{arabic_story.code}/comments/new/", {"name": "ليلى", "body": "متى؟"})
    assert refused.status_code in {403, 409}
    assert not latin_words(refused.content.decode(), "Newsroom")


@pytest.mark.parametrize("policy", [Policy.CLOSED, Policy.REGISTERED])
def test_a_form_that_is_not_given_is_refused_in_arabic(client, arabic_story, policy):
    Discussion.objects.create(article=arabic_story, policy=policy)

    page = client.get(f"/{arabic_story.code}/comments/new/").content.decode()

    assert not latin_words(page, "Newsroom")


@pytest.mark.parametrize(
    ("name", "body", "to"),
    [
        ("", "", ""),
        ("ل", "م", ""),
        ("ل" * 51, "م" * 5001, ""),
        ("ليلى", "متى يُفتح الطريق؟", ""),
        ("ليلى", "متى يُفتح الطريق؟", "3"),
        ("ليلى", "متى يُفتح الطريق؟", "99"),
    ],
    ids=["empty", "too short", "too long", "fit", "reply", "reply to nothing"],
)
def test_a_comment_in_the_making_is_answered_in_arabic(client, arabic_story, speak, name, body, to):
    for _n in range(3):
        speak(Status.PUBLISHED)

    page = client.post(
        f"/{arabic_story.code}/comments/new/", {"name": name, "body": body, "to": to}
    )

    assert page.context["page_language"] == "ar"
    assert not latin_words(page.content.decode(), "Newsroom")


def test_a_reader_finds_the_own_comment_waiting_in_arabic(client, arabic_story, speak):
    speak(Status.PUBLISHED)
    address = f"/{arabic_story.code}/comments/new/"
    typed = {"name": "ليلى", "body": "متى يُفتح الطريق؟", "to": "1"}
    preview = client.post(address, typed)

    posted = client.post(address, typed | {"token": preview.context["token"]})
    page = client.get(posted["Location"])

    assert posted.status_code == 303
    assert len(page.context["mine"].waiting) == 1
    assert not latin_words(page.content.decode(), "Newsroom")


@pytest.mark.parametrize(
    ("count", "heading"),
    [
        (0, "لا تعليقات بعد"),
        (1, "تعليق واحد"),
        (2, "تعليقان"),
        (3, "3 تعليقات"),
        (11, "11 تعليقًا"),
        (100, "100 تعليق"),
    ],
)
def test_comments_are_counted_as_arabic_counts(client, arabic_story, count, heading):
    Discussion.objects.create(article=arabic_story, visible_count=count)

    page = client.get(arabic_story.get_absolute_url()).content.decode()

    assert f'<h2 id="talk-h">{heading}</h2>' in page
    assert f"التعليقات <b>{count}</b>" in page


def test_a_teaser_is_in_the_language_of_its_story(client, arabic_story):
    page = client.get("/").content.decode()

    assert "بقلم <bdi>آنا ليما</bdi>" in page
    assert "أمس، " in page
    assert "التعليقات <b>0</b>" in page


def test_an_arabic_paper_is_arabic_throughout(client, settings, arabic_story):
    settings.LANGUAGE_CODE = "ar"

    for address in ("/", arabic_story.section.get_absolute_url(), "/W99999/"):
        page = client.get(address).content.decode()
        assert '<html lang="ar" dir="rtl">' in page
        assert not latin_words(page, "Newsroom", "News", "World"), address
