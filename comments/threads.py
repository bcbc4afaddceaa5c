"""Reading a discussion: pages of roots, newest first, each with its first replies.

Every page costs the same few queries, and seeks in an index instead of counting rows, so that the
last page of a long discussion is as quick as the first.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When

from articles.models import Article
from comments import paths
from comments.models import Comment, Status

ROOTS_A_PAGE = 20
REPLIES_AT_FIRST = 30
REPLIES_A_PAGE = 300


@dataclass
class Place:
    """One place in the tree: a published comment, or the stub of one that is not shown.

    A root knows how many of its replies are left out, and the path after which they begin.
    """

    path: str
    comment: Comment | None = None
    replies: list = field(default_factory=list)
    left_out: int = 0
    last_path: str = ""

    @property
    def seq(self):
        return paths.decode(self.path)

    @property
    def depth(self):
        return paths.depth_of(self.path)


@dataclass(frozen=True)
class Page:
    """`older` is the cursor of older roots, `rest` of the replies that follow in one thread."""

    places: list
    older: int | None = None
    rest: str | None = None


def newest(discussion, *, before=None):
    """The newest roots below number `before`, with their first replies. Two queries; none where
    nothing is shown at all."""
    if not discussion.visible_count:
        return Page([])
    roots = list(_roots(discussion, before=before)[: ROOTS_A_PAGE + 1])
    more = len(roots) > ROOTS_A_PAGE
    roots = roots[:ROOTS_A_PAGE]
    answered = [root for root in roots if root.reply_count]
    replies = _first_replies(discussion, answered) if answered else []
    return Page(_forest(roots, replies), older=roots[-1].seq if more else None)


def rest_of_thread(discussion, root_seq, *, after):
    """The page of one thread that goes on after the path `after`, or None where there is no such
    thread. Its first reply comes with the comments above it. Three queries."""
    root = _roots(discussion).filter(seq=root_seq).first()
    if root is None:
        return None
    replies = list(
        _read(discussion)
        .published()
        .filter(root=root, path__gt=after)
        .order_by("path")[: REPLIES_A_PAGE + 1]
    )
    more = len(replies) > REPLIES_A_PAGE
    replies = replies[:REPLIES_A_PAGE]
    if replies:
        above = paths.ancestors(replies[0].path)[1:]
        replies = [*_read(discussion).published().filter(path__in=above).order_by("path"), *replies]
    places = _forest([root], replies)
    places[0].left_out = 0
    return Page(places, rest=replies[-1].path if more else None)


def place_of(discussion, seq):
    """The query string of the page on which comment `seq` stands, "" for the first page; None
    where readers do not see it. At most four queries."""
    if discussion.pk is None:
        return None
    comment = discussion.comments.published().select_related("root").filter(seq=seq).first()
    if comment is None:
        return None
    root = comment.root or comment
    before_it = Comment.objects.published().filter(root=root, path__lt=comment.path)
    nearest = list(before_it.order_by("-path").values_list("path", flat=True)[:REPLIES_AT_FIRST])
    if comment.depth and len(nearest) == REPLIES_AT_FIRST:
        return f"?thread={root.seq}&after={nearest[0]}"
    newer = _roots(discussion).filter(seq__gt=root.seq).order_by("seq")
    on_first_page = len(newer.values_list("pk", flat=True)[:ROOTS_A_PAGE]) < ROOTS_A_PAGE
    return "" if on_first_page else f"?before={root.seq + 1}"


def comment_to_answer(discussion, seq):
    """The published comment with this number, or None. One query."""
    if discussion.pk is None:
        return None
    return _read(discussion).published().filter(seq=seq).first()


def _read(discussion):
    return _printed(discussion.comments, discussion)


def _printed(comments, discussion):
    """The comments of this discussion with all that a page prints of them."""
    on_the_byline = Article.people.through.objects.filter(
        article=discussion.article_id, person__user=OuterRef("author")
    )
    return comments.with_names().annotate(
        answered_seq=F("parent__seq"),
        answered_path=F("parent__path"),
        answered_status=F("parent__status"),
        by_story_author=Exists(on_the_byline),
    )


def _roots(discussion, *, before=None):
    roots = (
        _read(discussion)
        .filter(depth=0)
        .filter(Q(status=Status.PUBLISHED) | Q(reply_count__gt=0))
        .order_by("-seq")
    )
    if before is not None:
        roots = roots.filter(seq__lt=before)
    below = Comment.objects.published().filter(root=OuterRef("pk")).order_by("path")
    last_at_first = below.values("path")[REPLIES_AT_FIRST - 1 : REPLIES_AT_FIRST]
    # Only a long thread has to be asked where its first replies end.
    return roots.annotate(
        first_until=Case(
            When(reply_count__gt=REPLIES_AT_FIRST, then=Subquery(last_at_first)),
            default=Value(None),
            output_field=CharField(),
        )
    )


def _first_replies(discussion, roots):
    """The replies below the roots, in the order of their paths; of a long thread the first."""
    wanted = Q(root__in=[root.pk for root in roots if root.first_until is None])
    for root in roots:
        if root.first_until is not None:
            wanted |= Q(root=root.pk, path__lte=root.first_until)
    # No word of the discussion: SQLite would then walk through all of it instead of the threads.
    return list(_printed(Comment.objects.published(), discussion).filter(wanted).order_by("path"))


def _forest(roots, replies):
    """The roots as places, with the replies hung below them.

    `replies` are published and in the order of their paths. What stands above one of them and
    is not among them is not visible, and becomes a stub.
    """
    places = {root.path: Place(root.path, root if root.is_visible else None) for root in roots}
    last = {root.path: root.path for root in roots}
    shown = Counter()
    for reply in replies:
        root_path, *above = paths.ancestors(reply.path)
        if reply.answered_status != Status.PUBLISHED and reply.depth == paths.MAX_DEPTH:
            above.append(reply.answered_path)
        for path in above:
            _hang(places, path)
        _hang(places, reply.path).comment = reply
        shown[root_path] += 1
        last[root_path] = reply.path
    for root in roots:
        place = places[root.path]
        place.left_out = max(root.reply_count - shown[root.path], 0)
        place.last_path = last[root.path]
    return [places[root.path] for root in roots]


def _hang(places, path):
    if path not in places:
        places[path] = Place(path)
        places[path[: -paths.WIDTH]].replies.append(places[path])
    return places[path]
