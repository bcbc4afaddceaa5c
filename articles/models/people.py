import re
from hashlib import sha256

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.dispatch import tidy_line
from articles.models.sections import Section


class AddressedQuerySet(models.QuerySet):
    """Rows with a name and an address made of it."""

    def free_slug(self, name):
        slug = slugify(name, allow_unicode=self.model._meta.get_field("slug").allow_unicode)[:60]
        if slug and not self.filter(slug=slug).exists():
            return slug
        # Names that differ only in signs ("C" and "C++") share the words of their address.
        mark = sha256(name.encode()).hexdigest()[:8]
        return f"{slug or self.model._meta.model_name}-{mark}"


class PersonQuerySet(AddressedQuerySet):
    def named_in(self, byline):
        """The people whose printed names stand in a byline, in the order of the text.

        One query over the names that the byline can hold, not over everybody.
        """
        if not byline:
            return []
        # The database narrows it down, in its own idea of case; the text decides.
        likely = self.annotate(byline=models.Value(byline, output_field=models.CharField())).filter(
            byline__contains=models.F("name")
        )
        places = {person: _place_of(person.name, byline) for person in likely}
        return sorted(
            (person for person, place in places.items() if place is not None), key=places.get
        )


def _place_of(name, byline):
    """Where the name stands in the byline as whole words, or None."""
    # In Arabic "and" is a letter joined to the name that follows.
    match = re.search(rf"(?<!\w)و?{re.escape(name)}(?!\w)", byline)
    return match.start() if match else None


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

    def clean(self):
        self.name = tidy_line(self.name)


class TopicQuerySet(AddressedQuerySet):
    def named(self, names):
        """The topics of these names, in their order; those that are missing are made."""
        found = []
        for name in names:
            topic, _created = self.get_or_create(name=name, defaults={"slug": self.free_slug(name)})
            found.append(topic)
        return found


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

    def clean(self):
        self.name = tidy_line(self.name)
