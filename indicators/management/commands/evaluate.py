"""manage.py evaluate TARGET_ID"""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from indicators.models import Evaluation, Target
from indicators.services.evaluating import evaluate


class Command(BaseCommand):
    help = "Evaluates the locked designs of a target's project and indicator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target_id", type=int, metavar="TARGET_ID")

    def handle(self, *, target_id: int, **options: object) -> None:
        target = Target.objects.filter(pk=target_id).first()
        if target is None:
            raise CommandError(f"There is no target {target_id}.")
        plans = Evaluation.objects.standing().filter(
            project=target.project_id, indicator=target.indicator_id
        )
        if target.project_id is None or not plans:
            self.stdout.write("No locked design for this target.")
            return
        now = timezone.now()
        with translation.override("en"):
            for plan in plans.order_by("pk"):
                result = evaluate(evaluation=plan, at=now)
                news = "new" if result.computed_at == now else "unchanged"
                mark = "" if plan.is_preregistered else ", exploratory"
                grade = f", grade {result.grade}" if result.grade else ""
                self.stdout.write(
                    f"{plan.pk} {plan.design}: {result.verdict}{grade}{mark} ({news})\n"
                    f"  {result.sentence_en}"
                )
