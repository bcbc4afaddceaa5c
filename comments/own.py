"""What this browser's reader has posted, known by the session alone.

No address tells it, so that the link to a held comment shows nothing to anybody else. A request
without a session cookie is answered without one, and costs no query here.
"""

from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from comments.models import Comment

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


class Own:
    """What in a discussion belongs to whoever asks: said in this browser, or by this account.

    No query where the request has no session; at most three where it has.
    """

    def __init__(self, request, discussion):
        self.discussion = discussion
        self.reader = reader(request)
        self._keys = frozenset(request.session.get(_KEY, ())) if has_session(request) else ()

    def __contains__(self, comment):
        return comment.pk in self._keys or (
            self.reader is not None and comment.author_id == self.reader.pk
        )

    def comment(self, seq):
        """The reader's own comment with this number, or None. One query."""
        return self._comments.filter(seq=seq).first()

    @cached_property
    def waiting(self):
        """The held ones, the newest first."""
        return list(self._comments.held().order_by("-seq")[:_REMEMBERED])

    @cached_property
    def just_posted(self):
        """The newest one if it was published a few minutes ago, or None."""
        newest = self._comments.order_by("-seq").first()
        since = timezone.now() - FRESH
        return newest if newest and newest.is_visible and newest.created_at > since else None

    @property
    def _comments(self):
        if self.discussion.pk is None or not (self._keys or self.reader):
            return Comment.objects.none()
        mine = Q(pk__in=self._keys)
        if self.reader:
            mine |= Q(author=self.reader)
        comments = Comment.objects.with_names().select_related("parent")
        return comments.filter(mine, discussion=self.discussion)
