"""What this browser's reader has posted, known by the session alone.

No address tells it, so that the link to a held comment shows nothing to anybody else. A request
without a session cookie is answered without one, and costs no query here.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from comments.models import Comment, Status

_KEY = "comments"
_REMEMBERED = 50
FRESH = timedelta(minutes=10)


def has_session(request):
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def reader(request):
    """The user who is signed in, or None."""
    if not has_session(request) or not request.user.is_authenticated:
        return None
    return request.user


def remember(request, comment):
    kept = [pk for pk in request.session.get(_KEY, []) if pk != comment.pk]
    request.session[_KEY] = [*kept, comment.pk][-_REMEMBERED:]


def waiting(request, discussion):
    """This reader's held comments in the discussion, the newest first."""
    return [comment for comment in _own(request, discussion) if comment.status == Status.HELD]


def just_posted(request, discussion):
    """This reader's newest comment if it was published a few minutes ago, or None."""
    newest = next(iter(_own(request, discussion)), None)
    since = timezone.now() - FRESH
    return newest if newest and newest.is_visible and newest.created_at > since else None


def _own(request, discussion):
    if not has_session(request) or discussion.pk is None:
        return []
    keys = request.session.get(_KEY)
    if not keys:
        return []
    return list(
        Comment.objects.with_names()
        .select_related("parent")
        .filter(pk__in=keys, discussion=discussion)
        .order_by("-seq")
    )
