from hashlib import sha256

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.models.sections import Section


class PersonQuerySet(models.QuerySet):
    def named_in(self, byline):
        """The people whose printed names stand in a byline, in the order of the text.

        One query over the names that the byline can hold, not over everybody.
        """
        if not byline:
            return []
        found = self.annotate(byline=models.Value(byline, output_field=models.CharField())).filter(
            byline__contains=models.F("name")
        )
        return sorted(
            (person for person in found if _stands_alone(person.name, byline)),
            key=lambda person: byline.index(person.name),
        )


def _stands_alone(name, byline):
    start = byline.index(name)
    end = start + len(name)
    before, after = byline[start - 1 : start], byline[end : end + 1]
    # In Arabic "and" is a letter joined to the name that follows.
    return (not before.isalnum() or before == "و") and not after.isalnum()


class Person(models.Model):
    """Somebody whose name is printed, with or without an account."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    name = models.CharField(_("printed name"), max_length=150, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    sections = models.ManyToManyField(
        Section,
        verbose_name=_("works for"),
        blank=True,
        related_name="people",
        help_text=_("None means all sections."),
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def __str__(self):
        return self.name


class TopicQuerySet(models.QuerySet):
    def named(self, names):
        """The topics of these names, in their order; those that are missing are made."""
        found = []
        for name in names:
            topic, _created = self.get_or_create(
                name=name, defaults={"slug": self._free_slug(name)}
            )
            found.append(topic)
        return found

    def _free_slug(self, name):
        slug = slugify(name, allow_unicode=True)[:90] or "topic"
        if not self.filter(slug=slug).exists():
            return slug
        # Names that differ only in signs ("C" and "C++") share the words of their address.
        return f"{slug}-{sha256(name.encode()).hexdigest()[:8]}"


class Topic(models.Model):
    """What a story is about, across sections."""

    name = models.CharField(
        _("name"),
        max_length=100,
        unique=True,
        # A dispatch writes its topics in one line, with commas between.
        validators=[RegexValidator(r"\A[^,]*\Z", _("A topic has no comma in its name."))],
    )
    slug = models.SlugField(_("address"), max_length=100, unique=True, allow_unicode=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self):
        return self.name
