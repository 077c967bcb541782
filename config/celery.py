"""Celery: one beat, two ticks. What is due is in the database; the broker rings the doorbell."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gouvernail")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["indicators", "reports"])
app.conf.beat_schedule = {
    "pulls": {"task": "indicators.tasks.tick", "schedule": 60.0},
    "documents": {"task": "reports.tasks.tick", "schedule": 60.0},
}
