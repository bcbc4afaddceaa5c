"""A newsroom to copy, and empty places to copy it to."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models import JSONField, Value
from django.utils import timezone

from articles.content import content
from articles.models import Article, Event
from comments import posting, tokens
from comments.models import Comment
from newsroom.backup import archive, tables
from tests.newsroom.own_database import own_url

LONG = " ".join(["The road is closed."] * 50_000)
AWKWARD = "Lone\u2028separator, 🗞️ paper, \x7f, “quotes”, ﷺ"


@pytest.fixture
def media(settings, tmp_path):
    """The folder of the uploaded files, for this test alone."""
    folder = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        }
    }
    return folder


@pytest.fixture
def newsroom(transactional_db, media, paper):
    """A paper with awkward rows and two pictures; gives its first story."""
    editor = get_user_model().objects.get(username="edda")
    for parent in (None, 2, 3, 3):
        speak(paper, author=editor, parent_seq=parent)
    long = Article.objects.file(content(headline="Long", body=f"<p>{LONG}</p>"), paper.section)
    # Past the doors, which would tidy it.
    Comment.objects.filter(depth=2).update(body=AWKWARD)
    Article.objects.filter(pk=long.pk).update(working_headline=AWKWARD)
    for details in ({"a": [1, 2.5, None, {"ü": AWKWARD}], "": {}}, Value(None, JSONField())):
        Event.objects.create(
            article=paper,
            name="note",
            workflow_to="draft",
            publication_to="unpublished",
            at=timezone.now().replace(microsecond=1),
            details=details,
        )
    Session.objects.create(session_key="key", session_data="data", expire_date=timezone.now())
    default_storage.save("2026/11/plough.jpg", ContentFile(bytes(range(256)) * 999))
    default_storage.save("ünïcode 雪.txt", ContentFile(b""))
    return paper


def speak(story, body="Words.", **rest):
    return posting.post(story, body=body, token=tokens.make(story.code), **rest)


@pytest.fixture
def backup(tmp_path):
    """backup() makes a file and gives its path."""

    def make(name="paper.zip"):
        call_command("backup", str(tmp_path / name), stdout=StringIO())
        return tmp_path / name

    make.folder = tmp_path
    return make


@pytest.fixture
def restore():
    """restore(path) gives what the command says."""

    def run(path):
        said = StringIO()
        call_command("restore", str(path), stdout=said)
        return said.getvalue()

    return run


@pytest.fixture
def wipe(media):
    """wipe() leaves what `migrate` makes."""

    def run():
        call_command("flush", interactive=False, verbosity=0)
        if media.exists():
            media.rename(media.with_name("media of before"))

    return run


def everything():
    """All rows of the database, by table."""
    return {
        label: list(tables.rows(model, alias="default")) for label, model in tables.tables().items()
    }


def contents(path):
    """All rows of a backup, by table, in no order."""
    with archive.proved(path) as found:
        return {
            label: sorted(found.rows(label), key=lambda row: str(sorted(row.items(), key=str)))
            for label in found.tables
        }


def manage(url, *words, media):
    """Start a command of manage.py in a process of its own, upon another database."""
    return python(url, "manage.py", *words, media=media)


def python(url, *words, media):
    return subprocess.Popen(
        [sys.executable, *map(str, words)],
        cwd=django_settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "newsroom.settings",
            "DATABASE_URL": url,
            "MEDIA_STORAGE_URL": f"file://{media}",
        },
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.fixture
def elsewhere(tmp_path):
    """elsewhere("sqlite") gives the DATABASE_URL of a new database without a table."""
    made = []

    def make(kind):
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}.sqlite3'}"
        name = f"{connection.settings_dict['NAME']}_copy_{len(made)}"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
        made.append(name)
        return f"{own_url().rpartition('/')[0]}/{name}"

    yield make
    with connection.cursor() as cursor:
        for name in made:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
