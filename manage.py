#!/usr/bin/env python
"""Newsroom's command line."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from newsroom.demo import environment as demo_environment


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    demo_environment.prepare(sys.argv)
    try:
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as wrong:
        sys.exit(f"newsroom: {wrong}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
