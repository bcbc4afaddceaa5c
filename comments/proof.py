"""The proof that every number of every discussion is true, and their repair.

Counts are asked of the database in sets. Where each comment stands is told by walking through the
comments, one discussion at a time. Each question is one statement, so that nothing seems wrong only
because somebody is posting meanwhile.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, DateTimeField, Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from comments import paths
from comments.models import Comment, Discussion, ModerationEvent, Status
from comments.moderation import last_comment_at

_CHUNK = 2000
_UNKNOWN = "another comment"
_ASK_THE_BACKUP = "the row is in the backup from before it went"
_ASK_ITS_WORDS = "only its words, or a backup, can tell which"
_DECIDE = "let a moderator look, and decide it once more"


@dataclass(frozen=True)
class Discrepancy:
    """One thing that is not what it should be. `stored` and `true` are as printed; `way_out` is
    what a person has to do about it, "" where `repair` knows the truth."""

    code: str
    discussion: int
    what: str
    stored: str
    true: str
    way_out: str = ""

    def __str__(self):
        sentence = f"{self.code}: {self.what} is {self.stored}, should be {self.true}"
        return f"{sentence}; {self.way_out}" if self.way_out else sentence


def discrepancies(discussion=None):
    """Everything that is wrong, in one discussion or in all, as it is found. Six queries; memory
    for the comments of one discussion."""
    yield from _without_a_discussion(discussion)
    yield from _wrong_counts(discussion)
    yield from _wrong_times(discussion)
    yield from _wrong_versions(discussion)
    yield from _out_of_place(discussion)
    yield from _against_the_record(discussion)


def repair(discussion):
    """Make the numbers of the discussion with this id true, under its lock.

    The rows are the truth: no status is changed, and what only a person can tell is left. Eight
    queries, and two for each comment that stood in a wrong place.
    """
    with transaction.atomic():
        locked = Discussion.objects.select_for_update().filter(pk=discussion).first()
        if locked is None:
            return
        _put_in_place(locked)
        true = _with_true_counts(locked.pk).get()
        Discussion.objects.filter(pk=locked.pk).update(
            visible_count=true.true_visible,
            held_count=true.true_held,
            last_seq=max(true.true_last, locked.last_seq),
            last_comment_at=last_comment_at(locked),
            # One that no reader's copy of the page can have.
            version=max(_with_seen_changes(locked.pk).get().changes, locked.version) + 1,
        )


def _of(rows, discussion, field="discussion"):
    return rows if discussion is None else rows.filter(**{field: discussion})


# Counts ------------------------------------------------------------------------------


def _without_a_discussion(discussion):
    rows = (
        _of(Comment.objects, discussion)
        .filter(~Exists(Discussion.objects.filter(pk=OuterRef("discussion_id"))))
        .values_list("discussion_id")
        .annotate(count=Count("pk"))
        .order_by("discussion_id")
    )
    for pk, count in rows.iterator(chunk_size=_CHUNK):
        yield Discrepancy(
            f"discussion {pk}", pk, f"row above its {count} comments", "gone", "there",
            _ASK_THE_BACKUP,
        )  # fmt: skip


def _with_true_counts(discussion):
    return _of(Discussion.objects, discussion, "pk").annotate(
        true_visible=Count("comments", filter=Q(comments__status=Status.PUBLISHED)),
        true_held=Count("comments", filter=Q(comments__status=Status.HELD)),
        true_last=Coalesce(Max("comments__seq"), 0),
    )


def _wrong_counts(discussion):
    wrong = (
        _with_true_counts(discussion)
        .exclude(
            visible_count=F("true_visible"),
            held_count=F("true_held"),
            last_seq__gte=F("true_last"),
        )
        .order_by("pk")
        .values_list(
            "article__code", "pk", "visible_count", "true_visible", "held_count", "true_held",
            "last_seq", "true_last",
        )
    )  # fmt: skip
    for code, pk, visible, true_visible, held, true_held, last, true_last in wrong:
        if visible != true_visible:
            yield Discrepancy(code, pk, "visible_count", str(visible), str(true_visible))
        if held != true_held:
            yield Discrepancy(code, pk, "held_count", str(held), str(true_held))
        if last < true_last:
            yield Discrepancy(code, pk, "last_seq", str(last), f"at least {true_last}")


def _wrong_times(discussion):
    newest = Comment.objects.published().filter(discussion=OuterRef("pk")).order_by("-seq")
    wrong = (
        _of(Discussion.objects, discussion, "pk")
        .annotate(true_time=Subquery(newest.values("created_at")[:1], output_field=DateTimeField()))
        .filter(
            Q(last_comment_at__isnull=True, true_time__isnull=False)
            | Q(last_comment_at__isnull=False, true_time__isnull=True)
            | Q(last_comment_at__lt=F("true_time"))
            | Q(last_comment_at__gt=F("true_time"))
        )
        .order_by("pk")
        .values_list("article__code", "pk", "last_comment_at", "true_time")
    )
    for code, pk, time, true_time in wrong:
        yield Discrepancy(code, pk, "last_comment_at", str(time), str(true_time))


def _with_seen_changes(discussion):
    """Discussions with the number of `changes` that the record knows and readers could see."""
    seen = Q(comments__events__status_from=Status.PUBLISHED) | Q(
        comments__events__status_to=Status.PUBLISHED
    )
    return _of(Discussion.objects, discussion, "pk").annotate(
        changes=Count("comments__events", filter=seen)
    )


def _wrong_versions(discussion):
    wrong = (
        _with_seen_changes(discussion)
        .filter(version__lt=F("changes"))
        .order_by("pk")
        .values_list("article__code", "pk", "version", "changes")
    )
    for code, pk, version, changes in wrong:
        yield Discrepancy(code, pk, "version", str(version), f"at least {changes}")


# The record --------------------------------------------------------------------------


def _against_the_record(discussion):
    """Comments whose status came in by no door. Which of the two is right nobody can compute:
    by itself, a repair would publish what somebody held, or hide what somebody published."""
    newest = ModerationEvent.objects.filter(comment=OuterRef("pk")).order_by("-pk")
    wrong = (
        _of(Comment.objects, discussion)
        .annotate(recorded=Coalesce(Subquery(newest.values("status_to")[:1]), Value("")))
        .exclude(status=F("recorded"))
        .order_by("discussion", "seq")
        .values_list("discussion__article__code", "discussion", "seq", "status", "recorded")
    )
    for code, pk, seq, status, recorded in wrong.iterator(chunk_size=_CHUNK):
        true = f"{recorded} by its record" if recorded else "on record"
        yield Discrepancy(code, pk, f"status of comment {seq}", status, true, _DECIDE)


# The tree ----------------------------------------------------------------------------


class _Place(NamedTuple):
    """Where a comment stands. `parent` is None for a root, and the id of what it answers else."""

    parent: int | None
    root: int | None
    depth: int
    path: str

    def is_whole(self, seq):
        """Whether others can stand below it."""
        above = self.path[: -paths.WIDTH]
        return paths.is_path(self.path) and paths.under(above, seq) == (self.depth, self.path)


class _Row(NamedTuple):
    code: str
    discussion: int
    pk: int
    seq: int
    status: str
    reply_count: int
    parent: int | None
    root: int | None
    depth: int
    path: str

    @property
    def place(self):
        return _Place(self.parent, self.root, self.depth, self.path)


def _rows(discussion):
    """The comments of one discussion or of all, the older before the younger."""
    names = ("discussion__article__code", "discussion", "pk", *_Row._fields[3:])
    rows = _of(Comment.objects, discussion).order_by("discussion", "seq").values_list(*names)
    return map(_Row._make, rows.iterator(chunk_size=_CHUNK))


class _Tree:
    """The true places and reply counts of one discussion's `rows`.

    Where a comment stands is said twice: by its parent, and by its root, depth and path together.
    Where they differ, the parent is believed, unless the three agree with each other.
    """

    def __init__(self, rows):
        self.rows = list(rows)
        self.places = {}
        self.unknown = set()
        self._by_path = {}
        for row in self.rows:
            place = self._place(row)
            if place is None:
                self.unknown.add(row.pk)
                if not row.place.is_whole(row.seq):
                    continue
            self.places[row.pk] = place = place or row.place
            self._by_path[place.path] = row.pk
        self._replies = Counter(
            self.places.get(row.pk, row).root for row in self.rows if row.status == Status.PUBLISHED
        )

    def _place(self, row):
        """Where the row stands in truth, or None where only a person can tell."""
        if row.parent is None:
            return _Place(None, None, *paths.under("", row.seq))
        told = self._under(row.parent, row) if row.parent in self.places else None
        if told == row.place:
            return told
        above = self._by_path.get(row.path[: -paths.WIDTH])
        if above and self._under(above, row) == row.place._replace(parent=above):
            if row.depth < paths.MAX_DEPTH:
                return row.place._replace(parent=above)
            # On the deepest level an answer stands beside what it answers.
            return None
        return told

    def _under(self, parent, row):
        above = self.places[parent]
        return _Place(parent, above.root or parent, *paths.under(above.path, row.seq))

    def misplaced(self):
        """(row, its true place), and None for a place that only a person can tell."""
        for row in self.rows:
            if row.pk in self.unknown:
                yield row, None
            elif self.places[row.pk] != row.place:
                yield row, self.places[row.pk]

    def miscounted(self):
        """(row, its true reply count)."""
        for row in self.rows:
            true = 0 if row.parent else self._replies[row.pk]
            if true != row.reply_count:
                yield row, true


def _out_of_place(discussion):
    for _pk, rows in groupby(_rows(discussion), key=lambda row: row.discussion):
        tree = _Tree(rows)
        number = {row.pk: row.seq for row in tree.rows}
        for row, place in tree.misplaced():
            if place is None:
                stored = _number(number, row.parent)
                yield _wrong(row, "parent", stored, _UNKNOWN, _ASK_ITS_WORDS)
                continue
            for what in ("parent", "root"):
                stored, true = getattr(row, what), getattr(place, what)
                if stored != true:
                    yield _wrong(row, what, _number(number, stored), _number(number, true))
            for what in ("depth", "path"):
                stored, true = getattr(row, what), getattr(place, what)
                if stored != true:
                    yield _wrong(row, what, stored, true)
        for row, true in tree.miscounted():
            yield _wrong(row, "reply_count", row.reply_count, true)


def _number(numbers, pk):
    return f"comment {numbers[pk]}" if pk in numbers else "none of this discussion"


def _wrong(row, what, stored, true, way_out=""):
    return Discrepancy(
        row.code, row.discussion, f"{what} of comment {row.seq}", str(stored), str(true), way_out
    )


def _put_in_place(discussion):
    tree = _Tree(_rows(discussion.pk))
    moved = [(row, place) for row, place in tree.misplaced() if place]
    # A wrong path may be another's true one, so the wrong ones first move out of the way.
    for row, _place in moved:
        Comment.objects.filter(pk=row.pk).update(path=f"~{row.seq}")
    for row, place in moved:
        Comment.objects.filter(pk=row.pk).update(**place._asdict())
    for row, true in tree.miscounted():
        Comment.objects.filter(pk=row.pk).update(reply_count=true)
