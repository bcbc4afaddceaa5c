from django.conf import settings
from django.core.checks import Warning, register

_CONSOLE = "django.core.mail.backends.console.EmailBackend"


@register(deploy=True)
def mail_leaves_the_machine(app_configs, **kwargs):
    """newsroom.W001: a public site prints its mail instead of sending it."""
    if not settings.HTTPS or settings.EMAIL_BACKEND != _CONSOLE:
        return []
    return [
        Warning(
            "Mail is printed and not sent, so nobody can confirm an account or reset a password.",
            hint="Set EMAIL_URL to a mail server, such as smtp+tls://user:password@host:587.",
            id="newsroom.W001",
        )
    ]
