import signal
from threading import Event, Thread

from django.core.management.base import BaseCommand

from newsroom import tasks


class Command(BaseCommand):
    help = "Do the background work, such as sending mail, until told to stop by SIGTERM or SIGINT."

    def add_arguments(self, parser):
        parser.add_argument("--batch", action="store_true", help="do what is due, then stop")

    def handle(self, *, batch, **options):
        stop = Event()

        def finish(*_):
            # In a thread: what is interrupted here may hold the event's own lock.
            Thread(target=stop.set).start()

        signal.signal(signal.SIGTERM, finish)
        signal.signal(signal.SIGINT, finish)
        if batch:
            tasks.go_the_round()
            tasks.run_due(stop)
        else:
            tasks.work(stop)
