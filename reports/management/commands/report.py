"""Any document of the catalogue to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portfolio import storage
from portfolio.models import User
from reports import catalogue
from reports.errors import RenderError, SubjectGoneError, UnknownReportError


class Command(BaseCommand):
    help = "Make a document: manage.py report NAME --arg project=P-001 --lang fr --out FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name in the catalogue, such as project-sheet")
        parser.add_argument("--arg", action="append", default=[], metavar="KEY=VALUE")
        parser.add_argument("--lang", default="fr")
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--user", help="whose rights to read with; without: the public's")

    def handle(self, *_args: Any, **options: Any) -> None:
        arguments = dict(_pair(text) for text in options["arg"])
        try:
            report = catalogue.get(options["name"])
            _check(report, arguments, options["lang"])
            body = report.make(
                arguments=arguments,
                reader=_reader(options["user"]),
                language=options["lang"],
                now=timezone.now(),
            )
            storage.write_whole(options["out"], body)
        except (UnknownReportError, RenderError, SubjectGoneError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['out']}: {len(body)} bytes")


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise CommandError(f"--arg {text}: write KEY=VALUE")
    return key, value


def _check(report: catalogue.Report, arguments: dict[str, str], language: str) -> None:
    if not report.takes(arguments):
        raise CommandError(f"{report.name} takes --arg {' --arg '.join(report.arguments)}")
    if language not in report.languages:
        raise CommandError(f"{report.name} is made in {', '.join(report.languages)}")


def _reader(username: str | None) -> catalogue.Reader:
    if not username:
        return AnonymousUser()
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"no user {username}")
    return user
