"""With script, a comment is one step on the page that one reads; without, nothing is missing."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from comments import posting, tokens
from comments.models import Comment, Status
from comments.moderation import transition
from comments.readers import join


@pytest.fixture
def article(publish_article):
    return publish_article(code="W460", headline="Snow closes the road")


@pytest.fixture
def come_in(live_server):
    """come_in(page, user) gives the browser the session of somebody who signed in."""

    def come_in(page, user):
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return come_in


@pytest.fixture
def ned(db):
    user = User.objects.create_user("reader-ned", "ned@letters.example")
    join(user, "Ned Carrow")
    return user


@pytest.fixture
def say(article, staff):
    def say(body, *, to=None, author=None):
        token = tokens.make("W460")
        return posting.post(
            article, body=body, author=author or staff, token=token, parent_seq=to and to.seq
        )

    return say


@pytest.fixture
def staff(db):
    return User.objects.create_user("desk", first_name="Dora", last_name="Desk", is_staff=True)


def type_and_post(page, words, *, name="Branwen T."):
    if name:
        page.get_by_label("Your name").fill(name)
    page.get_by_label("Comment", exact=True).fill(words)
    page.get_by_role("button", name="Post the comment").click()


def test_a_guest_posts_in_one_step_and_stays_on_the_page(page, live_server, article, complaints):
    address = live_server.url + article.get_absolute_url()
    page.goto(address)

    type_and_post(page, "My father kept every receipt.")

    state = page.locator(".held .state")
    expect(state).to_have_text("Waiting for an editor; only you see it")
    expect(state).to_be_focused()
    assert page.url == address
    assert Comment.objects.get().status == Status.HELD
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
    assert complaints == []


def test_a_published_comment_moves_every_number_on_the_page(
    page, live_server, article, staff, come_in, complaints
):
    come_in(page, staff)
    page.goto(live_server.url + article.get_absolute_url())

    type_and_post(page, "Fair question.", name=None)

    expect(page.locator(".fresh")).to_contain_text("Posted: comment 1")
    expect(page.locator(".by .count")).to_have_text("Comments 1")
    expect(page.locator("#talk-h")).to_have_text("1 comment")
    assert complaints == []


def test_numbers_follow_what_happens_elsewhere(page, live_server, article, say, complaints):
    page.goto(live_server.url + article.get_absolute_url())
    expect(page.locator(".by .count")).to_have_text("Comments 0")
    page.wait_for_load_state("networkidle")

    say("Somebody else speaks.")
    with page.expect_response("**/comments.json"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator(".by .count")).to_have_text("Comments 1")
    expect(page.locator(".by .count")).to_have_attribute("data-comment-count", "1")
    expect(page.locator("#talk-h")).to_have_text("1 comment")
    assert complaints == []


def test_the_number_is_asked_for_conditionally(page, live_server, article):
    asked = []
    page.on("request", lambda request: asked.append(request))
    page.goto(live_server.url + article.get_absolute_url())
    page.wait_for_load_state("networkidle")

    with page.expect_response("**/comments.json") as again:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert "if-none-match" in again.value.request.all_headers()


def test_a_reply_opens_where_one_reads(page, live_server, article, say, staff, come_in, complaints):
    come_in(page, staff)
    say("Is 48 millimetres a lot?")
    page.goto(live_server.url + article.get_absolute_url())

    page.get_by_role("link", name="Reply to comment 1").click()
    box = page.locator("#c1").get_by_label("Comment", exact=True)
    expect(box).to_be_focused()
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    box.fill("It is not.")
    page.locator("#c1").get_by_role("button", name="Post the comment").click()

    expect(page.locator("#c1 #c2 .said")).to_have_text("It is not.")
    assert Comment.objects.get(seq=2).parent.seq == 1
    assert complaints == []


def test_what_is_wrong_is_said_in_place_and_the_words_stay(page, live_server, article, complaints):
    page.goto(live_server.url + article.get_absolute_url())

    type_and_post(page, "Words without a name.", name="x")

    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("two characters")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Words without a name.")
    assert not Comment.objects.exists()


def test_a_broken_wire_loses_no_word(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    page.route("**/comments/new/", lambda route: route.abort())

    type_and_post(page, "Words on a train.")

    expect(page.locator(".summary")).to_contain_text("could not be sent")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Words on a train.")
    page.unroute("**/comments/new/")
    page.get_by_role("button", name="Post the comment").click()
    expect(page.locator(".held .said")).to_have_text("Words on a train.")
    assert Comment.objects.count() == 1


def test_words_outlive_a_reload(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_label("Comment", exact=True).fill("Half a thought")

    page.reload()

    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half a thought")


def test_a_button_pressed_eight_times_posts_once(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_label("Your name").fill("Branwen T.")
    page.get_by_label("Comment", exact=True).fill("Once.")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))

    page.get_by_role("button", name="Post the comment").evaluate(
        "button => { for (let i = 0; i < 8; i++) button.click(); }"
    )

    expect(page.locator(".held .said")).to_have_text("Once.")
    assert Comment.objects.count() == 1
    assert len(sent) == 2


def test_an_answer_that_was_lost_is_asked_for_again(page, live_server, article, come_in, staff):
    come_in(page, staff)
    page.goto(live_server.url + article.get_absolute_url())
    answers = []

    def lose_the_second(route):
        answers.append(route.fetch(max_redirects=0))
        if len(answers) == 2:
            route.abort()
        else:
            route.fulfill(response=answers[-1])

    page.route("**/comments/new/", lose_the_second)
    type_and_post(page, "Once and no more.", name=None)
    expect(page.locator(".summary")).to_contain_text("could not be sent")
    page.unroute("**/comments/new/")
    page.get_by_role("button", name="Post the comment").click()

    expect(page.locator(".fresh")).to_contain_text("Posted: comment 1")
    assert Comment.objects.count() == 1


def test_a_page_of_somebody_in_between_takes_nothing_away(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    page.route(
        "**/comments/new/", lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>")
    )

    type_and_post(page, "Words that must stay.")

    expect(page.locator(".summary")).to_contain_text("could not be sent")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Words that must stay.")
    expect(page.locator("h1")).to_have_text("Snow closes the road")


def test_a_story_that_is_gone_gives_the_words_back(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    article.move("unpublish", by=None, reason="Doubt.")

    type_and_post(page, "Words that must stay.")

    expect(page.get_by_label("What you had written:")).to_be_focused()
    expect(page.get_by_label("What you had written:")).to_have_value("Words that must stay.")


def test_a_page_that_somebody_kept_gets_its_heading_right(page, live_server, article, say):
    address = live_server.url + article.get_absolute_url()
    kept = page.request.get(address).text()
    say("Somebody spoke since.")
    page.route(address, lambda route: route.fulfill(body=kept, content_type="text/html"))

    page.goto(address)

    expect(page.locator("#talk-h")).to_have_text("1 comment")
    expect(page.locator(".by .count")).to_have_text("Comments 1")


def test_a_discussion_that_closed_gives_the_words_back(page, live_server, article, say):
    page.goto(live_server.url + article.get_absolute_url())
    say("First.").discussion.__class__.objects.update(policy="closed")

    type_and_post(page, "Too late, it seems.")

    expect(page.locator(".summary")).to_contain_text("closed")
    expect(page.get_by_label("What you had written:")).to_have_value("Too late, it seems.")


def test_a_link_to_a_comment_of_another_page_finds_it(page, live_server, article, say):
    for number in range(25):
        say(f"Words number {number}.")

    page.goto(f"{live_server.url}{article.get_absolute_url()}#c2")

    expect(page.locator("#c2")).to_be_in_viewport()
    expect(page.locator("#c2 .said")).to_have_text("Words number 1.")
    assert page.url.endswith("/W460/comments/?before=3#c2")


def test_a_reader_mends_and_withdraws_by_keyboard_alone(page, live_server, article, ned, come_in):
    come_in(page, ned)
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_label("Comment", exact=True).focus()
    page.keyboard.type("Frist words.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".held .state")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = page.get_by_label("Comment", exact=True)
    expect(box).to_have_value("Frist words.")
    box.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("First words.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".held .said")).to_have_text("First words.")

    page.get_by_role("link", name="Withdraw comment 1").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Withdraw the comment").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#talk-h")).to_have_text("No comments yet")
    assert Comment.objects.get().status == Status.WITHDRAWN


def test_without_script_a_reader_mends_and_withdraws(browser, live_server, article, ned, come_in):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    come_in(page, ned)
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_label("Comment", exact=True).fill("Frist words.")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Post the comment").click()

    page.get_by_role("link", name="Edit comment 1").click()
    page.get_by_label("Comment", exact=True).fill("First words.")
    page.get_by_role("button", name="Save the comment").click()
    expect(page.locator(".held .said")).to_have_text("First words.")
    page.get_by_role("link", name="Withdraw comment 1").click()
    page.get_by_role("button", name="Withdraw the comment").click()

    expect(page.locator("#talk-h")).to_have_text("No comments yet")
    context.close()


def test_a_trusted_readers_comment_is_there_at_once(
    page, live_server, article, ned, come_in, time_machine
):
    for number in range(2):
        comment = posting.post(
            article, body=f"Long ago {number}.", author=ned, token=tokens.make("W460")
        )
        transition(comment, expected="held", revision=1, to="published", by=None)
        Comment.objects.filter(pk=comment.pk).update(created_at="2026-01-01T00:00:00Z")
    come_in(page, ned)
    page.goto(live_server.url + article.get_absolute_url())

    type_and_post(page, "And another thing.", name=None)

    expect(page.locator(".fresh")).to_contain_text("Posted: comment 3")
    expect(page.locator("#c3")).to_contain_text("(you)")
