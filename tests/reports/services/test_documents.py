"""Documents are made once, whole, or fail with a reason."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from portfolio import storage
from portfolio.models import Project
from reports import catalogue, tasks
from reports.errors import CannotAskError, RenderError, UnknownReportError
from reports.models import Document
from reports.services import documents
from tests.factories.portfolio import NOW, make_project, make_user


def ask(project: Project, by=None, **given) -> Document:
    wanted = {"name": "project-sheet", "arguments": {"project": project.code}, "language": "fr"}
    return documents.ask(**(wanted | given), by=by or make_user(), at=NOW)


def produce(document: Document, now=NOW) -> Document:
    documents.produce(document_id=document.pk, now=now)
    document.refresh_from_db()
    return document


def files(settings) -> list[Path]:
    return [path for path in Path(settings.DOCUMENTS_ROOT).rglob("*") if path.is_file()]


@pytest.fixture
def project(db) -> Project:
    return make_project()


def test_a_document_that_was_asked_for_becomes_ready(project, settings):
    document = produce(ask(project))
    assert document.state == "READY"
    assert documents.path_of(document).read_bytes().startswith(b"%PDF")
    assert files(settings) == [documents.path_of(document)]
    assert len(document.sha256) == 64


def test_asking_twice_while_it_is_made_gives_the_same_document(project):
    agent = make_user()
    assert ask(project, agent) == ask(project, agent)


def test_the_sheet_of_another_day_is_another_document(project):
    agent = make_user()
    of_a_day = ask(project, agent, arguments={"project": project.code, "au": "2026-05-01"})
    assert of_a_day != ask(project, agent)
    assert catalogue.get("project-sheet").filename(of_a_day.arguments, "fr") == (
        f"project-sheet-{project.code}-2026-05-01-fr.pdf"
    )


def test_two_people_have_their_own(project):
    assert ask(project) != ask(project)


def test_asking_again_after_it_is_ready_makes_a_new_one(project):
    agent = make_user()
    first = produce(ask(project, agent))
    assert ask(project, agent) != first


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": "nothing"}, UnknownReportError),
        ({"arguments": {}}, CannotAskError),
        ({"arguments": {"project": "P", "other": "x"}}, CannotAskError),
        ({"language": "de"}, CannotAskError),
    ],
)
def test_what_does_not_fit_the_catalogue_is_refused(project, given, error):
    with pytest.raises(error):
        ask(project, **given)
    assert not Document.objects.exists()


def test_a_closed_account_may_not_ask(project):
    with pytest.raises(CannotAskError):
        ask(project, make_user(is_active=False))


def test_a_document_held_by_another_worker_is_left_alone(project):
    document = ask(project)
    Document.objects.update(state="RUNNING", attempts=1, lease_until=NOW + timedelta(minutes=1))
    assert produce(document).state == "RUNNING"
    assert document.attempts == 1


def test_a_document_left_by_a_dead_worker_is_taken_over(project):
    document = ask(project)
    Document.objects.update(state="RUNNING", attempts=1, lease_until=NOW - timedelta(minutes=1))
    assert produce(document).state == "READY"
    assert document.attempts == 2


def test_a_document_interrupted_three_times_fails(project):
    document = ask(project)
    Document.objects.update(state="RUNNING", attempts=3, lease_until=NOW - timedelta(minutes=1))
    assert produce(document).failure == "INTERRUPTED"


def test_a_ready_document_is_not_made_again(project):
    document = produce(ask(project))
    assert produce(document, NOW + timedelta(days=1)).finished_at == NOW


def test_a_project_that_its_reader_may_not_see_cannot_be_asked_for(db):
    with pytest.raises(CannotAskError):
        ask(make_project(visibility="DRAFT"))


def test_a_project_that_its_reader_may_no_longer_see_is_gone(project):
    document = ask(project)
    Project.objects.update(visibility="DRAFT")
    produce(document)
    assert (document.state, document.failure) == ("FAILED", "GONE")


def test_a_document_that_the_catalogue_dropped_is_gone(project):
    document = ask(project)
    Document.objects.update(name="former-sheet")
    assert (produce(document).state, document.failure) == ("FAILED", "GONE")


@pytest.mark.parametrize(
    ("code", "failure"), [(errno.ENOSPC, "NO_SPACE"), (errno.EACCES, "UNWRITABLE")]
)
def test_a_disk_that_refuses_leaves_no_file_and_a_reason(
    project, settings, monkeypatch, code, failure
):
    def refuse(_handle):
        raise OSError(code, "refused")

    monkeypatch.setattr(storage.os, "fsync", refuse)
    document = produce(ask(project))
    assert (document.state, document.failure) == ("FAILED", failure)
    assert files(settings) == []


def test_a_page_that_cannot_be_laid_out_leaves_no_file_and_a_reason(project, settings, monkeypatch):
    def refuse(*_given, **_options):
        raise RenderError("no")

    monkeypatch.setattr("reports.render.pdf", refuse)
    document = produce(ask(project))
    assert (document.state, document.failure) == ("FAILED", "LAYOUT")
    assert files(settings) == []


def test_a_worker_whose_lease_was_taken_leaves_the_others_result(project, settings, monkeypatch):
    document = ask(project)
    write = storage.write_whole

    def slow(path, body):
        write(path, body)
        Document.objects.update(attempts=2)

    monkeypatch.setattr(storage, "write_whole", slow)
    assert produce(document).state == "RUNNING"
    assert files(settings) == []


def test_the_reconciler_rings_for_what_waits_and_what_was_left(project, monkeypatch):
    waiting, left, held, done = (ask(project) for _ in range(4))
    produce(done)
    Document.objects.filter(pk=left.pk).update(
        state="RUNNING", lease_until=NOW - timedelta(minutes=1)
    )
    Document.objects.filter(pk=held.pk).update(
        state="RUNNING", lease_until=NOW + timedelta(days=36500)
    )
    rung = []
    monkeypatch.setattr(
        tasks.produce_document, "apply_async", lambda *message, **how: rung.append((message, how))
    )
    tasks.tick()
    messages = [((waiting.pk,),), ((left.pk,),)]
    assert sorted(message for message, _ in rung) == sorted(messages)
    assert all(how["expires"] <= 60 for _, how in rung)  # or a stopped worker's queue would grow
