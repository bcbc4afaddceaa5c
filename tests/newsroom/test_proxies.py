from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from newsroom.proxies import TrustedProxies

STRANGER = "198.51.100.9"
READER = "203.0.113.7"
PROXY = "10.0.0.5"
OTHER_PROXY = "10.0.0.6"


@pytest.fixture
def seen(settings):
    """seen(peer, HEADER="value", ...): the request as the site sees it, behind two proxies."""
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/24"), ip_network("2001:db8::5")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    passed = []

    def pass_on(request):
        passed.append(request)
        return HttpResponse()

    def see(peer, *, forwarded_for=None, proto=None, host=None):
        said = {
            "HTTP_X_FORWARDED_FOR": forwarded_for,
            "HTTP_X_FORWARDED_PROTO": proto,
            "HTTP_X_FORWARDED_HOST": host,
        }
        said = {name: value for name, value in said.items() if value is not None}
        TrustedProxies(pass_on)(RequestFactory().get("/", REMOTE_ADDR=peer, **said))
        return passed.pop()

    return see


@pytest.mark.parametrize("peer", [STRANGER, "2001:db8::6", "10.0.1.5", "", "unix:"])
def test_what_a_stranger_says_about_forwarding_is_dropped(seen, peer):
    request = seen(peer, forwarded_for=READER, proto="https", host="elsewhere.example")

    assert request.META["REMOTE_ADDR"] == peer
    assert not request.is_secure()
    assert not any(name.startswith("HTTP_X_FORWARDED") for name in request.META)


def test_a_proxy_on_a_socket_of_the_file_system_is_trusted_by_its_word(seen, settings):
    settings.TRUSTED_PROXIES = ["unix"]

    request = seen("", forwarded_for=READER, proto="https")

    assert request.META["REMOTE_ADDR"] == READER
    assert request.is_secure()


def test_a_proxy_is_the_same_in_both_kinds_of_address(seen):
    assert seen(f"::ffff:{PROXY}", forwarded_for=READER).META["REMOTE_ADDR"] == READER


def test_without_trusted_proxies_nobody_is_believed(seen, settings):
    settings.TRUSTED_PROXIES = []

    request = seen(PROXY, forwarded_for=READER, proto="https")

    assert request.META["REMOTE_ADDR"] == PROXY
    assert not request.is_secure()


@pytest.mark.parametrize("peer", [PROXY, "2001:db8::5"])
def test_a_trusted_proxy_names_the_reader_and_the_scheme(seen, peer):
    request = seen(peer, forwarded_for=READER, proto="https")

    assert request.META["REMOTE_ADDR"] == READER
    assert request.is_secure()


def test_a_trusted_proxy_may_say_that_the_reader_came_by_http(seen):
    assert not seen(PROXY, forwarded_for=READER, proto="http").is_secure()


@pytest.mark.parametrize(
    "hops",
    [
        READER,
        f"{READER}, {OTHER_PROXY}",
        f"{READER},{OTHER_PROXY},{PROXY}",
        # What stands further left was said by the reader, who may say anything.
        f"192.0.2.1, {READER}",
        f"{OTHER_PROXY}, {READER}",
        f"127.0.0.1, 192.0.2.1, {READER}, {OTHER_PROXY}",
        f"nonsense, {READER}",
        f" {READER} , , {OTHER_PROXY},",
    ],
)
def test_the_last_hop_that_is_no_proxy_of_ours_is_the_reader(seen, hops):
    assert seen(PROXY, forwarded_for=hops).META["REMOTE_ADDR"] == READER


def test_a_reader_with_an_address_of_the_newer_kind(seen):
    hops = f"192.0.2.1, 2001:db8:1::7, {PROXY}"

    assert seen(PROXY, forwarded_for=hops).META["REMOTE_ADDR"] == "2001:db8:1::7"


@pytest.mark.parametrize(
    "hops",
    [
        "",
        ",",
        "unknown",
        "_hidden",
        f"{READER}:4711",
        "999.1.1.1",
        "203.0.113",
        f"{READER}\x00",
        "<script>",
        f"{READER}, unknown",
        f"{OTHER_PROXY}, {PROXY}",
        "x" * 10_000,
    ],
)
def test_garbage_is_no_address(seen, hops):
    assert seen(PROXY, forwarded_for=hops).META["REMOTE_ADDR"] == PROXY


def test_every_request_passes_by_here_first(settings):
    assert settings.MIDDLEWARE[0] == "newsroom.proxies.TrustedProxies"
