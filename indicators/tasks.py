"""Doors for the broker. It only rings: what is due, and who may run it, is in the database."""

from dataclasses import replace

from celery import shared_task
from django.utils import timezone

from indicators.models import Evaluation
from indicators.pull_settings import means
from indicators.services import planning, pulls, raw_files
from indicators.services.evaluating import evaluate

TICK_S = 60


@shared_task
def pull_run(run_id: int) -> None:
    """Carry out one run, unless another worker has it or it has ended."""
    pulls.execute(run_id=run_id, means=replace(means(), ring=pull_run.delay))


@shared_task
def sweep_answers() -> None:
    """Remove what interrupted writes left in the store of answers."""
    raw_files.sweep(store=means().store, now=timezone.now())


@shared_task
def tick() -> None:
    """Plan what is due, then ring for every run that can be taken: a lost message is sent again."""
    for run_id in planning.plan_and_list(now=timezone.now()):
        pull_run.apply_async((run_id,), expires=TICK_S)


@shared_task
def evaluate_one(evaluation_id: int) -> None:
    """What a locked plan says now; nothing where nothing has changed, or it was withdrawn."""
    plan = Evaluation.objects.standing().filter(pk=evaluation_id).first()
    if plan is not None:
        evaluate(evaluation=plan, at=timezone.now())


@shared_task
def evaluate_changed() -> None:
    """Each night: one task a plan, so that one that fails stops no other."""
    for pk in Evaluation.objects.standing().values_list("pk", flat=True):
        evaluate_one.delay(pk)
