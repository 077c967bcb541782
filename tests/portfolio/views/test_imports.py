"""Who may send, see, apply, stop and take back an import; what its pages say."""

from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portfolio import tasks
from portfolio.models import ImportJob
from portfolio.services import import_jobs
from portfolio.views import imports as views
from tests.factories.portfolio import NOW, make_project, make_user
from tests.portfolio.imports.exchange.sheets import apply, clock, send, stored

TAILS = ["import", "import-progress", "import-errors"]
POSTS = ["import-cancel", "import-undo"]


def rows(project, **cells) -> bytes:
    given = {"code": project.code, "name_fr": project.name_fr, **cells,
             "version": project.updated_at.isoformat()}  # fmt: skip
    return (";".join(given) + "\n" + ";".join(given.values()) + "\n").encode()


@pytest.fixture
def project(agent):
    return make_project(code="P-1", manager=agent)


def page(client, job, name="import"):
    return client.get(reverse(f"portfolio:{name}", args=[job.pk]))


def test_a_file_is_sent_then_checked_by_a_worker(
    client, agent, project, monkeypatch, django_capture_on_commit_callbacks
):
    rung = Mock()
    monkeypatch.setattr(views.check_import, "delay", rung)
    file = SimpleUploadedFile("é à.csv", rows(project, address="ici"))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("portfolio:imports"), {"file": file})
    job = ImportJob.objects.get()
    assert response.url == reverse("portfolio:import", args=[job.pk])
    rung.assert_called_once_with(job.pk)
    assert "hx-get" in page(client, job).content.decode()
    assert "HX-Refresh" not in page(client, job, "import-progress").headers
    import_jobs.check(job_id=job.pk, clock=clock)
    assert page(client, job, "import-progress").headers["HX-Refresh"] == "true"
    assert page(client, job).context["changed"] == 1


def test_a_file_too_large_is_refused_before_it_is_read(client, agent, monkeypatch):
    monkeypatch.setattr("portfolio.forms.imports.MAX_BYTES", 10)
    file = SimpleUploadedFile("x.csv", b"0" * 11)
    response = client.post(reverse("portfolio:imports"), {"file": file})
    assert response.status_code == 422
    assert not ImportJob.objects.exists()


def test_it_is_applied_with_a_reason_and_nothing_without(
    client, agent, project, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(
        views.apply_import, "delay", lambda pk: import_jobs.apply(job_id=pk, clock=clock)
    )
    job = send(rows(project, address="ici"), agent)
    address = reverse("portfolio:import", args=[job.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"reason": "Revue"}).status_code == 302
    assert stored("P-1").address == "ici"
    assert page(client, job).context["applied"] == 1
    assert page(client, job).context["form"] is None


def test_a_row_changed_since_is_chosen_on_the_page(client, agent, project):
    data = rows(project, address="ici")
    project.updated_at = NOW.replace(day=2)
    project.save()
    job = send(data, agent)
    form = page(client, job).context["form"]
    assert form.fields["forced"].choices == [("P-1", f"{project.name_fr} (P-1)")]
    client.post(reverse("portfolio:import", args=[job.pk]), {"reason": "r", "forced": ["P-1"]})
    job.refresh_from_db()
    assert (job.state, job.forced) == ("ASKED", ["P-1"])


def test_the_file_comes_back_under_a_plain_name(client, agent, project):
    job = send(rows(project, state="zzz"), agent, "../é;\r\n.csv")
    response = page(client, job, "import-errors")
    assert response.status_code == 200
    name = response.headers["Content-Disposition"]
    assert name.endswith('-erreurs.csv"')
    assert name.isascii()
    assert ";" not in name.removeprefix("attachment;")
    assert "zzz" in page(client, job).content.decode()


def test_an_import_of_somebody_else_does_not_exist(client, agent, project):
    job = send(rows(project, state="zzz"), make_user(), "secret.csv")
    assert "secret.csv" not in client.get(reverse("portfolio:imports")).content.decode()
    for name in TAILS:
        assert page(client, job, name).status_code == 404
    for name in POSTS:
        assert client.post(reverse(f"portfolio:{name}", args=[job.pk])).status_code == 404


def test_an_administrator_sees_every_import_and_decides_on_their_own_alone(client, agent, project):
    job = send(rows(project, address="ici"), agent)
    client.force_login(make_user(is_superuser=True))
    assert page(client, job).context["form"] is None
    client.post(reverse("portfolio:import", args=[job.pk]), {"reason": "r"})
    assert client.post(reverse("portfolio:import-cancel", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.state == "CHECKED"


def test_stopping_and_taking_back(client, agent, project):
    job = send(rows(project, address="ici"), agent)
    client.post(reverse("portfolio:import-cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "CANCELLED"
    undo = reverse("portfolio:import-undo", args=[job.pk])
    assert client.post(undo).status_code == 422
    done = apply(send(rows(project, address="ici"), agent))
    back = client.post(reverse("portfolio:import-undo", args=[done.pk]))
    assert back.url == reverse("portfolio:import", args=[ImportJob.objects.latest("pk").pk])


def test_what_one_may_no_longer_change_is_not_applied(client, agent, project):
    job = send(rows(project, address="ici"), agent)
    project.manager = None
    project.save()
    job = apply(job)
    assert job.lines.get().result == "MOVED"
    assert stored("P-1").address == ""


def test_the_beat_rings_for_what_waits(client, agent, project, monkeypatch):
    checked, applied = Mock(), Mock()
    monkeypatch.setattr(tasks.check_import, "apply_async", checked)
    monkeypatch.setattr(tasks.apply_import, "apply_async", applied)
    waiting = import_jobs.send(content=b"", file_name="x", language="fr", by=agent, at=NOW)
    job = send(rows(project, address="ici"), agent)
    import_jobs.ask(job=job, reason="r", forced=(), by=agent)
    tasks.tick_imports()
    checked.assert_called_once_with((waiting.pk,), expires=60)
    applied.assert_called_once_with((job.pk,), expires=60)


def test_the_exports_hold_what_their_reader_may_read(client, agent, project):
    make_project(code="SECRET", visibility="DRAFT")
    for name in ("projects-xlsx", "projects-geojson", "projects-csv"):
        body = client.get(reverse(f"portfolio:{name}")).content
        assert b"SECRET" not in body
    assert b'"code": "P-1"' in client.get(reverse("portfolio:projects-geojson")).content
    assert client.get(reverse("portfolio:template-xlsx")).content.startswith(b"PK")
