"""Doors of the worker: one document, and the reconciler that rings again."""

from celery import shared_task
from django.utils import timezone

from reports.models import Document
from reports.services import documents

TICK_S = 60  # rung again at the next tick: without this, a stopped worker's queue would grow


@shared_task(time_limit=180, soft_time_limit=150)
def produce_document(document_id: int) -> None:
    documents.produce(document_id=document_id, now=timezone.now())


@shared_task
def tick() -> None:
    """Ring again for every document that waits, or whose worker has vanished."""
    waiting = Document.objects.claimable(timezone.now()).order_by("asked_at")
    for document_id in waiting.values_list("pk", flat=True):
        produce_document.apply_async((document_id,), expires=TICK_S)
