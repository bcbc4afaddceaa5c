"""The demo's own safe settings, so that it starts from a checkout with nothing configured."""

import os
import secrets
import sys
from argparse import ArgumentParser
from pathlib import Path

_BASE = Path(__file__).resolve().parent.parent.parent
_ENV_FILE = _BASE / ".env"
_DEMO_FILE = _BASE / "var" / "demo.env"


def prepare(argv):
    """Set the environment for `manage.py demo`, and for commands that follow it.

    Another command speaks to the demo only where nobody has configured anything else: no `.env`,
    and no key in the environment. A database in the environment counts for both.
    """
    if argv[1:2] == ["demo"]:
        os.environ |= _settings(argv)
    elif _DEMO_FILE.is_file() and not _ENV_FILE.exists() and "SECRET_KEY" not in os.environ:
        for line in _DEMO_FILE.read_text().splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)
        if not os.environ.get("DATABASE_URL"):
            sys.exit(
                "newsroom: the demo was last started in a database that DATABASE_URL named; "
                "set it again, or start the demo without it."
            )


def address(argv):
    """(host, port) of the optional ADDRPORT, as runserver reads it."""
    parser = ArgumentParser(add_help=False)
    parser.add_argument("addrport", nargs="?", default="")
    # Django's own options that take a value, which is no address.
    for names in (("-v", "--verbosity"), ("--settings",), ("--pythonpath",)):
        parser.add_argument(*names)
    known, _others = parser.parse_known_args(argv[2:])
    host, _, port = known.addrport.rpartition(":")
    return host or "127.0.0.1", port if port.isdigit() else "8000"


def _settings(argv):
    host, port = address(argv)
    values = {
        "DEBUG": "off",
        "SECRET_KEY": _key(),
        "ALLOWED_HOSTS": f"localhost,127.0.0.1,[::1],{host}",
        "SITE_URL": f"http://{host}:{port}",
        "EMAIL_URL": "consolemail://",
        # Said, so that a production's .env does not say them.
        "CACHE_URL": "locmemcache://",
        "MEDIA_STORAGE_URL": f"file://{_DEMO_FILE.with_name('demo-media')}",
        "TRUSTED_PROXIES": "",
    }
    # An address that was given may hold a password, and is not written down.
    if not os.environ.get("DATABASE_URL"):
        values["DATABASE_URL"] = f"sqlite:///{_DEMO_FILE.with_name('demo.sqlite3')}"
    _write(values)
    return values


def _key():
    if _DEMO_FILE.is_file():
        for line in _DEMO_FILE.read_text().splitlines():
            if line.startswith("SECRET_KEY="):
                return line.removeprefix("SECRET_KEY=")
    return secrets.token_urlsafe(50)


def _write(values):
    _DEMO_FILE.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    descriptor = os.open(_DEMO_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(lines)
