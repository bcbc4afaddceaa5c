"""Settings, read top to bottom: the environment over defaults. See `.env.example`."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from newsroom.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
environment = Environment(BASE_DIR / ".env")

# 1 The site ---------------------------------------------------------------

DEBUG = environment.switch("DEBUG", default=False)
SECRET_KEY = environment.secret_key(debug=DEBUG)
ALLOWED_HOSTS = environment.allowed_hosts(debug=DEBUG)
SITE_URL = environment.site_url(
    default="http://127.0.0.1:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
)
TRUSTED_PROXIES = environment.trusted_proxies()

NEWSROOM_FOUR_EYES = environment.switch("NEWSROOM_FOUR_EYES", default=True)
NEWSROOM_GUEST_COMMENTS = environment.switch("NEWSROOM_GUEST_COMMENTS", default=True)
NEWSROOM_ADMIN_TWO_FACTOR = environment.switch("NEWSROOM_ADMIN_TWO_FACTOR", default=False)

# 2 The building -----------------------------------------------------------

INSTALLED_APPS = [
    "newsroom",
    "comments",
    "articles",
    "newsroom.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_prose_editor",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "newsroom.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "newsroom.accounts.reauthentication.NothingPostedIsKept",
    "newsroom.accounts.two_factor.SecondLock",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "newsroom.paper.context",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")  # TemplatesSetting finds the form templates through it.

# 3 Storage ----------------------------------------------------------------

DATABASES = {"default": environment.database(default=f"sqlite:///{VAR_DIR / 'newsroom.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that starts by reading cannot be upgraded while another writes:
        # with SQLite's own default 7 of 8 writers failed with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Attempts to sign in are counted here: they must be true in every process, and must hold
    # while the shared cache is away.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "newsroom_cache",
        # Beyond this Django forgets some at random, and an attacker could make it forget.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "shared": environment.cache() | {"KEY_PREFIX": "newsroom"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DISPATCH_MAX_BYTES = 10 * 1024 * 1024

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing one.
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": environment.media_storage(default=f"file://{VAR_DIR / 'media'}"),
    "staticfiles": {"BACKEND": "newsroom.static.HashedOnceCollected"},
}

# 4 Language and time ------------------------------------------------------

LANGUAGE_CODE = environment.language_code()
TIME_ZONE = environment.time_zone()
USE_TZ = True
# The languages that the interface speaks; a story may be in any other.
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
if LANGUAGE_CODE not in dict(LANGUAGES):
    LANGUAGES.append((LANGUAGE_CODE, LANGUAGE_CODE))
LOCALE_PATHS = [BASE_DIR / "newsroom" / "locale"]

# 5 Mail -------------------------------------------------------------------

vars().update(environment.email())
EMAIL_TIMEOUT = 10  # seconds for each step; a hanging mail server must not hold the worker
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"newsroom@{urlsplit(SITE_URL).hostname}"

# 6 Background work --------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# 7 Accounts ---------------------------------------------------------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
AUTHENTICATION_BACKENDS = ["newsroom.accounts.backend.NameOrAddress"]
ACCOUNT_ADAPTER = "newsroom.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_RATE_LIMITS = {
    # Each of these may send a letter to whatever address a stranger types.
    "signup": "10/m/ip,100/d/ip",
    "reset_password": "10/m/ip,100/d/ip,5/h/key",
}
ACCOUNT_FORMS = {
    "login": "newsroom.accounts.forms.SignInForm",
    "signup": "newsroom.accounts.forms.SignUpForm",
    "add_email": "newsroom.accounts.forms.AddressForm",
    "change_password": "newsroom.accounts.forms.ChangePasswordForm",
    "set_password": "newsroom.accounts.forms.SetPasswordForm",
    "reset_password": "newsroom.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "newsroom.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "newsroom.accounts.forms.PasswordAgainForm",
}
MFA_ADAPTER = "newsroom.accounts.adapter.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# An administrator made the accounts of staff, whose addresses nobody confirmed.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "newsroom.accounts.forms.CodeForm",
    "reauthenticate": "newsroom.accounts.forms.CodeAgainForm",
    "activate_totp": "newsroom.accounts.forms.ActivateForm",
    "deactivate_totp": "newsroom.accounts.forms.DeactivateForm",
    "generate_recovery_codes": "newsroom.accounts.forms.RecoveryCodesForm",
}

# 8 Safety -----------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "newsroom.accounts.passwords.MinimumLength",
        "OPTIONS": {"min_length": 10},
    },
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
]

HTTPS = SITE_URL.startswith("https:")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if TRUSTED_PROXIES:
    # TrustedProxies drops the header of everyone else.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "newsroom.views.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# A story as large as the largest dispatch can be saved; comments have a limit of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * DISPATCH_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
# HSTS for sibling hosts and the browsers' preload lists bind a whole domain for years;
# that is the domain owner's decision, not this program's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# The body's editor styles its own elements and loads its modules by an import map.
ADMIN_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, NONCE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        # A mistyped address is no event, nor is what strangers send to be refused; what breaks is.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
