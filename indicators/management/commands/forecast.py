"""manage.py forecast [TARGET_ID …]"""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from indicators.models import Target
from indicators.services import forecasts
from indicators.services.forecasts import Done


class Command(BaseCommand):
    help = "Forecasts the measures of targets, all or these, where anything has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("targets", nargs="*", type=int, metavar="TARGET_ID")

    def handle(self, *, targets: list[int], **options: object) -> None:
        unknown = set(targets) - set(Target.objects.values_list("pk", flat=True))
        if unknown:
            raise CommandError(f"There is no target {', '.join(map(str, sorted(unknown)))}.")
        now = timezone.now()
        ids = targets or forecasts.to_look_at(now=now)
        self.stdout.write("target".rjust(6) + " " + "computed".ljust(10) + " forecast")
        for pk in ids:
            told = {"now": now, "code_version": settings.CODE_VERSION}
            for done in forecasts.refresh(target_ids=[pk], **told):
                self.stdout.write(line(done))


def line(done: Done) -> str:
    """The target, whether it was computed now, and what the forecast says or lacks."""
    row = done.result
    start = f"{row.target_id:>6} {'now' if done.is_new else 'unchanged':<10}"
    if row.reason:
        said = row.result
        return f"{start} {row.reason} ({said['points']} values, {said['needed']} needed)"
    chance, record = row.result["chance"], row.result["record"]
    low, high = chance["between"]
    return (
        f"{start} {row.probability:.0%} ({low:.0%} to {high:.0%}) by {row.due_on},"
        f" at this trend {chance['reached_on'] or 'not within ten years'}; {record['model']},"
        f" 80 % intervals held {_share(record['coverage80'])} of {record['points']} values' past"
    )


def _share(value: float | None) -> str:
    return "an unknown share" if value is None else f"{value:.0%}"
