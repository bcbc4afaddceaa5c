"""The demo, prepared in the database of a test."""

from io import StringIO

from django.core.management import call_command


def run_demo():
    """What it says."""
    said = StringIO()
    call_command("demo", no_serve=True, stdout=said)
    return said.getvalue()


def everything():
    """What is in the database, as text."""
    kept = StringIO()
    # Content types and permissions are what `migrate` makes, in any database.
    call_command("dumpdata", exclude=["contenttypes", "auth.permission"], stdout=kept)
    return kept.getvalue()
