"""Doors for the broker. It only rings: what is due, and who may run it, is in the database."""

from dataclasses import replace

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from indicators.models import Evaluation
from indicators.pull_settings import means
from indicators.services import forecasts, planning, pulls, raw_files, reminders
from indicators.services.evaluating import evaluate
from portfolio.after_commit import after_commit

TICK_S = 60
NIGHT_S = 20 * 3600  # rung again the next night


@shared_task
def pull_run(run_id: int) -> None:
    """Carry out one run, unless another worker has it or it has ended."""
    done = pulls.execute(run_id=run_id, means=replace(means(), ring=pull_run.delay))
    if done and done.has_news:
        # A bell that is lost: the night makes up for it.
        after_commit(forecast_measure.delay, done.feed.indicator_id)


@shared_task
def sweep_answers() -> None:
    """Remove what interrupted writes left in the store of answers."""
    raw_files.sweep(store=means().store, now=timezone.now())


@shared_task
def remind_depositors() -> None:
    """Keep the reminders of late files in step; the digests tell them."""
    reminders.remind(now=timezone.now())


@shared_task
def tick() -> None:
    """Plan what is due, then ring for every run that can be taken: a lost message is sent again."""
    for run_id in planning.plan_and_list(now=timezone.now()):
        pull_run.apply_async((run_id,), expires=TICK_S)


@shared_task
def forecast_measure(indicator_id: int) -> None:
    """Values of this indicator were published: ring for each of its targets."""
    for target_id in forecasts.to_look_at(now=timezone.now(), indicator_id=indicator_id):
        forecast_target.apply_async((target_id,), expires=NIGHT_S)


@shared_task
def forecast_all() -> None:
    """Each night, every target; those of which nothing has changed are left as they are."""
    for target_id in forecasts.to_look_at(now=timezone.now()):
        forecast_target.apply_async((target_id,), expires=NIGHT_S)


@shared_task
def forecast_target(target_id: int) -> None:
    told = {"now": timezone.now(), "code_version": settings.CODE_VERSION}
    forecasts.refresh(target_ids=[target_id], **told)


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
        evaluate_one.apply_async((pk,), expires=NIGHT_S)
