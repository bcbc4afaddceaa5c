"""What a dispatch does to the site: the rules of identity, each by its number.

A dispatch is known by its code, else by its text, never by its headline. What an editor changed
is never overwritten unasked, and what readers see never changes by an import alone.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC
from enum import StrEnum

from django.contrib.auth import get_user_model
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from articles import dispatch as dispatches
from articles.body import from_paragraphs
from articles.content import as_printed, dispatch_of
from articles.dispatch import Dispatch, DispatchError, Notice
from articles.models import Article, Code, Person, Revision, Section, StaleVersion, Topic
from articles.models.record import CodeTaken, NoCodesLeft
from articles.workflow import MoveRefused, PublicationStatus, PublishKind, WorkflowStatus

WIRE = "wire"
_TRIES = 5


class Outcome(StrEnum):
    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    FAILED = "failed"


@dataclass(frozen=True)
class Filed:
    """What became of one dispatch. `problem` is the name of a conflict or an error."""

    outcome: Outcome
    code: str = ""
    headline: str = ""
    problem: str = ""
    message: str = ""
    line: int = 1
    notices: tuple[Notice, ...] = ()


@dataclass
class Desk:
    """One run of an import: its options, and the codes that it has seen (rule I10)."""

    by: object = None
    publish: bool = False
    overwrite: bool = False
    replace: bool = False
    section: Section | None = None
    create_sections: bool = False
    _seen: dict = field(default_factory=dict)

    def file(self, found, place):
        """File one result of `dispatch.read` that stood at `place`, and say what became of it.

        One transaction. Raises nothing for a dispatch; a database that does not answer does.
        """
        if isinstance(found, DispatchError):
            return _refused(found, found)
        fingerprint = dispatches.fingerprint(found)
        if found.code in self._seen:
            seen, first = self._seen[found.code]
            if seen == fingerprint:
                return _filed(found, Outcome.UNCHANGED, found.code)
            where = f"{first} and {place}"
            return _refused(found, DispatchError("duplicate-code", found.line, found=where))
        filed = self._file_until_settled(found, fingerprint)
        if found.code and filed.outcome is not Outcome.FAILED:
            self._seen[found.code] = (fingerprint, place)
        return filed

    def _file_until_settled(self, found, fingerprint):
        # I11: where another import or an editor was quicker, read the site again.
        for remaining in reversed(range(_TRIES)):
            try:
                with transaction.atomic():
                    return self._file(found, fingerprint)
            except DispatchError as error:
                return _refused(found, error)
            except NoCodesLeft as full:
                return _refused(found, DispatchError("no-codes-left", found=full.section_name))
            except MoveRefused as refused:
                return _refused(found, DispatchError("not-published", found=str(refused)))
            except (CodeTaken, StaleVersion, IntegrityError, OperationalError):
                if not remaining:
                    break
        return _refused(found, DispatchError("busy"))

    def _file(self, found, fingerprint):
        if found.code is None:
            return self._file_without_code(found, fingerprint)
        registered = Code.objects.filter(text=found.code).first()
        if registered is None:
            return self._import(found, fingerprint, self._section_for(found))  # I1
        if registered.article_id is None:
            raise DispatchError("deleted", found=found.code)  # I7
        story = (
            Article.objects.select_for_update(of=("self",))
            .select_related("section", "working_revision", "public_revision")
            .get(pk=registered.article_id)
        )
        if story.publication_status == PublicationStatus.KILLED:
            raise DispatchError("deleted", found=found.code)  # I7
        return self._file_again(story, found, fingerprint)

    def _file_without_code(self, found, fingerprint):
        section = self._section_for(found)
        # Two imports of one text at the same moment: the second waits here, and then finds it.
        Section.objects.select_for_update().get(pk=section.pk)
        known = Revision.objects.filter(fingerprint=fingerprint).select_related("article").first()
        if known:
            return _filed(found, Outcome.UNCHANGED, known.article.code)  # I8
        return self._import(found, fingerprint, section)  # I9

    def _import(self, found, fingerprint, section):
        notices = list(found.warnings)
        if found.code is None and Article.objects.filter(working_headline=found.headline).exists():
            notices.append(Notice("possible-duplicate", found.line))
        story = Article.objects.file(
            _fields_of(found),
            section,
            by=self.by,
            code=found.code,
            language=_language_beside(section, found),
            embargo_until=_moment(found.headers.embargo),
            origin=Revision.Origin.IMPORT,
            fingerprint=fingerprint,
        )
        self._publish(story, found)
        return replace(_filed(found, Outcome.IMPORTED, story.code), notices=tuple(notices))

    def _file_again(self, story, found, fingerprint):
        last = story.revisions.exclude(fingerprint="").order_by("-number").first()
        now = working_dispatch(story)
        if fingerprint in {last and last.fingerprint, dispatches.fingerprint(now)}:
            return _filed(found, Outcome.UNCHANGED, story.code)  # I2
        if not self.replace and _is_unrelated(found, now, last):
            raise DispatchError("collision", found=now.headline)  # I6
        pending = story.workflow_status != WorkflowStatus.CLEAN
        edited = story.working_revision.origin != Revision.Origin.IMPORT
        published = story.publication_status == PublicationStatus.PUBLISHED
        if edited and not self.overwrite and (pending or not published):
            raise DispatchError("edited", found=story.code)  # I4
        self._bring_up_to_date(story, found)
        story.save_working_copy(  # I3, I5
            _fields_of(found),
            by=self.by,
            version=story.version,
            origin=Revision.Origin.IMPORT,
            fingerprint=fingerprint,
        )
        self._publish(story, found)
        return _filed(found, Outcome.UPDATED, story.code)

    def _bring_up_to_date(self, story, found):
        """What belongs to the story and not to a version, while readers have not seen it."""
        embargo = _moment(found.headers.embargo)
        if story.was_visible(timezone.now()):
            return
        if story.publication_status == PublicationStatus.PUBLISHED:
            # It has its hour: a longer embargo holds, a shorter one is an editor's to allow.
            if embargo and embargo > (story.embargo_until or story.publish_at):
                visible_from = story.visible_from_of(story.publish_at, embargo)
                story.swap(
                    embargo_until=embargo,
                    visible_from=visible_from,
                    first_published_at=visible_from,
                )
            return
        changes = {"embargo_until": embargo}
        if found.headers.section:
            changes["section"] = self._section_for(found)
        section = changes.get("section", story.section)
        changes["language"] = _language_beside(section, found)
        story.swap(**changes)

    def _publish(self, story, found):
        """I12: file, approve and publish by the one function, as the user or as the wire."""
        if not self.publish or story.workflow_status == WorkflowStatus.CLEAN:
            return
        by = self.by or get_user_model().objects.filter(username=WIRE).first()
        if by is None:
            raise MoveRefused(f"There is no account “{WIRE}”; run migrate to make it.")
        if _was_taken_back(story):
            raise MoveRefused(f"Somebody took {story.code} back; publish it in the admin.")
        at = timezone.now()
        publish_at = _moment(found.headers.date)
        if story.publication_status == PublicationStatus.PUBLISHED and not story.was_visible(at):
            publish_at = story.publish_at  # an editor's hour stands
        if story.workflow_status == WorkflowStatus.DRAFT:
            story.move("submit", by=by, at=at)
        if story.workflow_status != WorkflowStatus.APPROVED:
            story.move("approve", by=by, at=at)
        if publish_at and publish_at > at and not story.was_visible(at):
            story.move("schedule", by=by, at=at, publish_at=publish_at)
        elif story.was_visible(at):
            story.move("publish", by=by, at=at, kind=PublishKind.UPDATE)
        else:
            story.move("publish", by=by, at=at, publish_at=publish_at)

    def _section_for(self, found):
        """M9. Raises DispatchError for a name that no section has (M7)."""
        name = found.headers.section
        if name:
            try:
                return Section.objects.named(name)
            except Section.DoesNotExist:
                if self.create_sections:
                    return Section.objects.open(name)
                raise DispatchError("unknown-section", found.line, found=name) from None
        by_code = found.code and Section.objects.with_code(found.code).first()
        section = by_code or self.section or Section.objects.first()
        if section is None:
            raise DispatchError("unknown-section", found="News")
        return section


def _was_taken_back(story):
    """Whether the last thing done about its publication was to unpublish or unschedule it."""
    last = (
        story.events.filter(name__in=["publish", "schedule", "unpublish", "unschedule"])
        .order_by("-pk")
        .first()
    )
    return last is not None and last.name in {"unpublish", "unschedule"}


def section_without_header(code):
    """Where a dispatch with this code goes when it names no section (M9), or None."""
    return (code and Section.objects.with_code(code).first()) or Section.objects.first()


def working_dispatch(story):
    """The dispatch that prints the working copy."""
    return _dispatch_of_story(story, story.working_content, comment_count=0)


def dispatch_of_public(story, *, comment_count):
    """The dispatch that prints what readers see. Costs up to three queries."""
    return _dispatch_of_story(story, story.public_revision.content, comment_count=comment_count)


def _dispatch_of_story(story, its_content, *, comment_count):
    elsewhere = section_without_header(story.code) != story.section
    return dispatch_of(
        its_content,
        code=story.code,
        section=story.section.name if elsewhere else "",
        language=story.language,
        embargo=_moment_text(story.embargo_until),
        comment_count=comment_count,
    )


def _fields_of(found: Dispatch):
    headers = found.headers
    return {
        "headline": found.headline,
        "standfirst": headers.summary,
        "byline": headers.byline,
        "dateline": headers.dateline,
        "source": headers.source,
        "wire_date": headers.date,
        "body": from_paragraphs(found.paragraphs),
        "people": as_printed(Person.objects.named_in(headers.byline)),
        "topics": as_printed(Topic.objects.named(headers.tags)),
    }


def _is_unrelated(found, now, last):
    texts = [(now.headline, now.paragraphs)]
    if last:
        imported = dispatch_of(last.content)
        texts.append((imported.headline, imported.paragraphs))
    return all(
        dispatches.unrelated(found.headline, found.paragraphs, headline, paragraphs)
        for headline, paragraphs in texts
    )


def _language_beside(section, found):
    language = found.headers.language
    return "" if language.lower() == section.language_tag.lower() else language


def _moment(value):
    return dispatches.moment(value, timezone.get_default_timezone()) if value else None


def _moment_text(value):
    """A time as a header holds it: to the second, in UTC."""
    if value is None:
        return ""
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'seconds')}Z"


def _filed(found, outcome, code, **rest):
    return Filed(
        outcome,
        code=code or "",
        headline=found.headline,
        line=found.line,
        notices=found.warnings,
        **rest,
    )


def _refused(found, error):
    """`found` is the dispatch, or the error itself where reading it failed already."""
    conflict = error.name in dispatches.CONFLICTS
    return Filed(
        Outcome.CONFLICT if conflict else Outcome.FAILED,
        code=found.code or "",
        headline=found.headline,
        problem=error.name,
        message=error.message,
        line=error.line or found.line,
        notices=getattr(found, "warnings", ()),
    )
