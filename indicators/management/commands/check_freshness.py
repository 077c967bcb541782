"""manage.py check_freshness"""

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from indicators.queries.lateness import Stale, stale_feeds


class Command(BaseCommand):
    help = "Says which feeds are late. Exit code 1 if one is."

    def handle(self, **options: object) -> None:
        found = stale_feeds(now=timezone.now())
        for one in found:
            self.stdout.write(line(one))
        if found:
            sys.exit(1)
        self.stdout.write("Every feed is on time.")


def line(one: Stale) -> str:
    """The feed, the last day it has a value of, and the promises that are not kept."""
    last = f"data of {one.published_on}" if one.published_on else "nothing published yet"
    parts = [f"{one.feed.code[:32].ljust(32)} {last}"]
    if one.late is not None:
        parts.append(
            f"LATE since {one.late.since}: the value of the period until {one.late.awaited_on} was"
            f" promised within {one.late.promised_days} days"
        )
    if one.is_overdue and one.published_on:
        parts.append(f"older than the {one.feed.indicator.stale_after_days} days of its indicator")
    return "; ".join(parts)
