"""The admin, as an editor works in it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Person, Revision, Section
from articles.workflow import MOVES
from tests.conftest import acting_elements, text_of

LIST = "/admin/articles/article/"


def form_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def typed():
    """typed(article, field=...) is what the browser sends for the form of a story."""

    def typed(article, **changes):
        stored = article.working_content
        fields = {
            name: stored[name]
            for name in ("kicker", "headline", "standfirst", "byline", "dateline", "source", "body")
        }
        return (
            fields
            | {
                "topics": [topic["id"] for topic in stored["topics"]],
                "section": article.section_id,
                "language": article.language,
                "version": article.version,
                "_continue": "1",
            }
            | changes
        )

    return typed


def messages_of(answer):
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.mark.parametrize("count", [3, 40])
def test_the_list_costs_the_same_whatever_its_length(
    desk, publish_article, django_assert_num_queries, count
):
    for _ in range(count):
        publish_article()
    desk.get(LIST)

    # The session, the account, its rights (two), its person; the count of at most ten pages, the
    # page; the sections of the filter; the paper's name.
    with django_assert_num_queries(9):
        desk.get(LIST)


def test_the_list_says_where_each_story_is(desk, file_article, publish_article):
    draft = file_article(headline="A draft")
    live = publish_article(headline="A live one")
    live.save_working_copy(text_of(headline="Being changed"), by=None, version=1)

    page = desk.get(LIST).content.decode()

    assert draft.code in page
    assert "Live; change: Draft" in page
    assert "Being changed" in page


@pytest.mark.parametrize("term", ["w2", "W2", "dictionary", "rain dictionary"])
def test_a_story_is_found_by_code_and_by_words(desk, file_article, term):
    file_article(headline="Snow")
    file_article(headline="A dictionary of words for rain")

    page = desk.get(LIST, {"q": term})

    assert [story.code for story in page.context["cl"].result_list] == ["W2"]


def test_a_reporter_creates_a_story_and_its_code_is_allotted(client, reporter, world):
    client.force_login(reporter)

    answer = client.post(
        f"{LIST}add/",
        {"section": world.pk, "headline": "Snow", "body": "<p>It snows.</p>", "_continue": "1"},
        follow=True,
    )

    article = Article.objects.get()
    assert "Created W1" in messages_of(answer)
    assert article.code == "W1"
    assert article.created_by == reporter
    assert article.working_content["body"] == "<p>It snows.</p>"


def test_a_draft_may_be_saved_with_nothing_in_it(client, reporter, world):
    client.force_login(reporter)

    client.post(f"{LIST}add/", {"section": world.pk})

    assert Article.objects.get().working_headline == ""


def test_a_save_makes_a_revision_and_touches_nothing_that_readers_see(
    desk, publish_article, typed, editor
):
    article = publish_article()
    public = desk.get(article.get_absolute_url()).content

    answer = desk.post(form_of(article), typed(article, headline="New headline"), follow=True)

    assert "Saved the working copy" in messages_of(answer)
    assert desk.get(article.get_absolute_url()).content == public
    article.refresh_from_db()
    assert article.working_revision.content["headline"] == "New headline"
    assert article.working_revision.author == editor


def test_a_save_without_a_change_makes_no_revision(desk, file_article, typed):
    article = file_article()

    answer = desk.post(form_of(article), typed(article), follow=True)

    assert "Nothing has changed" in messages_of(answer)
    assert Revision.objects.count() == 1


def test_what_an_editor_types_is_tidied_as_a_dispatch_is(desk, file_article, typed):
    article = file_article()

    desk.post(
        form_of(article),
        typed(article, headline="  Snow \t on\u0093roads\x07 ", standfirst="One\r\ntwo "),
    )

    content = Article.objects.get().working_content
    assert content["headline"] == "Snow on“roads"
    assert content["standfirst"] == "One two"


def test_a_stale_save_is_refused_and_both_texts_are_there(desk, file_article, typed, reporter):
    article = file_article()
    stale = typed(article, headline="My headline", body="<p>My text.</p>")
    article.save_working_copy(
        text_of("Their text.", headline="Their headline"), by=reporter, version=1
    )

    answer = desk.post(form_of(article), stale)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "reporter saved this story" in page
    assert "My headline" in page
    assert "My text." in page
    assert "Their headline" in page
    assert "Their text." in page
    assert Article.objects.get().working_headline == "Their headline"
    assert Revision.objects.count() == 2


def test_after_a_stale_save_ones_own_text_can_be_kept_knowingly(
    desk, file_article, typed, reporter
):
    article = file_article()
    stale = typed(article, headline="My headline")
    article.save_working_copy(text_of(headline="Their headline"), by=reporter, version=1)

    desk.post(form_of(article), stale | {"_based_on": "2"})

    assert Article.objects.get().working_headline == "My headline"
    assert [r.content["headline"] for r in Revision.objects.order_by("number")][1:] == [
        "Their headline",
        "My headline",
    ]


def test_a_save_on_top_of_a_third_version_is_stale_again(desk, file_article, typed, reporter):
    article = file_article()
    stale = typed(article, headline="My headline")
    article.save_working_copy(text_of(headline="Second"), by=reporter, version=1)
    article.save_working_copy(text_of(headline="Third"), by=reporter, version=2)

    desk.post(form_of(article), stale | {"_based_on": "2"})

    assert Article.objects.get().working_headline == "Third"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_version_that_is_none_saves_nothing(desk, file_article, typed, version):
    article = file_article()

    answer = desk.post(form_of(article), typed(article, headline="Mine", version=version))

    assert answer.status_code == 200
    assert Revision.objects.count() == 1


def test_a_move_saves_what_was_typed_and_is_made(desk, file_article, typed):
    article = file_article()

    answer = desk.post(
        form_of(article), typed(article, headline="Typed", _move="submit"), follow=True
    )

    article.refresh_from_db()
    assert "Done: File to the desk" in messages_of(answer)
    assert article.workflow_status == "submitted"
    assert article.working_headline == "Typed"


def test_a_refused_move_says_why_and_keeps_what_was_typed(desk, file_article, typed):
    article = file_article()

    answer = desk.post(
        form_of(article), typed(article, body="<p>TK</p>", _move="publish"), follow=True
    )

    article.refresh_from_db()
    assert "was not done" in messages_of(answer)
    assert article.workflow_status == "draft"
    assert article.working_content["body"] == "<p>TK</p>"


def test_an_editor_schedules_in_the_newsrooms_time(desk, file_article, typed, settings):
    settings.TIME_ZONE = "Asia/Almaty"
    timezone.get_default_timezone.cache_clear()
    article = file_article()
    article.move("submit", by=None)
    article.move("approve", by=None)
    ahead = timezone.localtime(timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)

    desk.post(
        form_of(article),
        typed(article, _move="schedule", **{"schedule-publish_at": f"{ahead:%Y-%m-%dT%H:%M}"}),
    )

    timezone.get_default_timezone.cache_clear()
    assert Article.objects.get().visible_from == ahead


@pytest.mark.parametrize("hour", ["", "tomorrow", "2012-01-17T08:00", "9999-12-31T23:59"])
def test_an_hour_that_cannot_be_is_refused(desk, file_article, typed, hour):
    article = file_article()
    article.move("submit", by=None)
    article.move("approve", by=None)

    answer = desk.post(
        form_of(article),
        typed(article, _move="schedule", **{"schedule-publish_at": hour}),
        follow=True,
    )

    assert "was not done" in messages_of(answer)
    assert Article.objects.get().publication_status == "unpublished"


def test_only_the_moves_that_may_be_made_now_are_offered(desk, file_article):
    article = file_article()

    page = desk.get(form_of(article)).content.decode()
    offered = {name for name in MOVES if f'value="{name}' in page}
    assert offered == {"submit"}

    article.move("submit", by=None)
    page = desk.get(form_of(article)).content.decode()
    offered = {name for name in MOVES if f'value="{name}' in page}
    assert offered == {"claim", "return", "approve", "publish"}


def test_a_closed_move_is_said_in_words(client, publisher, editor, file_article):
    article = file_article(by=editor)
    article.move("submit", by=editor)
    client.force_login(editor)

    page = client.get(form_of(article)).content.decode()

    assert "only author of this text" in page
    assert "Publisher" in page
    assert 'value="publish' not in page


def test_a_filed_story_is_read_by_its_reporter_and_written_by_the_desk(
    client, reporter, file_article, typed
):
    article = file_article(by=reporter)
    article.move("submit", by=reporter)
    client.force_login(reporter)

    page = client.get(form_of(article))
    assert page.status_code == 200
    assert b"Save working copy" not in page.content
    client.post(form_of(article), typed(article, headline="Mine again"))
    assert Article.objects.get().working_headline != "Mine again"

    client.post(form_of(article), typed(article, _move="recall"))
    client.post(form_of(article), typed(article, headline="Mine again"))
    assert Article.objects.get().working_headline == "Mine again"


def test_a_forged_move_is_refused(client, reporter, file_article, typed):
    article = file_article(by=reporter)
    article.move("submit", by=reporter)
    client.force_login(reporter)

    for name in ("publish", "approve", "claim", "unpublish", "nonsense", "__class__"):
        client.post(form_of(article), typed(article, _move=name))

    article.refresh_from_db()
    assert (article.workflow_status, article.publication_status) == ("submitted", "unpublished")


def test_another_sections_story_is_not_there(client, account, arabic, file_article, typed):
    article = file_article()
    client.force_login(account("stranger", "Section editor", sections=[arabic]))

    assert client.get(LIST).context["cl"].result_count == 0
    assert client.get(form_of(article)).status_code == 302
    assert client.post(form_of(article), typed(article, headline="Mine")).status_code == 302
    assert Article.objects.get().working_headline != "Mine"


def test_a_story_cannot_be_created_in_another_section(client, account, arabic, world):
    client.force_login(account("stranger", "Reporter", sections=[arabic]))

    answer = client.post(f"{LIST}add/", {"section": world.pk, "headline": "Snow"})

    assert answer.status_code == 200
    assert not Article.objects.exists()


@pytest.mark.parametrize("model", ["article", "section", "person", "topic"])
def test_nothing_of_the_record_can_be_deleted(admin_client, file_article, model, reporter):
    article = file_article()
    Person.objects.create(name="Ana", slug="ana")
    row = {"article": article.pk, "section": article.section_id}.get(model, 1)

    assert admin_client.get(f"/admin/articles/{model}/{row}/delete/").status_code == 403
    assert (
        admin_client.post(f"/admin/articles/{model}/{row}/delete/", {"post": "yes"}).status_code
        == 403
    )
    assert Article.objects.exists()
    assert Section.objects.exists()


def test_no_account_is_deleted(admin_client, reporter):
    answer = admin_client.post(f"/admin/auth/user/{reporter.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403


def test_who_manages_accounts_makes_nobody_a_superuser(client, account, reporter, admin_user):
    manager = account("manager", "IT administrator")
    client.force_login(manager)

    client.post(
        f"/admin/auth/user/{reporter.pk}/change/",
        {"username": "reporter", "is_superuser": "on", "is_active": "on",
         "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"},
    )  # fmt: skip
    client.post(f"/admin/auth/user/{admin_user.pk}/change/", {"username": "mine"})

    reporter.refresh_from_db()
    admin_user.refresh_from_db()
    assert not reporter.is_superuser
    assert admin_user.username == "admin"


@pytest.mark.parametrize("role", [None, "moderator"])
def test_the_desk_is_closed_to_who_has_no_business_there(client, request, file_article, role):
    article = file_article()
    if role:
        client.force_login(request.getfixturevalue(role))

    for address in (LIST, f"{LIST}add/", form_of(article)):
        assert client.get(address).status_code in {302, 403}


def test_the_form_works_under_a_policy_that_lets_no_foreign_script_run(desk, file_article):
    answer = desk.get(form_of(file_article()))

    policy = answer["Content-Security-Policy"]
    page = answer.content.decode()
    (scripts,) = [part for part in policy.split("; ") if part.startswith("script-src")]
    nonce = scripts.partition("'nonce-")[2].rstrip("'")
    assert nonce
    assert f'nonce="{nonce}"' in page
    assert "unsafe" not in scripts


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_hostile_text_is_text_in_the_admin(admin_client, file_article, typed):
    article = file_article(
        HOSTILE, **dict.fromkeys(("headline", "kicker", "standfirst", "byline"), HOSTILE)
    )
    stale = typed(article, headline=HOSTILE + "2")
    article.save_working_copy(text_of(HOSTILE, headline=HOSTILE + "3"), by=None, version=1)

    for answer in (
        admin_client.get(LIST),
        admin_client.get(form_of(article)),
        admin_client.get(form_of(article) + "history/"),
        admin_client.post(form_of(article), stale),
    ):
        acting = acting_elements(answer.content.decode())
        assert [tag for tag in acting if "importmap" not in tag and "<svg" not in tag] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"headline": "x" * 301},
        {"headline": "\x00\x1b\u202e"},
        {"body": "<p>" + "x" * 100_000},
        {"section": "999"},
        {"section": ""},
        {"section": "x"},
        {"language": "<script>"},
        {"topics": ["x"]},
        {"topics": ["999999999999999999999"]},
        {"byline": "y" * 5000},
        {"_move": "publish:\x00"},
        {"_based_on": "\x00"},
    ],
)
def test_no_input_breaks_the_form(desk, file_article, typed, changes):
    article = file_article()

    answer = desk.post(form_of(article), typed(article, **changes))

    assert answer.status_code in {200, 302}
