from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client
from django.urls import get_resolver

from articles.addresses import taken_first_parts, validate_section_slug
from newsroom import views

# An address for every pattern that has an argument; the others are their own.
SAMPLES = {
    "about/<slug:slug>/": "about/contact/",
    "<code:code>.txt": "W460.txt",
    "<code:code>": "w460",
    "<code:code>/": "W460/",
    "<code:code>/comments": "W460/comments",
    "<code:code>/comments/": "W460/comments/",
    "<code:code>/comments/new/": "W460/comments/new/",
    "<code:code>/comments/<number:seq>/": "W460/comments/1/",
    "<code:code>/comments/<number:seq>/edit/": "W460/comments/1/edit/",
    "<code:code>/comments/<number:seq>/withdraw/": "W460/comments/1/withdraw/",
    "<code:code>/comments.json": "W460/comments.json",
    "<code:code>/<str:slug>": "W460/snow",
    "<code:code>/<str:slug>/": "W460/snow-closes-the-coast-road/",
    "<section:slug>/": "world/",
}
# Behind these a browser signs in: they give cookies, and the desk has a policy of its own.
BEHIND_A_DOOR = {"admin/", "accounts/"}
# Pages for the author of a comment: to everybody else there is nothing.
THE_AUTHORS_OWN = {
    "<code:code>/comments/<number:seq>/edit/",
    "<code:code>/comments/<number:seq>/withdraw/",
}


def routes(patterns=None, before=""):
    """Every pattern of the site map outside the doors, as its whole route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if route.startswith(tuple(BEHIND_A_DOOR)):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def address_of(route):
    if "<" not in route and "(" not in route:
        return "/" + route
    assert route in SAMPLES, f"give SAMPLES an address of {route}"
    return "/" + SAMPLES[route]


def policy_of(response):
    parts = response["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts if part.strip())}


def assert_strict(policy):
    assert policy["default-src"] == ["'none'"]
    for name, values in policy.items():
        # Our own files, or nothing: no inline code, no other host, no data in an address.
        assert values in (["'self'"], ["'none'"]), name
    assert {"base-uri", "form-action", "frame-ancestors"} <= set(policy)


# What a section may be called -------------------------------------------------------


@pytest.mark.parametrize("word", sorted(taken_first_parts()))
def test_a_section_may_not_have_the_address_of_a_page(word):
    with pytest.raises(ValidationError, match="an address of the site itself"):
        validate_section_slug(word)


def test_the_taken_words_are_those_of_the_site_map():
    first_parts = {route.partition("/")[0] for route in routes()} | {"admin", "accounts"}

    fixed = {part for part in first_parts if part and "<" not in part}

    assert {"admin", "healthz", "readyz"} <= fixed
    assert taken_first_parts() == fixed


@pytest.mark.parametrize("code", ["g20", "G20", "W460", "w460", "W007", "abc123456", "a1"])
def test_a_section_may_not_look_like_a_code(code):
    with pytest.raises(ValidationError, match="looks like the code of a story"):
        validate_section_slug(code)


@pytest.mark.parametrize("slug", ["world", "g-20", "g20-summit", "abcd1", "w4600000", "admins"])
def test_other_words_are_free(slug):
    validate_section_slug(slug)


# What every page is ------------------------------------------------------------------


@pytest.mark.parametrize("route", [*routes()])
def test_a_page_obeys_the_strict_policy_and_gives_no_cookie(route, paper, passer_by):
    response = passer_by.get(address_of(route))

    found = {404} if route in THE_AUTHORS_OWN else {200, 301, 302}
    assert response.status_code in found
    assert_strict(policy_of(response))
    assert not response.cookies


@pytest.mark.parametrize("route", [*routes()])
def test_a_page_is_the_same_in_every_browser(route, paper, passer_by):
    address = address_of(route)

    arabic = passer_by.get(address, headers={"accept-language": "ar"})
    english = passer_by.get(address, headers={"accept-language": "en"})

    assert "Vary" not in arabic
    assert arabic.content == english.content


def test_the_samples_are_addresses_of_their_patterns():
    for route, sample in SAMPLES.items():
        assert get_resolver().resolve("/" + sample).route == route


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere/",
        "/nowhere",
        "/nowhere/at/all/",
        "/W999/",
        "/W999/comments/",
        "/W999.txt",
        "/%00",
        "/" + "a" * 3000,
        "/%F0%9F%8C%8A/",
    ],
)
def test_a_page_that_is_not_there_obeys_too(address, paper, passer_by):
    response = passer_by.get(address, follow=True)

    assert response.status_code == 404
    assert_strict(policy_of(response))
    assert not response.cookies
    assert unquote(address)[1:9] not in response.content.decode()


def test_a_page_that_breaks_obeys_too(paper, passer_by, monkeypatch):
    monkeypatch.setattr("articles.views.make_front_page", _break)

    response = passer_by.get("/")

    assert response.status_code == 500
    assert_strict(policy_of(response))
    assert not response.cookies
    assert "the plough" not in response.content.decode()


def test_the_page_for_what_breaks_needs_no_database():
    response = views.server_error(HttpRequest())

    assert response.status_code == 500
    assert "<h1>" in response.content.decode()


def test_a_request_for_another_host_is_refused_and_obeys(db, passer_by):
    response = passer_by.get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert_strict(policy_of(response))
    assert "elsewhere" not in response.content.decode()


def test_a_form_without_its_cookie_gives_back_what_was_typed(db):
    stranger = Client(enforce_csrf_checks=True)

    response = stranger.post("/admin/login/", {"body": "Two <b>hours</b> of work", "password": "x"})

    assert response.status_code == 403
    assert_strict(policy_of(response))
    assert "Two &lt;b&gt;hours&lt;/b&gt; of work" in response.content.decode()


def test_the_desk_has_a_policy_of_its_own_without_foreign_code(admin_client):
    policy = policy_of(admin_client.get("/admin/"))

    assert policy["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert not any("://" in value or value == "*" for values in policy.values() for value in values)


def _break(*_args, **_kwargs):
    raise RuntimeError("the plough is in the ditch")
