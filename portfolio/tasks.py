"""Doors of the worker: an import to check, one to apply, and the reconciler that rings again."""

from celery import shared_task
from django.utils import timezone

from portfolio.models import ImportJob
from portfolio.services import import_jobs

TICK_S = 60  # rung again at the next tick: without this, a stopped worker's queue would grow


@shared_task
def check_import(job_id: int) -> None:
    import_jobs.check(job_id=job_id, clock=timezone.now)


@shared_task
def apply_import(job_id: int) -> None:
    if import_jobs.apply(job_id=job_id, clock=timezone.now):
        apply_import.delay(job_id)


@shared_task
def tick_imports() -> None:
    """Ring again for every import that waits, or whose worker has vanished."""
    waiting = ImportJob.objects.claimable(timezone.now()).order_by("sent_at")
    for job_id, state in waiting.values_list("pk", "state"):
        task = check_import if state in {"SENT", "CHECKING"} else apply_import
        task.apply_async((job_id,), expires=TICK_S)
