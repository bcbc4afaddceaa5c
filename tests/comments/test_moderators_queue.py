import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from articles.models import Section
from comments.models import Comment, Discussion, Policy, Status
from comments.moderation import transition
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"
DECIDE = QUEUE + "decide/"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def chosen(*comments):
    return [f"{comment.pk}:{comment.status}:{comment.revision}" for comment in comments]


def decide(client, name, *comments, **rest):
    return client.post(
        DECIDE, {"decision": name, "comment": chosen(*comments)} | rest, follow=True
    ).content.decode()


def status_of(comment):
    return Comment.objects.get(pk=comment.pk).status


def test_what_waits_stands_in_the_queue_with_its_reason_and_parent(desk_client, say):
    parent = say("What was asked.", status=Status.PUBLISHED)
    say("The answer.", to=parent)

    html = desk_client.get(QUEUE).content.decode()

    assert "The answer." in html
    assert "a guest" in html
    assert "In reply to comment 1" in html
    assert "What was asked." in html
    assert "Held 1" in html


def test_the_longest_wait_comes_first(desk_client, say):
    say("First."), say("Second.")

    html = desk_client.get(QUEUE).content.decode()

    assert html.index("First.") < html.index("Second.")


def test_approving_publishes(desk_client, moderator, say, counts):
    comment = say()

    html = decide(desk_client, "approve", comment)

    assert "Comment 1 on W460: published." in html
    assert counts() == (1, 0)
    assert Comment.objects.get().reviewed_by == moderator


def test_rejecting_wants_a_reason(desk_client, say):
    comment = say()

    assert "Say why" in decide(desk_client, "reject", comment)
    assert status_of(comment) == Status.HELD
    decide(desk_client, "reject", comment, reason="Names a clerk.")
    assert status_of(comment) == Status.REJECTED


def test_many_are_decided_at_once(desk_client, say, counts):
    comments = [say() for _ in range(4)]

    html = decide(desk_client, "reject", *comments[:3], reason="The same three times.")

    assert "3 comments: rejected." in html
    assert counts() == (0, 1)


def test_a_decision_that_comes_too_late_names_the_comment(desk_client, say, counts):
    first, second = say(), say()
    late = chosen(first, second)
    transition(first, expected="held", revision=1, to="rejected", by=None)

    html = desk_client.post(
        DECIDE, {"decision": "approve", "comment": late}, follow=True
    ).content.decode()

    assert "Comment 1 on W460 was changed meanwhile" in html
    assert status_of(first) == Status.REJECTED
    assert status_of(second) == Status.PUBLISHED
    assert counts() == (1, 0)


def test_an_approval_that_meets_an_edit_is_not_written(desk_client, say):
    comment = say()
    Comment.objects.update(revision=2)

    assert "changed meanwhile" in decide(desk_client, "approve", comment)
    assert status_of(comment) == Status.HELD


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (Status.PUBLISHED, {"hold", "remove"}),
        (Status.REJECTED, {"hold", "publish"}),
        (Status.REMOVED, {"publish"}),
        (Status.WITHDRAWN, set()),
    ],
)
def test_the_decided_offer_what_the_table_allows(desk_client, say, status, buttons):
    comment = say(status=status)

    html = desk_client.get(f"{QUEUE}?tab=decided").content.decode()

    assert set(re.findall(r'name="decision" value="(\w+)"', html)) == buttons
    for name in buttons:
        html = decide(desk_client, name, comment, reason="So.", tab="decided")
        assert "Comment 1 on W460: " in html
        break
    assert not list(discrepancies())


def test_reading_changes_nothing(desk_client, say, counts):
    comment = say()

    desk_client.get(QUEUE)
    desk_client.get(f"{DECIDE}?decision=approve&comment={chosen(comment)[0]}")

    assert status_of(comment) == Status.HELD
    assert counts() == (0, 1)


def test_others_are_kept_out(client, reporter, say):
    comment = say()
    client.force_login(reporter)

    for address in (QUEUE, DECIDE):
        assert client.get(address).status_code == 403
        response = client.post(address, {"decision": "approve", "comment": chosen(comment)})
        assert response.status_code == 403
    assert Client().get(QUEUE).status_code == 302
    assert status_of(comment) == Status.HELD


def test_a_decision_needs_the_forms_own_token(moderator, strict_client, say):
    comment = say()
    strict_client.force_login(moderator)

    response = strict_client.post(DECIDE, {"decision": "approve", "comment": chosen(comment)})

    assert response.status_code == 403
    assert status_of(comment) == Status.HELD


@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "withdraw", "comment": "1:held:1"},
        {"decision": "delete", "comment": "1:held:1"},
        {"decision": "approve", "comment": "x"},
        {"decision": "approve", "comment": "1:liked:1"},
        {"decision": "approve", "comment": "9" * 20 + ":held:1"},
        {"decision": "approve", "comment": "1:held:" + "9" * 20},
        {"decision": "approve", "comment": "\x00"},
        {},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(desk_client, say, fields):
    say()

    assert desk_client.post(DECIDE, fields).status_code == 400


def test_choosing_nothing_is_said(desk_client, story):
    assert "No comment was chosen" in decide(desk_client, "approve")


@pytest.mark.parametrize("page", ["add/", "1/change/", "1/delete/", "1/", "1/history/"])
def test_there_is_no_way_to_add_edit_or_delete(admin_client, say, page):
    comment = say()
    address = QUEUE + page.replace("1", str(comment.pk))

    assert admin_client.get(address).status_code in {403, 404}
    assert admin_client.post(address, {"post": "yes"}).status_code in {403, 404}
    assert Comment.objects.count() == 1


def test_hostile_words_are_text_in_the_queue(desk_client, say):
    parent = say(HOSTILE, name="<i>Ann</i>", status=Status.PUBLISHED)
    say(HOSTILE, to=parent, name="<b>Ned</b>")
    decide(desk_client, "reject", say(), reason=HOSTILE)

    for tab in ("held", "decided"):
        html = desk_client.get(f"{QUEUE}?tab={tab}").content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert not re.search("<[bi]>(Ned|Ann)", html)


@pytest.mark.parametrize("many", [3, 30])
def test_the_queue_costs_the_same_however_long(desk_client, say, many, django_assert_num_queries):
    parent = say(status=Status.PUBLISHED)
    for _ in range(many):
        say(to=parent)

    # session, user, two for permissions, person, held comments, their events, verdicts and earlier
    # texts, their number, paper
    with django_assert_num_queries(11):
        desk_client.get(QUEUE)


def test_long_queues_are_paged(desk_client, say):
    comments = [say() for _ in range(52)]

    first = desk_client.get(QUEUE).content.decode()
    second = desk_client.get(f"{QUEUE}?after={comments[49].pk}").content.decode()

    assert first.count('<li id="q') == 50
    assert f"after={comments[49].pk}" in first
    assert second.count('<li id="q') == 2


def test_a_limited_editor_moderates_her_sections_only(client, account, say, file_story):
    nation = Section.objects.create(name="Nation", slug="nation", code_prefix="ZN")
    elsewhere = say("In the nation.", under=file_story(section=nation))
    here = say("In the world.")
    client.force_login(account("sina", "Section editor", [here.discussion.article.section]))

    html = client.get(QUEUE).content.decode()
    assert "In the world." in html
    assert "In the nation." not in html
    response = client.post(DECIDE, {"decision": "approve", "comment": chosen(elsewhere)})
    assert response.status_code == 403
    assert status_of(elsewhere) == Status.HELD


def test_headlines_that_are_not_public_are_not_shown_to_moderators(desk_client, story, say):
    say()
    story.move("unpublish", by=None, reason="Wrong.")

    html = desk_client.get(QUEUE).content.decode()

    assert "W460" in html
    assert story.headline not in html


def test_a_policy_is_changed_without_touching_the_counts(desk_client, say, counts):
    say(status=Status.PUBLISHED)
    discussion = Discussion.objects.get()
    address = f"/admin/comments/discussion/{discussion.pk}/change/"
    assert desk_client.get(address).status_code == 200
    say(status=Status.PUBLISHED)

    desk_client.post(address, {"policy": "closed", "closes_at_0": "", "closes_at_1": ""})

    changed = Discussion.objects.get()
    assert changed.policy == Policy.CLOSED
    assert changed.version == 3
    assert counts() == (2, 0)


def test_saving_an_unchanged_discussion_is_no_news(desk_client, discussion):
    address = f"/admin/comments/discussion/{discussion.pk}/change/"

    desk_client.post(address, {"policy": "inherit", "closes_at_0": "", "closes_at_1": ""})

    assert Discussion.objects.get().version == 0


def test_a_discussion_is_closed_before_anybody_spoke(client, admin_user, story):
    client.force_login(admin_user)
    address = "/admin/comments/discussion/add/"
    assert 'name="code"' in client.get(address).content.decode()

    for code in ("w460", "W460"):
        client.post(
            address, {"code": code, "policy": "closed", "closes_at_0": "", "closes_at_1": ""}
        )

    discussion = Discussion.objects.get()
    assert (discussion.article, discussion.policy) == (story, Policy.CLOSED)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("W999", "no such story"), ("???", "no code"), ("\x00", "Null"), ("W460", "already")],
)
def test_a_wrong_story_is_said(client, admin_user, discussion, code, sentence):
    client.force_login(admin_user)

    response = client.post("/admin/comments/discussion/add/", {"code": code, "policy": "open"})

    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_discussions_are_listed_and_never_deleted(admin_client, discussion):
    html = admin_client.get("/admin/comments/discussion/").content.decode()

    assert "W460" in html
    assert "delete_selected" not in html
    address = f"/admin/comments/discussion/{discussion.pk}/delete/"
    assert admin_client.post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("many", [3, 12])
def test_the_list_of_discussions_costs_the_same(
    desk_client, file_story, many, django_assert_max_num_queries
):
    for _ in range(many):
        Discussion.objects.create(article=file_story())

    # session, user, two for permissions, person, two counts, list, paper
    with django_assert_max_num_queries(9):
        desk_client.get("/admin/comments/discussion/")


def test_the_permission_to_moderate_exists(db):
    assert Permission.objects.filter(codename="moderate_comment").exists()
