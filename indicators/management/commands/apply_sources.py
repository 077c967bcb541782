"""manage.py apply_sources FILE.yml [--dry-run]"""

import sys
from argparse import ArgumentParser
from pathlib import Path

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from indicators.services import sources
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import Change, SourcesError


class Command(BaseCommand):
    help = "Creates and updates sources, indicators and feeds from a YAML file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change")

    def handle(self, *, file: Path, dry_run: bool, **options: object) -> None:
        try:
            with translation.override("en"):  # as the other lines of this command
                changes = sources.apply(document=read(file), dry_run=dry_run)
        except SourcesError as error:
            for problem in error.problems:
                self.stderr.write(f"{file}: {problem.path}: {problem.message}")
            self.stderr.write("Nothing was written.")
            sys.exit(1)
        for change in changes:
            self.stdout.write(sentence(change))
        if not changes:
            self.stdout.write("Nothing changes.")
        elif dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")


def read(file: Path) -> object:
    """The document of a YAML file. Raises CommandError if there is none."""
    try:
        with file.open(encoding="utf-8") as text:
            return yaml.load(text, Loader=PlainLoader)  # noqa: S506  # a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(f"{file}: {error}") from error


def sentence(change: Change) -> str:
    if change.created:
        return f"+ {change.kind} {change.code}"
    parts = (f"{name}: {before} → {after}" for name, (before, after) in change.fields.items())
    return f"~ {change.kind} {change.code}: {'; '.join(parts)}"
