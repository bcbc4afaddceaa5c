"""The editorial workflow: two axes of status, one table of moves.

Admin buttons, bulk actions, commands and tests read MOVES. `Article.move` carries a move out.
A rule here says what may happen; it writes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from articles import gate, rights


class WorkflowStatus(TextChoices):
    """Where the working copy is."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Filed to the desk")
    IN_EDIT = "in_edit", _("In edit")
    COPY_EDIT = "copy_edit", _("Copy edit")
    APPROVED = "approved", _("Approved")
    SPIKED = "spiked", _("Spiked")
    CLEAN = "clean", _("No change pending")


class PublicationStatus(TextChoices):
    """What the newsroom has decided readers get; whether they get it now is a matter of time."""

    UNPUBLISHED = "unpublished", _("Never published")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    KILLED = "killed", _("Killed")


class PublishKind(TextChoices):
    INITIAL = "initial", _("First publication")
    MINOR = "minor", _("Minor change: the reader’s date stays")
    UPDATE = "update", _("Update: new reporting, the updated time moves")


class MoveRefused(Exception):
    """The sentence says why, to the person who tried."""


Guard = Callable[..., str | None]

_W = WorkflowStatus
_P = PublicationStatus
_NEVER_PUBLIC = frozenset({_P.UNPUBLISHED, _P.WITHDRAWN})


@dataclass(frozen=True)
class Move:
    """One row of the table.

    `target` is a status, or those of some sources while the others stay. `needs` names what the
    person gives with it: "reason", "publish_at", "kind"; `checks` look at that, `guards` at the
    story alone. Both take (article, by, at, details) and give the sentence of their refusal, or
    None. `seen` limits a move to stories that readers have, or have not, seen. `public` is true
    where readers see a change.
    """

    name: str
    label: str
    sources: frozenset
    target: WorkflowStatus | dict
    publication: frozenset
    published_as: PublicationStatus | None
    permission: Callable
    guards: tuple[Guard, ...] = ()
    checks: tuple[Guard, ...] = ()
    needs: tuple[str, ...] = ()
    seen: bool | None = None
    public: bool = False
    hint: str = ""

    def lands(self, status):
        """The status of the working copy afterwards."""
        return self.target.get(status, status) if isinstance(self.target, dict) else self.target

    def fits(self, article, at):
        """Whether the story is where this move begins."""
        return (
            article.workflow_status in self.sources
            and article.publication_status in self.publication
            and self.seen in {None, article.was_visible(at)}
        )

    def refusal(self, article, *, by, at, details):
        """The sentence of the first reason against this move, or None.

        `by` is a user, or None for the system. Costs the queries of its guards.
        """
        if self.seen is False and article.was_visible(at):
            sentence = (
                _("Readers have seen %(code)s before; publish it now instead.")
                if article.publication_status == _P.WITHDRAWN
                else _("Readers already see %(code)s; publish the change now, or unpublish first.")
            )
            return sentence % {"code": article.code}
        if not self.fits(article, at):
            return _("%(code)s is “%(status)s” now; “%(move)s” does not begin there.") % {
                "code": article.code,
                "status": article.get_workflow_status_display(),
                "move": self.label,
            }
        if by is not None and not self.permission(by, article):
            return _("You may not do this to %(code)s; ask %(who)s.") % {
                "code": article.code,
                "who": rights.who_may(self.permission),
            }
        for guard in self.guards + self.checks:
            if reason := guard(article, by=by, at=at, details=details):
                return reason
        return None

    def barrier(self, article, *, by, at):
        """The sentence of the first guard against it before anything is filled in, or None."""
        for guard in self.guards:
            if reason := guard(article, by=by, at=at, details={}):
                return reason
        return None


def _is_complete(article, *, by, at, details):
    missing = gate.missing(article.working_content, article.section_id)
    if missing:
        return _("%(code)s has no %(fields)s yet.") % {
            "code": article.code,
            "fields": ", ".join(str(field) for field in missing),
        }
    return None


def _passes_the_gate(article, *, by, at, details):
    blocks = gate.blocks(article.working_content, article.section_id)
    return " ".join(str(block) for block in blocks) or None


def _has_four_eyes(article, *, by, at, details):
    # Text that was approved already was read then; wire copy has no author here.
    if article.workflow_status == _W.APPROVED or by is None:
        return None
    if rights.four_eyes_hold() and article.authors_of_change() == {by.pk}:
        return _(
            "You are the only author of this text, so somebody else must read it (four eyes): "
            "%(who)s can approve it."
        ) % {"who": rights.who_may(rights.may_approve)}
    return None


def _has_a_kind(article, *, by, at, details):
    kind = details.get("kind")
    if article.publication_status == _P.WITHDRAWN and article.was_visible(at):
        return None
    if article.has_a_live_version(at):
        if kind not in {PublishKind.MINOR, PublishKind.UPDATE}:
            return _("Readers already see %(code)s; say whether this is minor or an update.") % {
                "code": article.code
            }
    elif kind not in {None, PublishKind.INITIAL}:
        return _("%(code)s has not been public yet; this is its first publication.") % {
            "code": article.code
        }
    return None


def _lies_ahead(article, *, by, at, details):
    publish_at = details.get("publish_at")
    if publish_at is None:
        return _("Say when it goes out.")
    if publish_at <= at:
        return _("That hour has passed; publish it now, or name one ahead.")
    if publish_at > at + timedelta(days=3660):
        return _("That is more than ten years ahead; name an earlier day.")
    if article.expire_at and publish_at >= article.expire_at:
        return _("The story expires before that hour.")
    return None


def _has_a_reason(article, *, by, at, details):
    return None if details.get("reason", "").strip() else _("Say why; the reason is kept.")


def _move(name, label, sources, target, permission, **rest):
    """`publication` defaults to every status but killed, `published_as` to no change."""
    return Move(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        permission=permission,
        publication=frozenset(rest.pop("publication", set(_P) - {_P.KILLED})),
        published_as=rest.pop("published_as", None),
        **rest,
    )


MOVES = {
    move.name: move
    for move in (
        _move(
            "submit",
            _("File to the desk"),
            {_W.DRAFT},
            _W.SUBMITTED,
            rights.may_edit,
            guards=(_is_complete,),
        ),
        _move(
            "recall",
            _("Take back from the desk"),
            {_W.SUBMITTED},
            _W.DRAFT,
            rights.may_recall,
            hint=_("Nobody has claimed it yet."),
        ),
        _move(
            "claim",
            _("Claim for editing"),
            {_W.SUBMITTED},
            _W.IN_EDIT,
            rights.may_claim,
            hint=_("It becomes yours to edit."),
        ),
        _move(
            "return",
            _("Return to the reporter"),
            {_W.SUBMITTED, _W.IN_EDIT, _W.APPROVED},
            _W.DRAFT,
            rights.may_claim,
            checks=(_has_a_reason,),
            needs=("reason",),
        ),
        _move(
            "approve",
            _("Approve"),
            {_W.SUBMITTED, _W.IN_EDIT, _W.COPY_EDIT},
            _W.APPROVED,
            rights.may_approve,
            guards=(_passes_the_gate, _has_four_eyes),
            hint=_("Exactly this text may go out."),
        ),
        _move(
            "publish",
            _("Publish"),
            {_W.SUBMITTED, _W.IN_EDIT, _W.APPROVED},
            _W.CLEAN,
            rights.may_publish,
            published_as=_P.PUBLISHED,
            guards=(_passes_the_gate, _has_four_eyes),
            checks=(_has_a_kind,),
            needs=("kind",),
            public=True,
        ),
        _move(
            "schedule",
            _("Schedule"),
            {_W.APPROVED},
            _W.CLEAN,
            rights.may_publish,
            published_as=_P.PUBLISHED,
            seen=False,
            guards=(_passes_the_gate,),
            checks=(_lies_ahead,),
            needs=("publish_at",),
            public=True,
            hint=_("Nothing has to run at that hour."),
        ),
        _move(
            "unschedule",
            _("Take off the schedule"),
            set(_W) - {_W.SPIKED},
            {_W.CLEAN: _W.APPROVED},
            rights.may_publish,
            publication={_P.PUBLISHED},
            published_as=_P.UNPUBLISHED,
            seen=False,
            hint=_("It does not go out; the working copy stays as it is."),
        ),
        _move(
            "unpublish",
            _("Unpublish"),
            set(_W) - {_W.SPIKED},
            _W.DRAFT,
            rights.may_unpublish,
            publication={_P.PUBLISHED},
            published_as=_P.WITHDRAWN,
            seen=True,
            checks=(_has_a_reason,),
            needs=("reason",),
            public=True,
            hint=_("Its page answers 404 at once; it can be published again."),
        ),
    )
}

# A save is no button: what it does to the status of the working copy.
AFTER_AN_EDIT = {_W.CLEAN: _W.DRAFT, _W.APPROVED: _W.IN_EDIT}
EDITABLE = frozenset(_W) - {_W.SPIKED}
