"""manage.py prepare_demo: everything between an empty database and the servers' start."""

import os

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from indicators.demo import platform
from ops.paths import VAR
from publicsite.demo import prepare

COLLECTIONS_FILE = VAR / "platform" / "collections.tsv"  # read by `make demo`


class Command(BaseCommand):
    help = "Migrates, compiles, collects, loads the platform's tables and seeds: what is needed."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        url = os.environ.get("PLATFORM_DATABASE_URL")
        if not url:
            raise CommandError("PLATFORM_DATABASE_URL says where the platform's tables live.")
        if prepare.migrate():
            self.stdout.write("Database migrated")
        for path in prepare.compile_translations():
            self.stdout.write(f"Translations compiled: {path.parent.parent.name}")
        if prepare.collect_static():
            self.stdout.write("Static files collected")
        tables = platform.load(url, until=timezone.localdate().replace(day=1))
        if tables:
            self.stdout.write(f"Platform: {len(tables)} collections written")
        COLLECTIONS_FILE.parent.mkdir(parents=True, exist_ok=True)
        lines = ["\t".join(collection) for collection in platform.listing()]
        COLLECTIONS_FILE.write_text("\n".join(lines), encoding="utf-8")
        call_command("seed_demo", stdout=self.stdout)
