"""manage.py contract FEED [--import FILE.yml --reason WHY]"""

from argparse import ArgumentParser
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from indicators.models import Feed
from indicators.services import contracts, odcs
from indicators.services.plain_yaml import PlainLoader


class Command(BaseCommand):
    help = "Prints the contract of a feed as an ODCS document, or agrees on another one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("feed", metavar="FEED")
        parser.add_argument(
            "--import", dest="file", type=Path, metavar="FILE", help="ODCS, in YAML"
        )
        parser.add_argument("--reason", default="", help="why it changes")

    def handle(self, *, feed: str, file: Path | None, reason: str, **options: object) -> None:
        found = Feed.objects.select_related("indicator").filter(code=feed).first()
        if found is None:
            raise CommandError(f"No feed has the code {feed}.")
        if file is not None:
            self._agree(found, file, reason)
            return
        contract = contracts.current(found)
        if contract is None:
            raise CommandError(f"{feed} has no contract yet.")
        document = odcs.to_odcs(contract)
        self.stdout.write(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))

    def _agree(self, feed: Feed, file: Path, reason: str) -> None:
        try:
            told = yaml.load(file.read_text(encoding="utf-8"), Loader=PlainLoader)  # noqa: S506 - a safe loader
            document = odcs.from_odcs(told)
            added = contracts.agree(
                feed=feed, document=document, by=None, reason=reason, at=timezone.now()
            )
        except (OSError, UnicodeDecodeError, yaml.YAMLError, odcs.NotOdcsError) as error:
            raise CommandError(f"{file}: {error}") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        said = "Nothing changes." if added is None else f"{feed.code}: version {added.version}."
        self.stdout.write(said)
