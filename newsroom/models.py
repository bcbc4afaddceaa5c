from django.db import models
from django.utils.translation import gettext_lazy as _


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
