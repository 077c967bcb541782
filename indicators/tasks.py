"""Doors for the broker. It only rings: what is due, and who may run it, is in the database."""

from dataclasses import replace

from celery import shared_task
from django.utils import timezone

from indicators.pull_settings import means
from indicators.services import planning, pulls, raw_files, reminders

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
def remind_depositors() -> None:
    """Keep the reminders of late files in step; the digests tell them."""
    reminders.remind(now=timezone.now())


@shared_task
def tick() -> None:
    """Plan what is due, then ring for every run that can be taken: a lost message is sent again."""
    for run_id in planning.plan_and_list(now=timezone.now()):
        pull_run.apply_async((run_id,), expires=TICK_S)
