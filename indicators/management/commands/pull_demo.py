"""manage.py pull_demo"""

import os

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from indicators.demo import evaluations, forecasts, story
from indicators.management.commands import forecast
from indicators.management.commands.pull import line, planned
from indicators.models import Run
from indicators.pull_settings import means
from indicators.tasks import forecast_all


class Command(BaseCommand):
    help = "The demonstration's pulls: its past the first time, then what is due; then forecasts."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        url = os.environ.get("PLATFORM_DATABASE_URL")
        if not url:
            raise CommandError("PLATFORM_DATABASE_URL says where the platform's tables live.")
        now = timezone.now()
        until = timezone.localdate(now).replace(day=1)
        for run in story.play(platform_url=url, until=until, now=now) or due():
            self.stdout.write(line(run))
        for done in forecasts.of_all(now=now):
            if done.is_new:
                self.stdout.write(forecast.line(done))
        forecast_all.delay()  # the others, once there is a worker
        self.stdout.write(f"Evaluations: {evaluations.compute(now=timezone.now())} results")


def due() -> list[Run]:
    """What is due now, carried out."""
    return story.carry_out(planned([], None, None), means())
