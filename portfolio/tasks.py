"""Doors of the worker: imports to check and apply, alerts and proposals for agendas that follow the
record, digests to send, results of scenarios to explain."""

from celery import shared_task
from django.utils import timezone

from portfolio.models import ImportJob, SelectionResult
from portfolio.services import alerts, digests, import_jobs, proposals, selections

IMPORT_TICK_S = 60  # rung again at the next tick: without this, a stopped worker's queue would grow
DIGEST_TICK_S = 300
SELECTION_TICK_S = 60


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
        task.apply_async((job_id,), expires=IMPORT_TICK_S)


@shared_task
def forget_files() -> None:
    import_jobs.forget(now=timezone.now())


@shared_task
def look_for_alerts() -> None:
    alerts.reconcile(at=timezone.now())


@shared_task
def propose_items() -> None:
    """After the alerts, from which proposals for an agenda follow."""
    proposals.reconcile(at=timezone.now())


@shared_task
def send_digests() -> None:
    """Enter what is due in the outbox, then ring for each mail: a lost message is sent again."""
    for mail_id in digests.plan(now=timezone.now()):
        send_digest.apply_async((mail_id,), expires=DIGEST_TICK_S)


@shared_task
def send_digest(mail_id: int) -> None:
    digests.send(mail_id=mail_id, clock=timezone.now)


@shared_task(time_limit=1140, soft_time_limit=1080)
def explain_selection(result_id: int) -> None:
    selections.explain(result_id=result_id, clock=timezone.now)


@shared_task
def tick_selections() -> None:
    """Ring again for every result that waits to be explained, or whose worker has vanished."""
    waiting = SelectionResult.objects.unexplained(timezone.now()).order_by("pk")
    for result_id in waiting.values_list("pk", flat=True):
        explain_selection.apply_async((result_id,), expires=SELECTION_TICK_S)
