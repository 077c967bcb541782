"""manage.py list_platform_collections: a line a collection, for `make demo`."""

from django.core.management.base import BaseCommand

from indicators.demo import platform


class Command(BaseCommand):
    help = "Prints name, title, table and time field of each collection, separated by tabs."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        for collection in platform.listing():
            self.stdout.write("\t".join(collection))
