"""manage.py select SCENARIO_ID [--seconds S] [--explain] [--replay RESULT_ID]"""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from portfolio.models import SelectionResult, SelectionScenario
from portfolio.queries.selection_words import euros
from portfolio.queries.selections import Shown, of_result
from portfolio.services import selections


class Command(BaseCommand):
    help = "Solves a scenario of arbitration, keeps the answer with its frozen inputs, prints it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario_id", type=int, metavar="SCENARIO_ID")
        parser.add_argument("--seconds", type=float, default=60.0, help="for one solution")
        parser.add_argument("--explain", action="store_true", help="why each is in or out, too")
        parser.add_argument(
            "--replay",
            type=int,
            metavar="RESULT_ID",
            help="solve kept inputs again; stores nothing",
        )

    def handle(
        self, *, scenario_id: int, seconds: float, explain: bool, replay: int | None,
        **options: object,
    ) -> None:  # fmt: skip
        scenario = SelectionScenario.objects.filter(pk=scenario_id).first()
        if scenario is None:
            raise CommandError(f"There is no scenario {scenario_id}.")
        with translation.override("en"):
            if replay is not None:
                self._replay(scenario, replay)
                return
            result = self._computed(scenario, seconds)
            if explain:
                selections.explain(result_id=result.pk, clock=timezone.now)
                result = SelectionResult.objects.get(pk=result.pk)
            self._print(result, of_result(result))

    def _computed(self, scenario: SelectionScenario, seconds: float) -> SelectionResult:
        try:
            return selections.compute(
                scenario=scenario, by=None, at=timezone.now(), time_limit_s=seconds
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _replay(self, scenario: SelectionScenario, result_id: int) -> None:
        result = scenario.results.filter(pk=result_id).first()
        if result is None:
            raise CommandError(f"There is no result {result_id} of this scenario.")
        again = selections.replay(result)
        if not (again.same_inputs and again.same_answer):
            raise CommandError("The inputs or the answer are not those that were kept.")
        self.stdout.write(f"Result {result.pk}: the same inputs give the same programme.")

    def _print(self, result: SelectionResult, found: Shown) -> None:
        self.stdout.write(f"Result {result.pk} of {result.scenario}: {found.gap}")
        for gauge in found.gauges:
            limit = "no limit" if gauge.limit is None else f"of {euros(gauge.limit)}"
            self.stdout.write(f"  {gauge.label:<10} {euros(gauge.used)} {limit}")
        for mark, lines in (("in ", found.inside), ("out", found.outside)):
            for line in lines:
                self.stdout.write(f"  {mark} {line.code:<28} {euros(line.ap):>9}  {line.how}")
                for text in line.why:
                    self.stdout.write(f"      {text}")
        for text, relief in found.conflict:
            self.stdout.write(f"  against: {text}. {relief}")
        for one in result.inputs["unweighed"]:
            self.stdout.write(f"  cannot be weighed: {one['code']} {one['reasons']}")
