"""The two doors through which a story changes: a save of its working copy, and a move."""

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.content import content, content_hash
from articles.models.record import Event, Revision
from articles.slugs import slug_of
from articles.workflow import (
    AFTER_AN_EDIT,
    EDITABLE,
    MOVES,
    MoveRefused,
    PublicationStatus,
    PublishKind,
    WorkflowStatus,
)


class StaleVersion(Exception):
    """Somebody saved the working copy after it was opened; nothing was written."""


class Transitions(models.Model):
    class Meta:
        abstract = True

    @transaction.atomic
    def save_working_copy(self, fields, *, by, version, at=None, **origin):
        """Make `fields` the working copy; readers see nothing of it.

        Returns the new Revision, or None where nothing differs; an import always leaves one, so
        that its fingerprint is known. `version` is the one that was opened: raises StaleVersion
        where it is no longer the current one, and MoveRefused where the working copy cannot be
        edited.
        """
        at = at or timezone.now()
        from_wire = origin.get("origin") == Revision.Origin.IMPORT
        if self.publication_status == PublicationStatus.KILLED or (
            self.workflow_status not in EDITABLE and not from_wire
        ):
            raise MoveRefused(_("%(code)s can no longer be edited.") % {"code": self.code})
        if version != self.version:
            raise StaleVersion(self.code)
        filled = content(**fields)
        same_text = content_hash(filled) == self.working_revision.content_hash
        if same_text and not from_wire:
            return None
        revision = self._add_revision(filled, number=version + 1, by=by, at=at, **origin)
        before = (self.workflow_status, self.publication_status)
        self.swap(
            version=version + 1,
            working_revision=revision,
            working_headline=filled["headline"],
            working_changed_at=at,
            workflow_status=self.workflow_status
            if same_text
            else AFTER_AN_EDIT.get(self.workflow_status, self.workflow_status),
        )
        self._record(
            "file_again" if from_wire else "edit", by=by, at=at, revision=revision, before=before
        )
        return revision

    @transaction.atomic
    def place(self, section, language, *, by, at=None):
        """Put the story into another section or language, which readers see at once if they see
        the story. Raises StaleVersion where somebody saved meanwhile."""
        at = at or timezone.now()
        if (section, language) == (self.section, self.language):
            return None
        before = (self.workflow_status, self.publication_status)
        was = {"section": self.section.name, "language": self.language}
        self.swap(version=self.version + 1, section=section, language=language)
        now = {"section": section.name, "language": language}
        return self._record(
            "place",
            by=by,
            at=at,
            revision=self.working_revision,
            before=before,
            details={"was": was, "now": now},
        )

    @transaction.atomic
    def move(self, name, *, by, at=None, **details):
        """Carry out one move of the table, with its event: both or neither.

        `by` is a user, or None for the system; `details` are what the move needs (reason,
        publish_at, kind). Raises MoveRefused with the sentence to show.
        """
        at = at or timezone.now()
        move = MOVES[name]
        if refusal := move.refusal(self, by=by, at=at, details=details):
            raise MoveRefused(refusal)
        if name == "publish" and self.workflow_status != WorkflowStatus.APPROVED:
            self.move("approve", by=by, at=at)
        before = (self.workflow_status, self.publication_status)
        changes = {"workflow_status": move.lands(self.workflow_status)}
        if move.published_as:
            changes["publication_status"] = move.published_as
        try:
            self.swap(**changes, **self._effects(name, by=by, at=at, details=details))
        except StaleVersion:
            raise MoveRefused(
                _("Somebody else changed %(code)s just now; look at it again.")
                % {"code": self.code}
            ) from None
        if move.published_as == PublicationStatus.PUBLISHED:
            self._print_people_and_topics()
        return self._record(
            name,
            by=by,
            at=at,
            revision=self.working_revision,
            before=before,
            reason=details.get("reason", "").strip(),
            details={"kind": details["kind"]} if details.get("kind") else {},
        )

    def _effects(self, name, *, by, at, details):
        """The columns that a move changes beside the statuses."""
        match name:
            case "claim":
                return {"assignee": by}
            case "publish" | "schedule":
                return self._publication(at, details)
            case "unschedule":
                return {
                    "visible_from": None,
                    "publish_at": None,
                    "first_published_at": None,
                    "public_revision": None,
                }
            case "unpublish":
                return {"visible_from": None}
            case _:
                return {}

    def _publication(self, at, details):
        """The reader's columns of the working copy, and the times of its publication."""
        content = self.working_content
        printed = {
            name: content[name]
            for name in ("headline", "kicker", "standfirst", "byline", "dateline", "source", "body")
        }
        changes = {
            **printed,
            "slug": slug_of(content["headline"]),
            "public_revision": self.working_revision,
        }
        if self.has_a_live_version(at):
            if details.get("kind") == PublishKind.UPDATE:
                changes["updated_at"] = at
            return changes
        publish_at = details.get("publish_at") or at
        visible_from = self.visible_from_of(publish_at, self.embargo_until)
        changes |= {"publish_at": publish_at, "visible_from": visible_from}
        if not self.was_visible(at):
            changes["first_published_at"] = visible_from
        elif details.get("kind") == PublishKind.UPDATE:
            changes["updated_at"] = at
        return changes

    def visible_from_of(self, publish_at, embargo_until):
        """The first visible moment of a publication at those hours; None while held."""
        if self.held_open_ended:
            return None
        return max(publish_at, embargo_until) if embargo_until else publish_at

    def _print_people_and_topics(self):
        content = self.working_content
        self.people.set([person["id"] for person in content["people"]])
        self.topics.set([topic["id"] for topic in content["topics"]])

    def swap(self, **changes):
        """Write `changes` if the row is still as it was read, else raise StaleVersion."""
        as_read = type(self).objects.filter(
            pk=self.pk,
            version=self.version,
            workflow_status=self.workflow_status,
            publication_status=self.publication_status,
        )
        if not as_read.update(**changes):
            raise StaleVersion(self.code)
        for name, value in changes.items():
            setattr(self, name, value)

    def _add_revision(self, filled, *, number, by, at, **origin):
        try:
            with transaction.atomic():
                return Revision.objects.create(
                    article=self,
                    number=number,
                    content=filled,
                    content_hash=content_hash(filled),
                    author=by,
                    created_at=at,
                    **{"origin": Revision.Origin.EDITOR} | origin,
                )
        except IntegrityError:
            raise StaleVersion(self.code) from None

    def _record(self, name, *, by, at, revision, before, reason="", details=None):
        return Event.objects.create(
            article=self,
            name=name,
            workflow_from=before[0],
            workflow_to=self.workflow_status,
            publication_from=before[1],
            publication_to=self.publication_status,
            by=by,
            at=at,
            revision=revision,
            reason=reason,
            details={"number": revision.number} | (details or {}),
        )
