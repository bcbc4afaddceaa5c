from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class MinimumLength(password_validation.MinimumLengthValidator):
    """Django's, with the way out in its sentence."""

    def get_error_message(self):
        return _("A password has at least %(count)s characters; a short sentence is good.") % {
            "count": self.min_length
        }
