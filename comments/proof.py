"""The proof that every number of every discussion is true, and their repair.

All of it is asked of the database in sets: what comes back is only what is wrong.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Substr

from comments import paths
from comments.models import Comment, Discussion, Status
from comments.moderation import last_comment_at

_CHUNK = 500


@dataclass(frozen=True)
class Discrepancy:
    """One number that is not what it should be. `stored` and `true` are as printed."""

    code: str
    discussion: int
    what: str
    stored: str
    true: str

    def __str__(self):
        return f"{self.code}: {self.what} is {self.stored}, should be {self.true}"


def discrepancies(discussion=None):
    """Everything that is wrong, in one discussion or in all, as it is found. Seven queries, whose
    memory does not grow with the number of comments."""
    yield from _without_a_discussion(discussion)
    yield from _answering_nothing(discussion)
    yield from _wrong_counts(discussion)
    yield from _wrong_reply_counts(discussion)
    yield from _out_of_place(discussion)
    yield from _older_than_what_they_answer(discussion)
    yield from _out_of_reach(discussion)


def repair(discussion):
    """Make the numbers of the discussion with this id true, under its lock.

    Rows that are gone stay gone: what hangs on them is reported and left as it is.
    """
    with transaction.atomic():
        if not Discussion.objects.filter(pk=discussion).exists():
            return
        locked = Discussion.objects.locked(discussion)
        _put_in_place(locked)
        _set_reply_counts(locked)
        true = locked.comments.aggregate(
            visible=Count("pk", filter=Q(status=Status.PUBLISHED)),
            held=Count("pk", filter=Q(status=Status.HELD)),
            last_seq=Coalesce(Max("seq"), 0),
        )
        Discussion.objects.filter(pk=locked.pk).update(
            visible_count=true["visible"],
            held_count=true["held"],
            last_seq=max(true["last_seq"], locked.last_seq),
            last_comment_at=last_comment_at(locked),
            version=F("version") + 1,
        )


def _of(rows, discussion, field="discussion"):
    return rows if discussion is None else rows.filter(**{field: discussion})


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
            f"discussion {pk}", pk, f"row above its {count} comments", "gone", "there"
        )


def _has_its_parent():
    return Q(parent_id__isnull=True) | Exists(Comment.objects.filter(pk=OuterRef("parent_id")))


def _answering_nothing(discussion):
    rows = (
        _of(Comment.objects, discussion)
        .exclude(_has_its_parent())
        .order_by("discussion", "seq")
        .values_list("discussion__article__code", "discussion", "seq")
    )
    for code, pk, seq in rows.iterator(chunk_size=_CHUNK):
        yield Discrepancy(code, pk, f"parent of comment {seq}", "gone", "there")


def _wrong_counts(discussion):
    newest = (
        Comment.objects.published()
        .filter(discussion=OuterRef("pk"))
        .order_by("-seq")
        .values("created_at")[:1]
    )
    rows = _of(Discussion.objects, discussion, "pk").annotate(
        true_visible=Count("comments", filter=Q(comments__status=Status.PUBLISHED)),
        true_held=Count("comments", filter=Q(comments__status=Status.HELD)),
        true_last=Coalesce(Max("comments__seq"), 0),
    )
    rows = rows.annotate(true_time=Subquery(newest, output_field=DateTimeField()))
    wrong_time = (
        Q(last_comment_at__isnull=True, true_time__isnull=False)
        | Q(last_comment_at__isnull=False, true_time__isnull=True)
        | (Q(last_comment_at__lt=F("true_time")) | Q(last_comment_at__gt=F("true_time")))
    )
    wrong = rows.filter(
        ~Q(visible_count=F("true_visible"))
        | ~Q(held_count=F("true_held"))
        | Q(last_seq__lt=F("true_last"))
        | wrong_time
    ).values_list(
        "article__code", "pk", "visible_count", "true_visible", "held_count", "true_held",
        "last_seq", "true_last", "last_comment_at", "true_time",
    )  # fmt: skip
    for code, pk, *numbers in wrong.iterator(chunk_size=_CHUNK):
        visible, true_visible, held, true_held, last, true_last, time, true_time = numbers
        if visible != true_visible:
            yield Discrepancy(code, pk, "visible_count", str(visible), str(true_visible))
        if held != true_held:
            yield Discrepancy(code, pk, "held_count", str(held), str(true_held))
        if last < true_last:
            yield Discrepancy(code, pk, "last_seq", str(last), f"at least {true_last}")
        if time != true_time:
            yield Discrepancy(code, pk, "last_comment_at", str(time), str(true_time))


def _with_wrong_reply_count(discussion):
    return (
        _of(Comment.objects, discussion)
        .filter(depth=0)
        .annotate(visible=Count("replies", filter=Q(replies__status=Status.PUBLISHED)))
        .exclude(reply_count=F("visible"))
    )


def _wrong_reply_counts(discussion):
    rows = _with_wrong_reply_count(discussion).values_list(
        "discussion__article__code", "discussion", "seq", "reply_count", "visible"
    )
    for code, pk, seq, stored, true in rows.iterator(chunk_size=_CHUNK):
        yield Discrepancy(code, pk, f"reply_count of comment {seq}", str(stored), str(true))


def _set_reply_counts(discussion):
    wrong = _with_wrong_reply_count(discussion.pk).values_list("pk", "visible")
    for pk, true in list(wrong):
        Comment.objects.filter(pk=pk).update(reply_count=true)


def _in_base_36(seq):
    digits = Value(paths.DIGITS)
    return Concat(
        *(
            Substr(digits, seq / Value(36**power) % Value(36) + Value(1), 1)
            for power in reversed(range(paths.WIDTH))
        )
    )


def _with_true_place(discussion):
    """Comments with the depth, path and root that follow from what they answer."""
    deepest = Value(paths.MAX_DEPTH)
    return (
        _of(Comment.objects, discussion)
        .annotate(
            true_depth=Case(
                When(parent__isnull=True, then=Value(0)),
                When(parent__depth__gte=paths.MAX_DEPTH, then=deepest),
                default=F("parent__depth") + Value(1),
                output_field=IntegerField(),
            ),
            true_root=Coalesce("parent__root", "parent"),
        )
        .annotate(
            true_path=Case(
                When(parent__isnull=True, then=_in_base_36(F("seq"))),
                default=Concat(
                    Substr("parent__path", 1, F("true_depth") * Value(paths.WIDTH)),
                    _in_base_36(F("seq")),
                ),
            )
        )
    )


def _misplaced(discussion):
    return (
        _with_true_place(discussion)
        .filter(_has_its_parent())
        .filter(
            ~Q(depth=F("true_depth"))
            | ~Q(path=F("true_path"))
            | Q(parent__isnull=False) & ~Q(root=F("true_root"))
        )
        .order_by("discussion", "seq")
    )


def _out_of_place(discussion):
    rows = _misplaced(discussion).values_list(
        "discussion__article__code", "discussion", "seq",
        "depth", "path", "root", "true_depth", "true_path", "true_root",
    )  # fmt: skip
    for code, pk, seq, *places in rows.iterator(chunk_size=_CHUNK):
        for what, stored, true in zip(
            ("depth", "path", "root"), places[:3], places[3:], strict=True
        ):
            if stored != true:
                yield Discrepancy(code, pk, f"{what} of comment {seq}", str(stored), str(true))


def _put_in_place(discussion):
    """Give comments their true places, from the top of the tree down.

    A wrong path may be another's true one, so the wrong ones are first moved out of the way.
    """
    wrong = list(_misplaced(discussion.pk).values_list("pk", "seq"))
    for pk, seq in wrong:
        Comment.objects.filter(pk=pk).update(path=f"~{seq}")
    for _level in range(len(wrong) + paths.MAX_DEPTH):
        rows = _misplaced(discussion.pk).values_list("pk", "true_depth", "true_path", "true_root")
        rows = list(rows.exclude(true_path__startswith="~")[:_CHUNK])
        if not rows:
            return
        for pk, depth, path, root in rows:
            Comment.objects.filter(pk=pk).update(depth=depth, path=path, root=root)


def _older_than_what_they_answer(discussion):
    rows = (
        _of(Comment.objects, discussion)
        .filter(
            Q(parent__seq__gte=F("seq")) | ~Q(parent__discussion=F("discussion")),
            parent__isnull=False,
        )
        .values_list("discussion__article__code", "discussion", "seq", "parent__seq")
    )
    for code, pk, seq, parent in rows.iterator(chunk_size=_CHUNK):
        yield Discrepancy(
            code, pk, f"parent of comment {seq}", str(parent), "an older comment here"
        )


def _out_of_reach(discussion):
    """Published replies that no page would list, because of what is above them."""
    listed = Comment.objects.filter(
        Q(status=Status.PUBLISHED) | Q(reply_count__gt=0),
        pk=OuterRef("root"),
        discussion=OuterRef("discussion"),
        depth=0,
        path=Substr(OuterRef("path"), 1, paths.WIDTH),
    )
    rows = (
        _of(Comment.objects, discussion)
        .published()
        .filter(depth__gt=0)
        .exclude(Exists(listed))
        .values_list("discussion__article__code", "discussion", "seq")
    )
    for code, pk, seq in rows.iterator(chunk_size=_CHUNK):
        yield Discrepancy(code, pk, f"way to comment {seq}", "cut", "open")
