"""What the environment says, read strictly: a wrong value stops the start and names itself."""

import re
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit
from zoneinfo import available_timezones

import environ
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

# A host name or address as Django's ALLOWED_HOSTS takes it, without a port.
_HOST = re.compile(r"\.?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
# A server that listens on a socket of the file system sees no address of its proxy.
UNIX_SOCKET = "unix"
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", ""}


class Environment:
    """The variables of one start. Every method raises ImproperlyConfigured, naming the variable."""

    def __init__(self, env_file):
        if env_file.is_file():
            try:
                environ.Env.read_env(env_file)
            except UnicodeDecodeError:
                raise ImproperlyConfigured(
                    f"{env_file.name} is not UTF-8; save it as that."
                ) from None

    def text(self, name, default=""):
        # Read as it stands: django-environ would take a key that begins with $ for a reference.
        return environ.Env.ENVIRON.get(name, default).strip()

    def words(self, name):
        """Comma-separated values; blanks are dropped."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def switch(self, name, default):
        # django-environ reads DEBUG=flase as False without a word.
        value = self.text(name, "on" if default else "off").lower()
        if value in _YES | _NO:
            return value in _YES
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes on or off.")

    def secret_key(self, *, debug):
        key = self.text("SECRET_KEY")
        if debug:
            return key or "insecure-and-only-for-debugging"
        if not key:
            raise ImproperlyConfigured(
                "SECRET_KEY is not set; give it 50 or more random characters, "
                'for example from: python -c "import secrets; print(secrets.token_urlsafe(50))"'
            )
        if len(key) < 50 or len(set(key)) < 5:
            raise ImproperlyConfigured(
                f"SECRET_KEY has {len(key)} characters, {len(set(key))} different; "
                "it needs at least 50 of which 5 differ."
            )
        return key

    def allowed_hosts(self, *, debug):
        hosts = self.words("ALLOWED_HOSTS")
        if not hosts and not debug:
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS is not set; name the hosts that this paper answers for, "
                "for example ALLOWED_HOSTS=www.example.org."
            )
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ImproperlyConfigured(
                    f"ALLOWED_HOSTS holds {host!r}; it takes host names with commas between, "
                    "without scheme, port, path or *."
                )
        return hosts

    def site_url(self, default):
        """The public address of the paper, scheme and host, without a slash at the end."""
        value = self.text("SITE_URL", default).rstrip("/")
        match = re.fullmatch(rf"https?://(?:{_HOST.pattern})(?::([0-9]{{1,5}}))?", value, re.I)
        if not match or int(match[1] or 0) > 65535:
            raise ImproperlyConfigured(
                "SITE_URL cannot be read; it takes scheme and host, "
                "for example https://www.example.org."
            )
        return value

    def database(self, default):
        value = self.text("DATABASE_URL", default)
        scheme = value.partition(":")[0]
        if scheme not in {"sqlite", "postgres", "postgresql"}:
            raise ImproperlyConfigured(
                f"DATABASE_URL begins with {scheme!r}; "
                "it takes sqlite:////path/to/file or postgres://user:password@host/name."
            )
        try:
            database = environ.Env.db_url_config(value)
        except ValueError:
            raise ImproperlyConfigured(
                "DATABASE_URL cannot be read; it takes sqlite:////path/to/file or "
                "postgres://user:password@host:port/name."
            ) from None
        if not database["NAME"] or database["NAME"] == ":memory:":
            raise ImproperlyConfigured("DATABASE_URL names no database file or name.")
        return database

    def cache(self):
        value = self.text("CACHE_URL", "locmemcache://")
        scheme = value.partition(":")[0]
        if scheme not in {"locmemcache", "redis", "rediss", "unix"}:
            raise ImproperlyConfigured(
                f"CACHE_URL begins with {scheme!r}; it takes locmemcache:// or redis://host:6379/0."
            )
        if scheme == "locmemcache":
            return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if not _has_host_and_port(value) and scheme != "unix":
            raise ImproperlyConfigured(
                "CACHE_URL cannot be read; it takes redis://host:6379/0 or locmemcache://."
            )
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": value,
            # A Redis that hangs must not hold a page for the client's own five seconds.
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }

    def email(self):
        value = self.text("EMAIL_URL", "consolemail://")
        try:
            if value.startswith("smtp") and not _has_host_and_port(value):
                raise ValueError
            return environ.Env.email_url_config(value)
        except (ImproperlyConfigured, KeyError, ValueError):
            raise ImproperlyConfigured(
                "EMAIL_URL cannot be read; it takes consolemail:// or "
                "smtp+tls://user:password@host:587."
            ) from None

    def media_storage(self, default):
        """Django's STORAGES entry for uploaded files: a folder, or a bucket of an object store."""
        value = self.text("MEDIA_STORAGE_URL", default)
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
            return {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": parts.path},
            }
        query = parse_qs(parts.query)
        endpoint = query.pop("endpoint", [None])[0]
        if (
            parts.scheme == "s3"
            and parts.hostname
            and not query
            and (endpoint is None or _has_host_and_port(endpoint))
        ):
            options = {"bucket_name": parts.netloc, "file_overwrite": False}
            if endpoint:
                options["endpoint_url"] = endpoint
            return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        raise ImproperlyConfigured(
            "MEDIA_STORAGE_URL cannot be read; "
            "it takes file:///path or s3://bucket?endpoint=https://host."
        )

    def trusted_proxies(self):
        networks = []
        for word in self.words("TRUSTED_PROXIES"):
            if word == UNIX_SOCKET:
                networks.append(word)
                continue
            try:
                networks.append(ip_network(word))
            except ValueError:
                raise ImproperlyConfigured(
                    f"TRUSTED_PROXIES holds {word!r}; it takes addresses, networks or unix, "
                    "for example 10.0.0.5 or 10.0.0.0/24."
                ) from None
        return networks

    def time_zone(self):
        value = self.text("TIME_ZONE", "UTC")
        if value not in available_timezones():
            raise ImproperlyConfigured(
                f"TIME_ZONE is {value!r}; it takes a name of the tz database, such as Asia/Almaty."
            )
        return value

    def language_code(self):
        value = self.text("LANGUAGE_CODE", "en").lower()
        if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*", value) or (
            value not in LANG_INFO and value.partition("-")[0] not in LANG_INFO
        ):
            raise ImproperlyConfigured(
                f"LANGUAGE_CODE is {value!r}; it takes a language tag such as en, ar or fr."
            )
        return value


def _has_host_and_port(url):
    """Whether an address names a host, and a port that is a number where it names one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
