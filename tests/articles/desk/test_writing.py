"""The admin, as an editor works in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Revision, Section
from articles.workflow import MOVES
from tests.conftest import text_of

LIST = "/admin/articles/article/"


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
    form_of, desk, publish_article, typed, editor
):
    article = publish_article()
    public = desk.get(article.get_absolute_url()).content

    answer = desk.post(form_of(article), typed(article, headline="New headline"), follow=True)

    assert "Saved the working copy" in messages_of(answer)
    assert desk.get(article.get_absolute_url()).content == public
    article.refresh_from_db()
    assert article.working_revision.content["headline"] == "New headline"
    assert article.working_revision.author == editor


def test_a_save_without_a_change_makes_no_revision(form_of, desk, file_article, typed):
    article = file_article()

    answer = desk.post(form_of(article), typed(article), follow=True)

    assert "Nothing has changed" in messages_of(answer)
    assert Revision.objects.count() == 1


def test_what_an_editor_types_is_tidied_as_a_dispatch_is(form_of, desk, file_article, typed):
    article = file_article()

    desk.post(
        form_of(article),
        typed(article, headline="  Snow \t on\u0093roads\x07 ", standfirst="One\r\ntwo "),
    )

    content = Article.objects.get().working_content
    assert content["headline"] == "Snow on“roads"
    assert content["standfirst"] == "One two"


def test_a_stale_save_is_refused_and_both_texts_are_there(
    form_of, desk, file_article, typed, reporter
):
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
    form_of, desk, file_article, typed, reporter
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


def test_a_save_on_top_of_a_third_version_is_stale_again(
    form_of, desk, file_article, typed, reporter
):
    article = file_article()
    stale = typed(article, headline="My headline")
    article.save_working_copy(text_of(headline="Second"), by=reporter, version=1)
    article.save_working_copy(text_of(headline="Third"), by=reporter, version=2)

    desk.post(form_of(article), stale | {"_based_on": "2"})

    assert Article.objects.get().working_headline == "Third"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_version_that_is_none_saves_nothing(form_of, desk, file_article, typed, version):
    article = file_article()

    answer = desk.post(form_of(article), typed(article, headline="Mine", version=version))

    assert answer.status_code == 200
    assert Revision.objects.count() == 1


def test_a_move_saves_what_was_typed_and_is_made(form_of, desk, file_article, typed):
    article = file_article()

    answer = desk.post(
        form_of(article), typed(article, headline="Typed", _move="submit"), follow=True
    )

    article.refresh_from_db()
    assert "Done: File to the desk" in messages_of(answer)
    assert article.workflow_status == "submitted"
    assert article.working_headline == "Typed"


def test_a_refused_move_says_why_and_keeps_what_was_typed(form_of, desk, file_article, typed):
    article = file_article()

    answer = desk.post(
        form_of(article), typed(article, body="<p>TK</p>", _move="publish"), follow=True
    )

    article.refresh_from_db()
    assert "was not done" in messages_of(answer)
    assert article.workflow_status == "draft"
    assert article.working_content["body"] == "<p>TK</p>"


def test_an_editor_schedules_in_the_newsrooms_time(form_of, desk, file_article, typed, settings):
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
def test_an_hour_that_cannot_be_is_refused(form_of, desk, file_article, typed, hour):
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


def test_only_the_moves_that_may_be_made_now_are_offered(form_of, desk, file_article):
    article = file_article()

    page = desk.get(form_of(article)).content.decode()
    offered = {name for name in MOVES if f'value="{name}' in page}
    assert offered == {"submit"}

    article.move("submit", by=None)
    page = desk.get(form_of(article)).content.decode()
    offered = {name for name in MOVES if f'value="{name}' in page}
    assert offered == {"claim", "return", "approve", "publish"}


def test_a_closed_move_is_said_in_words(form_of, client, publisher, editor, file_article):
    article = file_article(by=editor)
    article.move("submit", by=editor)
    client.force_login(editor)

    page = client.get(form_of(article)).content.decode()

    assert "only author of this text" in page
    assert "Publisher" in page
    assert 'value="publish' not in page


def test_a_filed_story_is_read_by_its_reporter_and_written_by_the_desk(
    form_of, client, reporter, file_article, typed
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


def test_a_change_of_section_is_on_the_record_and_never_undone_in_silence(
    form_of, desk, publish_article, typed
):
    article = publish_article()
    nation = Section.objects.create(name="Nation", slug="nation", code_prefix="X")
    stale = typed(article, headline="New headline")

    answer = desk.post(form_of(article), typed(article, section=nation.pk), follow=True)

    assert "is in Nation now, for readers too" in messages_of(answer)
    assert article.events.filter(name="place").exists()
    late = desk.post(form_of(article), stale)
    assert late.status_code == 200
    assert Article.objects.get().section == nation


def test_the_limit_of_a_line_counts_what_is_kept(form_of, desk, file_article, typed):
    article = file_article()

    answer = desk.post(form_of(article), typed(article, kicker="\u0958" * 60))

    assert answer.status_code == 200
    assert Revision.objects.count() == 1


def test_the_other_text_is_shown_whole(form_of, desk, file_article, typed, reporter):
    article = file_article()
    stale = typed(article, headline="Mine")
    theirs = text_of(kicker="Their kicker", byline="Their byline", dateline="Their place")
    article.save_working_copy(theirs, by=reporter, version=1)

    page = desk.post(form_of(article), stale).content.decode()

    for text in ("Their kicker", "Their byline", "Their place"):
        assert text in page


def test_what_was_typed_before_the_form_closed_is_not_lost(
    form_of, client, reporter, file_article, typed
):
    article = file_article(by=reporter)
    late = typed(article, headline="Typed too late", body="<p>And this.</p>", _move="submit")
    article.move("submit", by=reporter)
    client.force_login(reporter)

    page = client.post(form_of(article), late).content.decode()

    assert "you may not write in it" in page
    assert "Typed too late" in page
    assert "And this." in page
    assert Revision.objects.count() == 1


def test_a_forged_move_is_refused(form_of, client, reporter, file_article, typed):
    article = file_article(by=reporter)
    article.move("submit", by=reporter)
    client.force_login(reporter)

    for name in ("publish", "approve", "claim", "unpublish", "nonsense", "__class__"):
        client.post(form_of(article), typed(article, _move=name))

    article.refresh_from_db()
    assert (article.workflow_status, article.publication_status) == ("submitted", "unpublished")


def test_another_sections_story_is_not_there(form_of, client, account, arabic, file_article, typed):
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
