"""The settings of the tests: the project's own, in a known environment."""

import os
import tempfile

os.environ |= {
    "DEBUG": "off",
    "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SITE_URL": "http://testserver",
    "TIME_ZONE": "UTC",
    "LANGUAGE_CODE": "en",
    "TRUSTED_PROXIES": "",
    "NEWSROOM_FOUR_EYES": "on",
    "NEWSROOM_GUEST_COMMENTS": "on",
    "NEWSROOM_ADMIN_TWO_FACTOR": "off",
    "EMAIL_URL": "memorymail://",
}
os.environ.setdefault("CACHE_URL", "locmemcache://")

from newsroom.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # In a file, as in a newsroom: a database in memory knows neither WAL nor a second writer.
    # In a folder of its own, so that two runs at once do not meet.
    _folder = tempfile.TemporaryDirectory(prefix="newsroom-tests-")
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder.name}/tests.sqlite3"}  # noqa: F405
