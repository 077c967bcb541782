"""manage.py rank EXERCISE_ID"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portfolio.models import Exercise
from portfolio.queries.ranked import Ranked
from portfolio.queries.ranking import ranking_of
from portfolio.results import Unknown


class Command(BaseCommand):
    help = "Ranks the candidates of an exercise by the weights of its members, once revealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("exercise_id", type=int, metavar="EXERCISE_ID")

    def handle(self, *, exercise_id: int, **options: object) -> None:
        exercise = Exercise.objects.filter(pk=exercise_id).first()
        if exercise is None:
            raise CommandError(f"There is no exercise {exercise_id}.")
        with translation.override("en"):
            told = ranking_of(exercise, None)
            if isinstance(told, Unknown):
                raise CommandError(f"Nothing can be ranked: {told.reason}.")
            whose = told.weighting.kind.lower()
            self.stdout.write(
                f"{exercise.name}: {told.candidates} candidates, {told.whole} with every score; "
                f"weights: {whose} ({told.weighting.given} given); {exercise.draws} draws, "
                f"seed {exercise.seed}"
            )
            for row in told.rows:
                self.stdout.write(_line(row))


def _line(row: Ranked) -> str:
    value = "unknown" if row.central is None else f"{row.central:.1f}"
    within = "" if row.within is None else f"  retained {row.within:.0%} {row.standing}"
    missing = f"  {row.missing} missing" if row.missing else ""
    code = row.candidate.project.code
    return f"{row.rank:>3}. {code:<32} {value:>7} ({row.low:.1f}-{row.high:.1f}){within}{missing}"
