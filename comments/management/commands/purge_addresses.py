from django.core.management.base import BaseCommand
from django.utils import timezone

from comments.erasure import ADDRESSES_KEPT_FOR, forget_addresses


class Command(BaseCommand):
    help = (
        f"Forget from which addresses comments older than {ADDRESSES_KEPT_FOR.days} days came. "
        "Run it every day."
    )

    def handle(self, *args, **options):
        forgotten = forget_addresses(before=timezone.now() - ADDRESSES_KEPT_FOR)
        self.stdout.write(f"{forgotten} addresses forgotten.")
