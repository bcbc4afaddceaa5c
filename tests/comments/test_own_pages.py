"""What only the author of a comment may see and do, and where a comment stands."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments import own, posting, readers, threads
from comments.models import Comment, Discussion, Policy, Status
from comments.moderation import transition
from comments.proof import discrepancies

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(known):
    """The browser of a known reader who signed in."""
    client = Client()
    client.force_login(known)
    return client


def html_of(response):
    return response.content.decode()


def test_a_reader_finds_edit_and_withdraw_under_their_own_words_alone(reader, known, say):
    mine = say(author=known)
    say(status=Status.PUBLISHED)

    html = html_of(reader.get("/W460/comments/"))

    assert re.findall(r'href="(/W460/comments/\d+/(?:edit|withdraw)/)"', html) == [
        f"/W460/comments/{mine.seq}/edit/",
        f"/W460/comments/{mine.seq}/withdraw/",
    ]
    assert "You can edit until" in html


def test_the_storys_own_page_shows_it_too_and_is_nobody_elses(reader, known, story, say):
    say("Wait for me.", author=known, status=Status.HELD)
    Comment.objects.get(body="Wait for me.")

    page = reader.get(story.get_absolute_url())

    assert "Wait for me." in html_of(page)
    assert "Waiting for an editor; only you see it" in html_of(page)
    assert "no-store" in page["Cache-Control"]
    assert "Wait for me." not in html_of(Client().get(story.get_absolute_url()))


def test_a_signed_in_reader_is_not_asked_for_a_name(reader, story):
    assert 'name="name"' not in html_of(reader.get(story.get_absolute_url()))
    assert 'name="name"' in html_of(Client().get(story.get_absolute_url()))


def test_edit_saves_and_leads_to_the_comment(reader, known, say):
    mine = say("Frist words.", author=known)
    form = reader.get(f"/W460/comments/{mine.seq}/edit/")
    assert "Frist words." in html_of(form)
    assert "no-store" in form["Cache-Control"]

    answer = reader.post(
        f"/W460/comments/{mine.seq}/edit/", {"body": "First words.", "revision": 1}
    )

    assert (answer.status_code, answer["Location"]) == (303, f"/W460/comments/{mine.seq}/")
    html = html_of(reader.get("/W460/comments/"))
    assert "First words." in html
    assert "edited" in html


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"body": "", "revision": 1}, 422),
        ({"body": "x" * 5001, "revision": 1}, 422),
        ({"body": "Kept words.", "revision": ""}, 422),
        ({"body": "Kept words.", "revision": "9" * 30}, 422),
        ({"body": "Kept words.", "revision": "x"}, 422),
        ({"body": "Kept words."}, 422),
        ({"body": "Kept words.", "revision": 7}, 409),
    ],
)
def test_an_edit_that_cannot_be_saved_keeps_the_words(reader, known, say, fields, status):
    mine = say("First words.", author=known)

    answer = reader.post(f"/W460/comments/{mine.seq}/edit/", fields)

    assert answer.status_code == status
    assert fields["body"] in html_of(answer)
    assert Comment.objects.get(pk=mine.pk).body == "First words."


def test_after_five_minutes_the_words_come_back_with_the_reason(reader, known, say, time_machine):
    mine = say("First words.", author=known)
    time_machine.move_to(timezone.now() + timedelta(minutes=6))

    answer = reader.post(f"/W460/comments/{mine.seq}/edit/", {"body": "Later.", "revision": 1})

    assert answer.status_code == 409
    assert "five minutes" in html_of(answer)
    assert "Later." in html_of(answer)
    assert "edit/" not in html_of(reader.get("/W460/comments/"))
    assert "withdraw/" in html_of(reader.get("/W460/comments/"))


def test_withdraw_asks_first_and_leaves_a_stub_above_replies(reader, known, staff, say, counts):
    mine = say("Rash words.", author=known)
    say("An answer.", author=staff, to=mine)

    asked = reader.get(f"/W460/comments/{mine.seq}/withdraw/")
    assert Comment.objects.get(pk=mine.pk).status == Status.PUBLISHED
    assert "Rash words." in html_of(asked)
    answer = reader.post(f"/W460/comments/{mine.seq}/withdraw/")

    assert (answer.status_code, answer["Location"]) == (303, "/W460/comments/")
    html = html_of(reader.get("/W460/comments/"))
    assert "Rash words." not in html
    assert f"Comment {mine.seq} is not shown" in html
    assert counts() == (1, 0)
    assert not list(discrepancies())


def test_withdrawing_twice_leads_back_both_times(reader, known, say):
    mine = say(author=known)
    reader.post(f"/W460/comments/{mine.seq}/withdraw/")

    for answer in (
        reader.post(f"/W460/comments/{mine.seq}/withdraw/"),
        reader.get(f"/W460/comments/{mine.seq}/withdraw/"),
        reader.post(f"/W460/comments/{mine.seq}/edit/", {"body": "No.", "revision": 1}),
    ):
        assert (answer.status_code, answer["Location"]) == (303, "/W460/comments/")
    assert Comment.objects.get(pk=mine.pk).events.count() == 2


@pytest.mark.parametrize("status", [Status.REJECTED, Status.REMOVED])
def test_what_an_editor_decided_stays_so_and_says_why(reader, member, say, status):
    readers.put_on_hold(member)
    mine = say("My words.", author=member, status=status)

    edited = reader.post(f"/W460/comments/{mine.seq}/edit/", {"body": "Others.", "revision": 1})
    withdrawn = reader.post(f"/W460/comments/{mine.seq}/withdraw/")

    assert edited.status_code == withdrawn.status_code == 409
    assert "decided" in html_of(edited)
    assert "Others." in html_of(edited)
    assert "nothing to withdraw" in html_of(withdrawn)
    assert Comment.objects.get(pk=mine.pk).status == status


def test_who_was_signed_out_while_writing_is_told(known, story):
    page = Client().post("/W460/comments/new/", {"body": "Long <b>words</b>.", "as": "Marit S."})

    assert page.status_code == 409
    html = html_of(page)
    assert "You wrote this as Marit S." in html
    assert "Long &lt;b&gt;words&lt;/b&gt;." in html
    assert f'href="/accounts/login/?next={story.get_absolute_url()}"' in html
    assert not Comment.objects.filter(discussion__article=story).exists()


def test_a_browser_remembers_its_last_fifty_comments(rf):
    request = rf.get("/")
    request.session = {}
    for pk in range(60):
        own.remember(request, Comment(pk=pk))

    assert request.session["comments"] == list(range(10, 60))


def test_a_guest_mends_what_this_browser_sent_and_nothing_else(strict_client, preview, say):
    _page, token, csrf = preview(strict_client)
    fields = {"body": "Two numbers.", "name": "Ned Carrow", "csrfmiddlewaretoken": csrf}
    strict_client.post("/W460/comments/new/", fields | {"token": token})
    mine = Comment.objects.get()
    other = say()

    page = strict_client.get("/W460/comments/")
    csrf = strict_client.cookies["csrftoken"].value
    edited = strict_client.post(
        f"/W460/comments/{mine.seq}/edit/",
        {"body": "Three numbers.", "revision": 1, "csrfmiddlewaretoken": csrf},
    )

    assert f"/W460/comments/{mine.seq}/withdraw/" in html_of(page)
    assert edited.status_code == 303
    assert Comment.objects.get(pk=mine.pk).body == "Three numbers."
    assert strict_client.get(f"/W460/comments/{other.seq}/edit/").status_code == 404
    assert Client().get(f"/W460/comments/{mine.seq}/edit/").status_code == 404


def test_a_form_without_its_cookie_changes_nothing(known, say):
    mine = say(author=known)
    client = Client(enforce_csrf_checks=True)
    client.force_login(known)

    assert client.post(f"/W460/comments/{mine.seq}/withdraw/").status_code == 403
    assert client.post(f"/W460/comments/{mine.seq}/edit/", {"body": "No."}).status_code == 403
    assert Comment.objects.get(pk=mine.pk).status == Status.PUBLISHED


# Every address, every status, everybody ---------------------------------------------------------

SECRET = "Words that only some may read"


def addresses(seq):
    return [
        "/W460/comments/",
        "/W460/comments.json",
        "/W460/comments/new/",
        f"/W460/comments/new/?to={seq}",
        f"/W460/comments/{seq}/",
        f"/W460/comments/{seq}/edit/",
        f"/W460/comments/{seq}/withdraw/",
        f"/W460/comments/?before={seq + 1}",
        f"/W460/comments/?thread={seq}&after=00001",
        "/W460.txt",
        "/W460/",
        "/",
        "/world/",
    ]


@pytest.mark.parametrize("status", [Status.HELD, Status.REJECTED, Status.REMOVED, Status.WITHDRAWN])
@pytest.mark.parametrize("who", ["nobody", "reader", "moderator"])
def test_what_is_not_shown_is_on_no_address_of_readers(
    story, say, known, member, moderator, status, who
):
    hidden = say(SECRET, status=status, name="Nobody Known")
    client = Client()
    if who != "nobody":
        client.force_login(known if who == "reader" else moderator)

    for address in [*addresses(hidden.seq), story.get_absolute_url()]:
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code < 500
            assert SECRET not in html_of(answer), address
            assert "Nobody Known" not in html_of(answer), address
    for verb in ("edit", "withdraw"):
        address = f"/W460/comments/{hidden.seq}/{verb}/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"body": "Mine now.", "revision": 1}).status_code == 404
    assert client.get(f"/W460/comments/{hidden.seq}/").status_code == 404
    assert Comment.objects.get(pk=hidden.pk).status == status


@pytest.mark.parametrize("who", ["nobody", "reader", "moderator"])
def test_nobody_mends_the_published_words_of_others(story, say, known, moderator, who):
    others = say("Words of others.", status=Status.PUBLISHED)
    client = Client()
    if who != "nobody":
        client.force_login(known if who == "reader" else moderator)

    for verb in ("edit", "withdraw"):
        address = f"/W460/comments/{others.seq}/{verb}/"
        assert client.get(address).status_code == 404
        answer = client.post(address, {"body": "My own words.", "revision": 1})
        assert answer.status_code == 404
    assert Comment.objects.get(pk=others.pk).body == "Words of others."
    assert Comment.objects.get(pk=others.pk).status == Status.PUBLISHED


@pytest.mark.parametrize("seq", ["0", "-1", "abc", "1" * 20, "007", "1x", "٣"])
@pytest.mark.parametrize("rest", ["", "edit/", "withdraw/"])
def test_no_number_is_no_comment(reader, known, say, seq, rest):
    say(author=known)

    assert reader.get(f"/W460/comments/{seq}/{rest}").status_code == 404
    assert reader.post(f"/W460/comments/{seq}/{rest}", {"body": "x"}).status_code in {404, 405}


def test_the_words_of_a_lost_edit_come_back(reader):
    answer = reader.post("/W460/comments/99/edit/", {"body": "Kept <b>words</b>.", "revision": 1})

    assert answer.status_code == 404
    assert "Kept &lt;b&gt;words&lt;/b&gt;." in html_of(answer)


# Where a comment stands -------------------------------------------------------------------------


def landed(client, seq):
    """The page that the address of a comment leads to."""
    answer = client.get(f"/W460/comments/{seq}/")
    assert answer.status_code == 302
    address, _, fragment = answer["Location"].partition("#")
    assert fragment == f"c{seq}"
    return html_of(client.get(address))


def test_a_comment_on_the_first_page_is_found_there(client, say):
    comment = say(status=Status.PUBLISHED)

    answer = client.get(f"/W460/comments/{comment.seq}/")

    assert answer["Location"] == "/W460/comments/#c1"
    assert answer["Cache-Control"] == "no-cache"


def test_every_comment_of_a_long_discussion_is_found(client, staff, say):
    roots = [say(author=staff) for _ in range(45)]
    for _ in range(threads.REPLIES_AT_FIRST + 15):
        say(author=staff, to=roots[0])
    deep = roots[1]
    for _ in range(9):
        deep = say(author=staff, to=deep)

    for seq in Comment.objects.values_list("seq", flat=True):
        assert f'<li id="c{seq}">' in landed(client, seq)


def test_a_comment_is_found_below_what_is_not_shown(client, staff, say):
    root = say(author=staff)
    middle = say(author=staff, to=root)
    below = say(author=staff, to=middle)
    for comment in (root, middle):
        transition(comment, expected="published", revision=1, to="removed", by=None)

    assert f'<li id="c{below.seq}">' in landed(client, below.seq)


def test_finding_a_comment_costs_the_same_anywhere(
    client, staff, say, django_assert_max_num_queries
):
    roots = [say(author=staff) for _ in range(45)]
    for _ in range(40):
        say(author=staff, to=roots[0])

    for seq in (1, 30, 45, 46, 85):
        # story, comment, replies before it, newer roots
        with django_assert_max_num_queries(4):
            client.get(f"/W460/comments/{seq}/")


def test_a_hidden_discussion_has_no_addresses(client, discussion, staff, say):
    comment = say(author=staff)
    Discussion.objects.update(policy=Policy.HIDDEN)

    assert client.get(f"/W460/comments/{comment.seq}/").status_code == 404


def test_refused_words_lead_to_the_first_of_them(reader, known, say, time_machine):
    first = say("The same again.", author=known)
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    page = reader.post("/W460/comments/new/", {"body": "The same again."})

    answer = reader.post(
        "/W460/comments/new/", {"body": "The same again.", "token": page.context["token"]}
    )

    assert answer.status_code == 409
    assert f'href="/W460/comments/{first.seq}/"' in html_of(answer)
    assert "The same again." in html_of(answer)


def test_who_is_too_fast_presses_the_same_button_a_moment_later(reader, known, say, time_machine):
    say(author=known)
    page = reader.post("/W460/comments/new/", {"body": "At once."})
    fields = {"body": "At once.", "token": page.context["token"]}

    answer = reader.post("/W460/comments/new/", fields)
    assert (answer.status_code, answer["Retry-After"]) == (429, "5")
    assert answer.context["token"] == fields["token"]
    time_machine.move_to(timezone.now() + timedelta(seconds=6))

    assert reader.post("/W460/comments/new/", fields).status_code == 303


def test_the_hidden_field_travels_through_the_preview(client, story, rules_of):
    fields = {"body": "Words.", "name": "Ned", "website": 'http://cheap.example/"><script>'}
    page = client.post("/W460/comments/new/", fields)
    assert "<script>" not in html_of(page)
    assert "http://cheap.example/&quot;" in html_of(page)

    client.post("/W460/comments/new/", fields | {"token": page.context["token"]})

    assert rules_of(Comment.objects.get()) == "guest honeypot"


def test_until_when_a_comment_is_editable(story, known, say):
    comment = say(author=known)

    assert posting.editable_until(comment) == comment.created_at + timedelta(minutes=5)


def test_a_story_about_which_nobody_spoke_has_no_comment_one(client, story):
    assert client.get("/W460/comments/1/").status_code == 404
