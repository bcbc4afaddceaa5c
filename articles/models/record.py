from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from articles.codes import split_code
from articles.models.kept import KeptForEver, Recorded
from articles.models.sections import Section
from articles.workflow import PublicationStatus, WorkflowStatus


class CodeTaken(Exception):
    """The code belongs to another story, or belonged to one."""


class NoCodesLeft(Exception):
    """All six digits of a section are used up."""

    def __init__(self, section):
        super().__init__(f"section {section.name!r} has no codes left")
        self.section_name = section.name


class CodeManager(models.Manager):
    LAST = 999_999

    def allot(self, section):
        """The next free code of the section, as a row without a story yet.

        Takes the section's lock until the transaction ends, so that writers get different codes.
        Steps over codes that came in with dispatches. Raises NoCodesLeft.
        """
        locked = Section.objects.select_for_update().get(pk=section.pk)
        number, span = locked.last_number, 16
        while number < self.LAST:
            ahead = range(number + 1, min(number + span, self.LAST) + 1)
            texts = [f"{locked.code_prefix}{n}" for n in ahead]
            taken = set(self.filter(text__in=texts).values_list("text", flat=True))
            for n, text in zip(ahead, texts, strict=True):
                if text not in taken:
                    Section.objects.filter(pk=locked.pk).update(last_number=n)
                    return self.create(text=text)
            number, span = ahead[-1], min(span * 4, 1000)
        raise NoCodesLeft(locked)

    def take(self, text):
        """The row of a code that came with a dispatch. Raises CodeTaken if it was ever given."""
        try:
            with transaction.atomic():
                return self.create(text=text)
        except IntegrityError:
            raise CodeTaken(f"{text} has been given already") from None


class Code(models.Model):
    """Every code ever given. Nothing is deleted from here, so none is given twice."""

    text = models.CharField(_("code"), max_length=9, unique=True)
    article = models.OneToOneField(
        "articles.Article",
        verbose_name=_("story"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="registered_code",
    )
    given_at = models.DateTimeField(_("given"), auto_now_add=True)

    objects = CodeManager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")

    def __str__(self):
        return self.text

    def delete(self, *args, **kwargs):
        raise KeptForEver("a code once given stays given")

    @property
    def prefix(self):
        return split_code(self.text)[0]


class Revision(Recorded):
    """One version of a working copy: the only home of text that readers have not seen."""

    class Origin(models.TextChoices):
        EDITOR = "editor", _("editor")
        IMPORT = "import", _("import")
        REVERT = "revert", _("earlier version")

    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True)
    created_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="articles_revision_number"),
            models.CheckConstraint(
                name="articles_revision_origin_known",
                condition=models.Q(origin__in=["editor", "import", "revert"]),
            ),
            models.CheckConstraint(
                name="articles_revision_fingerprint_of_import",
                condition=models.Q(fingerprint="") | models.Q(origin="import"),
            ),
        ]

    def __str__(self):
        return f"{self.article_id}.{self.number}"


class Event(Recorded):
    """Who moved a story, when, from where to where, and why."""

    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="events")
    name = models.CharField(_("move"), max_length=20)
    workflow_from = models.CharField(max_length=10, choices=WorkflowStatus, blank=True)
    workflow_to = models.CharField(max_length=10, choices=WorkflowStatus)
    publication_from = models.CharField(max_length=11, choices=PublicationStatus, blank=True)
    publication_to = models.CharField(max_length=11, choices=PublicationStatus)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.name
