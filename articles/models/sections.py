import re
from itertools import chain, count, product
from string import ascii_uppercase

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.addresses import taken_first_parts, validate_section_slug
from articles.codes import is_code, split_code
from articles.dispatch import tidy_line
from articles.models.languages import InALanguage


def _letters(word):
    """Letters for codes, those of the word first, then all there are."""
    own = "".join(letter for letter in word.upper() if letter in ascii_uppercase)
    yield from (own[:length] for length in (1, 2, 3) if len(own) >= length)
    for length in (1, 2, 3):
        yield from map("".join, product(ascii_uppercase, repeat=length))


class SectionQuerySet(models.QuerySet):
    def with_newest(self, stories, count):
        """Annotate `newest_1` … `newest_<count>`: ids of the newest of `stories` in each section.

        One query, and for each id a seek in the index, however many stories there are.
        """
        in_section = stories.filter(section=models.OuterRef("pk")).newest_first().values("pk")
        return self.annotate(
            **{
                f"newest_{place + 1}": models.Subquery(in_section[place : place + 1])
                for place in range(count)
            }
        )

    def with_code(self, code):
        """The section, at most one, whose letters begin this code."""
        return self.filter(code_prefix=split_code(code)[0])

    def open(self, name):
        """A new section of this name, with an address and letters that are still free."""
        taken = set(self.values_list("slug", flat=True)) | taken_first_parts()
        words = slugify(name) or "section"
        slugs = chain([words[:45]], (f"{words[:45]}-{n}" for n in count(2)))
        slug = next(slug for slug in slugs if slug not in taken and not is_code(slug))
        prefixes = set(self.values_list("code_prefix", flat=True))
        return self.create(
            name=name,
            slug=slug,
            code_prefix=next(letters for letters in _letters(words) if letters not in prefixes),
            position=(self.aggregate(last=models.Max("position"))["last"] or 0) + 1,
        )

    def named(self, name):
        """The section with this slug or name, in any case. Raises Section.DoesNotExist."""
        section = (
            self.filter(models.Q(slug__iexact=name) | models.Q(name__iexact=name))
            .order_by("position", "pk")
            .first()
        )
        if section is None:
            raise self.model.DoesNotExist(name)
        return section


class Section(InALanguage):
    """Where readers find a story; its letters begin the codes of its stories."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(
        _("address"),
        max_length=50,
        unique=True,
        validators=[validate_section_slug],
        help_text=_("The word in the address: “world” for /world/."),
    )
    code_prefix = models.CharField(
        _("letters of codes"),
        max_length=3,
        unique=True,
        validators=[
            RegexValidator(re.compile(r"[A-Z]{1,3}\Z"), _("One to three capital letters."))
        ],
        help_text=_("“W” for codes such as W460."),
    )
    last_number = models.PositiveIntegerField(_("last number allotted"), default=0, editable=False)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest comes first.")
    )
    description = models.CharField(_("description"), max_length=300, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("section", args=[self.slug])

    def clean(self):
        self.name = tidy_line(self.name)
        self.slug = self.slug.lower()
        if self.pk:
            prefix = type(self).objects.values_list("code_prefix", flat=True).get(pk=self.pk)
            if prefix != self.code_prefix and (self.last_number or self.articles.exists()):
                raise ValidationError(
                    {"code_prefix": _("Codes were given out under “%s” already.") % prefix}
                )
