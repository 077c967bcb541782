"""Doors for the broker: alerts follow the record, digests leave when they are due."""

from celery import shared_task
from django.utils import timezone

from portfolio.services import alerts, digests

TICK_S = 300


@shared_task
def look_for_alerts() -> None:
    alerts.reconcile(at=timezone.now())


@shared_task
def send_digests() -> None:
    """Enter what is due in the outbox, then ring for each mail: a lost message is sent again."""
    for mail_id in digests.plan(now=timezone.now()):
        send_digest.apply_async((mail_id,), expires=TICK_S)


@shared_task
def send_digest(mail_id: int) -> None:
    digests.send(mail_id=mail_id, clock=timezone.now)
