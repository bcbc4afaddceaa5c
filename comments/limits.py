"""How fast one person, or one address, may post. Counted from the comments themselves, so that it
holds in every process and needs no cache."""

from datetime import timedelta

from comments.models import Comment

# How many within how long.
OF_A_PERSON = ((1, timedelta(seconds=5)), (10, timedelta(minutes=10)))
OF_AN_ADDRESS = ((20, timedelta(minutes=10)),)


def wait(*, author, ip_hash, at):
    """How long this person has to wait before the next comment; zero or less means not at all.

    A guest is known by the address alone. At most two queries, each over as many rows as a limit
    has. Exact for an account whose row the caller has locked.
    """
    waits = [timedelta(0)]
    if author is not None:
        waits += _waits(Comment.objects.filter(author=author), OF_A_PERSON, at)
    if ip_hash:
        limits = OF_AN_ADDRESS if author else OF_AN_ADDRESS + OF_A_PERSON
        waits += _waits(Comment.objects.filter(ip_hash=ip_hash), limits, at)
    return max(waits)


def _waits(comments, limits, at):
    most = max(count for count, _within in limits)
    times = list(comments.order_by("-pk").values_list("created_at", flat=True)[:most])
    for count, within in limits:
        if len(times) >= count:
            yield times[count - 1] + within - at
