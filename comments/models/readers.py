from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.kept import KeptForEver

NAME_MAX = 50
_GOES_BY_ERASURE = "a reader goes by erasure, which looks after what they wrote"


class ReaderQuerySet(models.QuerySet):
    def delete(self):
        raise KeptForEver(_GOES_BY_ERASURE)

    def erase(self):
        """Remove these readers; for `comments.erasure` alone. Returns what `delete` would."""
        return super().delete()

    # A manager has no such method: nobody erases all readers by a missing filter.
    erase.queryset_only = True


class Reader(models.Model):
    """What a reader has beyond an account: the public name, and how the newsroom treats them.

    Staff have none; they comment under the names of their bylines.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        related_name="reader",
    )
    name = models.CharField(_("public name"), max_length=NAME_MAX)
    # What `comments.names.key` makes of the name: nobody else may have one that looks the same.
    name_key = models.TextField(unique=True, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # None as long as the first name was never changed.
    renamed_at = models.DateTimeField(null=True, editable=False)
    on_hold = models.BooleanField(
        _("on hold"),
        default=False,
        help_text=_("Their comments are read before they appear, and they are told so."),
    )

    objects = ReaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")

    def __str__(self):
        return self.name

    def delete(self, *args, **kwargs):
        raise KeptForEver(_GOES_BY_ERASURE)
