from datetime import timedelta
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.content import content
from articles.models import Article
from comments import posting, tokens
from comments.models import Discussion, Status
from comments.moderation import transition
from comments.readers import join

HEADLINE = "Harbour board knew its quay was sinking"


@pytest.fixture
def file_story(world):
    """A function that files a story and, unless told otherwise, publishes it."""

    def file(code=None, *, headline=HEADLINE, published=True, section=None, **rest):
        story = Article.objects.file(
            content(headline=headline, body="<p>The letters were clear.</p>"),
            section or world,
            code=code,
            **rest,
        )
        if published:
            story.move("submit", by=None)
            story.move("publish", by=None, kind=None)
        return story

    return file


@pytest.fixture
def story(file_story):
    return file_story("W460")


@pytest.fixture
def discussion(story):
    """Makes the row, so that a test may change its policy."""
    return Discussion.objects.create(article=story)


@pytest.fixture
def rules_of():
    """The names of the rules that spoke about the comment as it is now, in their order."""

    def rules_of(comment):
        verdicts = comment.verdicts.filter(revision=comment.revision)
        return " ".join(verdict.rule for verdict in verdicts)

    return rules_of


@pytest.fixture
def known(member, file_story):
    """A reader with two published comments of long ago."""
    elsewhere = file_story("W400", headline="Another story", published=False)
    elsewhere.move("submit", by=None)
    yesterday = timezone.now() - timedelta(days=1)
    elsewhere.move("publish", by=None, kind=None, publish_at=yesterday)
    for number in range(2):
        comment = posting.post(
            elsewhere,
            body=f"Long ago, number {number}.",
            author=member,
            token=tokens.make("W400"),
            at=yesterday + timedelta(hours=number),
        )
        transition(comment, expected="held", revision=1, to="published", by=None)
    return member


@pytest.fixture
def member(db):
    """A reader whom nobody knows yet."""
    user = User.objects.create_user("reader-marit")
    join(user, "Marit S.")
    return user


@pytest.fixture
def staff(db):
    return User.objects.create_user("desk", first_name="Dora", last_name="Desk", is_staff=True)


@pytest.fixture
def say(story):
    """A function that posts as a guest and, where `status` is given, moves the comment there."""
    numbers = count(1)

    def say(body=None, *, to=None, status=None, under=None, name="Quay Street Choir", **rest):
        under = under or story
        comment = posting.post(
            under,
            body=body or f"Words number {next(numbers)}.",
            guest_name="" if rest.get("author") else name,
            token=rest.pop("token", None) or tokens.make(under.code),
            parent_seq=to.seq if to else None,
            **rest,
        )
        for step in {Status.REMOVED: [Status.PUBLISHED, Status.REMOVED]}.get(status, [status]):
            if step not in {None, comment.status}:
                transition(
                    comment, expected=comment.status, revision=1, to=step, by=None, reason="So."
                )
        return comment

    return say


@pytest.fixture
def counts(story):
    """A function that reads the stored counts anew: (visible, held)."""

    def read(of=None):
        row = Discussion.objects.get(article=of or story)
        return row.visible_count, row.held_count

    return read


@pytest.fixture
def desk_client(moderator):
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def strict_client():
    """A browser whose forms are checked as a real one's are."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def preview(story):
    """A function that asks for a preview and gives (its page, its token, its CSRF token)."""

    def ask(client, body="Two numbers, not one.", name="Ned Carrow", to="", address=None):
        page = client.post(
            address or f"/{story.code}/comments/new/", {"body": body, "name": name, "to": to}
        )
        form_token = page.context.get("token")
        return page, form_token, client.cookies["csrftoken"].value if form_token else ""

    return ask
