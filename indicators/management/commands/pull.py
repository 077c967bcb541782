"""manage.py pull [CODE …] [--since D] [--until D] [--replay RUN]"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from indicators.models import Feed, Run
from indicators.pull_settings import means
from indicators.querysets import FeedQuerySet
from indicators.services import planning, pulls
from indicators.services.mapping import MappingError

COLUMNS = (
    "received", "accepted", "revised", "unchanged", "gathered", "quarantined", "dropped",
)  # fmt: skip


class Command(BaseCommand):
    help = "Pulls now, in the foreground. Exit code 1 if a run failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "codes", nargs="*", metavar="CODE", help="sources or feeds; without: what is due"
        )
        parser.add_argument("--since", type=date.fromisoformat, help="first day, included")
        parser.add_argument("--until", type=date.fromisoformat, help="last day, excluded")
        parser.add_argument(
            "--replay", type=int, metavar="RUN", help="read again the answers kept of that run"
        )

    def handle(
        self,
        *,
        codes: list[str],
        since: date | None,
        until: date | None,
        replay: int | None,
        **options: object,
    ) -> None:
        runs = [replayed(replay)] if replay else planned(codes, since, until)
        if not runs:
            self.stdout.write("Nothing is due.")
            return
        self.stdout.write(" ".join(["feed".ljust(32), "state".ljust(10), *COLUMNS]))
        failed = False
        for run in runs:  # grows: what is computed from the values comes after them
            told = replace(means(), ring=lambda pk: runs.append(Run.objects.get(pk=pk)))
            done = pulls.execute(run_id=run.pk, means=told)
            done = done or Run.objects.get(pk=run.pk)  # another's, or interrupted too often
            self.stdout.write(line(done))
            failed = failed or done.state == Run.State.FAILED
        if failed:
            sys.exit(1)


def planned(codes: Sequence[str], since: date | None, until: date | None) -> list[Run]:
    """Runs to carry out, planned now or open already. Raises CommandError."""
    feeds, now = chosen(codes), timezone.now()
    if since or until:
        try:
            with transaction.atomic():  # a window that is empty for one feed plans none
                return [
                    planning.plan_window(feed=feed, since=since, until=until, now=now)
                    for feed in feeds.filter(is_active=True)
                ]
        except (ValueError, MappingError) as error:
            raise CommandError(str(error)) from error
    planning.plan_due(now=now, feeds=feeds, force=bool(codes))
    return list(Run.objects.claimable(now).filter(feed__in=feeds).order_by("due_at", "pk"))


def replayed(run_id: int) -> Run:
    """A run over the kept answers of another. Raises CommandError."""
    earlier = Run.objects.filter(pk=run_id).first()
    if earlier is None:
        raise CommandError(f"There is no run {run_id}.")
    try:
        return planning.plan_replay(run=earlier, now=timezone.now())
    except ValueError as error:
        raise CommandError(str(error)) from error


def chosen(codes: Sequence[str]) -> FeedQuerySet:
    """Feeds named by their code or their source's; all of them without codes."""
    if not codes:
        return Feed.objects.all()
    feeds = Feed.objects.filter(Q(code__in=codes) | Q(source__code__in=codes))
    found = {code for pair in feeds.values_list("code", "source__code") for code in pair}
    unknown = sorted(set(codes) - found)
    if unknown:
        raise CommandError(f"No source and no feed has the code {', '.join(unknown)}.")
    return feeds


def line(run: Run) -> str:
    """One row of the table, with the reason under a run that failed."""
    counts = " ".join(str(getattr(run, name)).rjust(len(name)) for name in COLUMNS)
    text = f"{run.feed.code[:32].ljust(32)} {run.state.ljust(10)} {counts}"
    if not run.error_code:
        return text
    with translation.override("en"):
        return f"{text}\n    {run.error_code}: {run.reason} {run.error_message}".rstrip()
