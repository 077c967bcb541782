"""manage.py verify_audit [--head NUMBER:SEAL]"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from portfolio.models import Decision
from portfolio.services import audit

REASONS = {
    "MISSING": "is not there: a row was taken out",
    "PREVIOUS": "does not follow the one before it",
    "KEY": "is sealed with a key that AUDIT_KEYS does not hold",
    "SEAL": "does not hold what was sealed",
    "SNAPSHOT": "rests on something else than what was sealed",
    "COLUMNS": "shows something else than what was sealed",
    "END": "the register does not end where it should: rows were taken off its end",
}


class Command(BaseCommand):
    help = (
        "Checks the seal of every decision of the register; exit 1 and names those that are broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", default="",
            help="number:seal of a decision, as printed on minutes: it must still be so",
        )  # fmt: skip

    def handle(self, *, head: str, **options: object) -> None:
        broken = audit.verify()
        for fault in broken:
            who = f"Decision {fault.number} " if fault.number else ""
            self.stderr.write(f"{who}{REASONS[fault.reason]}")
        number, _colon, seal = head.partition(":")
        kept = (
            not head
            or Decision.objects.filter(
                number=int(number) if number.isdigit() else 0, seal__startswith=seal or "-"
            ).exists()
        )
        if not kept:
            self.stderr.write(f"Decision {number} has not the seal that is given")
        if broken or not kept:
            raise CommandError("the register of decisions is broken", returncode=1)
        last = Decision.objects.order_by("-number").first()
        told = f"; the last one is {last.number}:{last.seal}" if last else ""
        self.stdout.write(f"{last.number if last else 0} decisions, all as they were sealed{told}")
