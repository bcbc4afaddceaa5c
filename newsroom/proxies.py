"""Who a request comes from, where proxies stand in between."""

from ipaddress import ip_address

from django.conf import settings

from newsroom.environment import UNIX_SOCKET


class TrustedProxies:
    """Put the client's address into REMOTE_ADDR, and drop what strangers say about forwarding.

    X-Forwarded-For is read from the right: the first address that is no proxy of ours is the
    client. The header of anyone who is not in TRUSTED_PROXIES is worth nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        meta = request.META
        if _is_trusted(meta.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            client = next((hop for hop in reversed(hops) if hop and not _is_trusted(hop)), None)
            if client is not None and _is_address(client):
                meta["REMOTE_ADDR"] = client
        else:
            for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"):
                meta.pop(name, None)
        return self.get_response(request)


def _is_address(text):
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(text):
    if not text:
        return UNIX_SOCKET in settings.TRUSTED_PROXIES
    if not _is_address(text):
        return False
    address = ip_address(text)
    # A server that listens on both kinds of address names an IPv4 peer in IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.TRUSTED_PROXIES if network != UNIX_SOCKET)
