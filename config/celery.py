"""Celery: one beat, a few ticks. What is due is in the database; the broker rings the doorbell."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init
from django.core.cache import cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gouvernail")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portfolio", "indicators", "reports"])
app.conf.beat_schedule = {
    "pulls": {"task": "indicators.tasks.tick", "schedule": 60.0},
    "half-answers": {"task": "indicators.tasks.sweep_answers", "schedule": 3600.0},
    "late-files": {"task": "indicators.tasks.remind_depositors", "schedule": 1800.0},
    "forecasts": {"task": "indicators.tasks.forecast_all", "schedule": crontab(hour=3, minute=20)},
    "evaluations": {
        "task": "indicators.tasks.evaluate_changed",
        "schedule": crontab(hour=3, minute=50),
    },
    "documents": {"task": "reports.tasks.tick", "schedule": 60.0},
    "imports": {"task": "portfolio.tasks.tick_imports", "schedule": 60.0},
    "selections": {"task": "portfolio.tasks.tick_selections", "schedule": 60.0},
    "old-files": {"task": "portfolio.tasks.forget_files", "schedule": 3600.0},
    "alerts": {"task": "portfolio.tasks.look_for_alerts", "schedule": 600.0},
    "proposals": {"task": "portfolio.tasks.propose_items", "schedule": 660.0},
    "digests": {"task": "portfolio.tasks.send_digests", "schedule": 300.0},
    "heartbeat": {"task": "config.celery.heartbeat", "schedule": 60.0},
}
BEAT = "beat"  # in the cache as long as the beat lives and a worker hears it


@app.task(name="config.celery.heartbeat")
def heartbeat() -> None:
    cache.set(BEAT, "ok", timeout=300)


@beat_init.connect
def first_heartbeat(**_about: object) -> None:
    """A beat that has just started is not silent."""
    heartbeat()
