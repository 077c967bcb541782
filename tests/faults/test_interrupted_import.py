"""A worker that is killed in the middle of an import: another one ends it, each project once."""

import os
import signal
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from config.celery import app
from portfolio.models import ImportJob, Project
from portfolio.services import import_jobs
from tests.factories.portfolio import make_project, make_user
from tests.portfolio.imports.exchange.sheets import changed, exported, put
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
CODES = ["P-1", "P-2", "P-3"]


@pytest.fixture
def job(client) -> ImportJob:
    """Three projects renamed in their file, checked and asked for."""
    owner = make_user()
    client.force_login(owner)
    for code in CODES:
        make_project(code=code, manager=owner, name_fr="Pont")

    def rename(book):
        for line in range(2, 2 + len(CODES)):
            put(book, "PROJECTS", line, "name_fr", "Passerelle")

    given = {"content": changed(exported(client), rename), "file_name": "projets.xlsx"}
    job = import_jobs.send(**given, language="fr", by=owner, at=timezone.now())
    import_jobs.check(job_id=job.pk, clock=timezone.now)
    job.refresh_from_db()
    return import_jobs.ask(job=job, reason="Revue", forced=(), by=owner)


def ring(broker: str, task: str, *arguments: object) -> None:
    with app.connection_for_write(broker) as line:
        app.send_task(f"portfolio.tasks.{task}", arguments, connection=line)


def held(code: str) -> psycopg.Connection:
    """Somebody else holds a project: who wants to change it waits."""
    given = connection.get_connection_params()
    named = {key: given[key] for key in ("dbname", "user", "host", "port") if key in given}
    other = psycopg.connect(**named)
    other.execute("SELECT 1 FROM portfolio_project WHERE code = %s FOR UPDATE", [code])
    return other


def times_renamed() -> dict[str, int]:
    events = Project.pgh_event_model.objects.filter(name_fr="Passerelle", pgh_label="update")
    return {code: events.filter(code=code).count() for code in CODES}


def is_done(job: ImportJob) -> bool:
    return ImportJob.objects.filter(pk=job.pk, state="DONE").exists()


def test_a_worker_killed_in_mid_import_is_replaced_and_each_project_changes_once(
    job, broker, start_worker
):
    with held("P-2"):
        worker = start_worker("first")
        ring(broker, "apply_import", job.pk)
        wait_until(lambda: ImportJob.objects.get(pk=job.pk).done == 1)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)
    job.refresh_from_db()
    assert (job.state, job.done) == ("APPLYING", 1)
    assert sum(times_renamed().values()) == 1
    ImportJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
    start_worker("second")
    for _again in range(3):
        ring(broker, "tick_imports")
    wait_until(lambda: is_done(job))
    job.refresh_from_db()
    assert (job.done, job.total, job.attempts) == (3, 3, 2)
    assert times_renamed() == dict.fromkeys(CODES, 1)
    assert sorted(job.lines.values_list("code", "result")) == [(c, "APPLIED") for c in CODES]
