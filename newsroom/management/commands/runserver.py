from whitenoise.runserver_nostatic.management.commands import runserver

from newsroom import tasks


class Command(runserver.Command):
    """Serve a developer's machine or the demo, and do the background work in the same process."""

    def inner_run(self, *args, **options):
        with tasks.in_a_thread():
            super().inner_run(*args, **options)
