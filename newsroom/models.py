from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.body import sanitise
from articles.dispatch import tidy_line
from articles.models.languages import InALanguage


class Paper(models.Model):
    """What the paper is called: one row, edited in the admin."""

    name = models.CharField(_("name"), max_length=60, default="Newsroom")
    motto = models.CharField(_("motto"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("the paper")
        constraints = [
            models.CheckConstraint(
                name="newsroom_one_paper",
                condition=models.Q(pk=1),
                violation_error_message=_("There is one paper; change its row."),
            )
        ]

    def __str__(self):
        return self.name


class BodyField(models.TextField):
    """HTML in the form of the admin's editor, sanitised by whatever door it comes."""

    def to_python(self, value):
        value = super().to_python(value)
        return value and sanitise(value)


class HousePage(InALanguage):
    """A page of the house about itself, such as "Contact", at /about/<slug>/."""

    slug = models.SlugField(
        _("address"),
        max_length=50,
        unique=True,
        help_text=_("The word in the address: “contact” for /about/contact/."),
    )
    title = models.CharField(_("title"), max_length=150)
    body = BodyField(_("body"))
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest comes first.")
    )

    class Meta:
        verbose_name = _("house page")
        verbose_name_plural = _("house pages")
        ordering = ["position", "title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("house_page", args=[self.slug])

    def clean(self):
        self.title = tidy_line(self.title)
        self.slug = self.slug.lower()


class LetterQuerySet(models.QuerySet):
    def due(self):
        """Letters to be sent now, the one that has waited longest first."""
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")


class Letter(models.Model):
    """A mail that is on its way; sent, it is deleted, since it may hold the key to an account.

    Posted, sent and tried again by `newsroom.mail`.
    """

    recipient = models.TextField()
    sender = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True)
    # With a Message-ID and a Date, so that each try sends the same letter.
    headers = models.JSONField(default=dict)
    posted_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    def __str__(self):
        return f"letter {self.pk}"


class CachedValue(models.Model):
    """A row of the cache in the database, as Django's `createcachetable` makes its table.

    A model, so that `migrate` makes it; read and written by Django's DatabaseCache alone.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "newsroom_cache"
        verbose_name = _("cached value")
        verbose_name_plural = _("cached values")

    def __str__(self):
        return self.cache_key
