"""Whoever asks for a document watches it being made and takes it; nobody else does."""

import pytest
from django.urls import reverse

from portfolio.models import Project
from reports import tasks
from reports.models import Document
from reports.services import documents
from tests.factories.portfolio import NOW, make_project, make_user


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    rung: list[int] = []
    monkeypatch.setattr(tasks.produce_document, "delay", rung.append)
    return rung


@pytest.fixture
def agent(client, db):
    agent = make_user()
    client.force_login(agent)
    return agent


def ask(client, code: str):
    return client.post(reverse("reports:project-sheet", args=[code]))


def test_asking_rings_the_worker_and_leads_to_the_documents_page(
    client, agent, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = ask(client, make_project().code)
    document = Document.objects.get(owner=agent)
    assert response.url == reverse("reports:document", args=[document.pk])
    assert rung == [document.pk]


def test_a_broker_that_is_down_does_not_lose_the_document(
    client, agent, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(_pk):
        raise ConnectionError

    monkeypatch.setattr(tasks.produce_document, "delay", fail)
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(client, make_project().code).status_code == 302
    assert Document.objects.get(owner=agent).state == "WAITING"


def test_a_sheet_of_a_draft_of_others_cannot_be_asked_for(client, agent, rung):
    assert ask(client, make_project(visibility="DRAFT").code).status_code == 404
    assert not Document.objects.exists()


def test_asking_needs_a_post(client, agent):
    address = reverse("reports:project-sheet", args=[make_project().code])
    assert client.get(address).status_code == 405


def test_the_page_asks_again_until_the_document_is_ready(client, agent, rung):
    ask(client, make_project().code)
    document = Document.objects.get()
    progress = reverse("reports:progress", args=[document.pk])
    assert "hx-trigger" in client.get(progress).content.decode()
    documents.produce(document_id=document.pk, now=NOW)
    finished = client.get(progress).content.decode()
    assert "hx-trigger" not in finished
    assert reverse("reports:download", args=[document.pk]) in finished


def test_the_file_is_for_saving_and_is_what_was_made(client, agent, rung):
    project = make_project()
    ask(client, project.code)
    document = Document.objects.get()
    documents.produce(document_id=document.pk, now=NOW)
    response = client.get(reverse("reports:download", args=[document.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response["Content-Disposition"] == (
        f'attachment; filename="project-sheet-{project.code}-fr.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"


def test_a_document_of_somebody_else_does_not_exist(client, agent):
    other = documents.ask(
        name="project-sheet", arguments={"project": make_project().code}, language="fr",
        by=make_user(), at=NOW,
    )  # fmt: skip
    documents.produce(document_id=other.pk, now=NOW)
    for name in ("document", "progress", "download"):
        assert client.get(reverse(f"reports:{name}", args=[other.pk])).status_code == 404


def test_a_sheet_made_before_its_reader_lost_the_project_is_not_given(client, agent, rung):
    ask(client, make_project().code)
    document = Document.objects.get()
    documents.produce(document_id=document.pk, now=NOW)
    Project.objects.update(visibility="DRAFT")
    assert client.get(reverse("reports:download", args=[document.pk])).status_code == 404


def test_a_document_that_the_catalogue_dropped_is_left_out(client, agent, rung):
    ask(client, make_project().code)
    Document.objects.update(name="former-sheet")
    assert client.get(reverse("reports:documents")).status_code == 200
    address = reverse("reports:document", args=[Document.objects.get().pk])
    assert client.get(address).status_code == 404


def test_a_document_that_is_not_ready_has_no_file(client, agent, rung):
    ask(client, make_project().code)
    address = reverse("reports:download", args=[Document.objects.get().pk])
    assert client.get(address).status_code == 404


def test_a_file_that_has_vanished_is_not_found(client, agent, rung):
    ask(client, make_project().code)
    document = Document.objects.get()
    documents.produce(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    documents.path_of(document).unlink()
    assert client.get(reverse("reports:download", args=[document.pk])).status_code == 404


def test_the_list_shows_mine_alone(client, agent, rung):
    ask(client, make_project(code="MINE").code)
    documents.ask(
        name="project-sheet", arguments={"project": make_project(code="OTHERS").code},
        language="fr", by=make_user(), at=NOW,
    )  # fmt: skip
    page = client.get(reverse("reports:documents")).content.decode()
    assert "MINE" in page
    assert "OTHERS" not in page


def test_a_failure_is_said_in_words(client, agent, rung):
    ask(client, make_project().code)
    Document.objects.update(state="FAILED", failure="NO_SPACE", finished_at=NOW)
    document = Document.objects.get()
    with_reason = client.get(reverse("reports:document", args=[document.pk])).content.decode()
    assert str(document.get_failure_display()).split()[-1].rstrip(".") in with_reason
    assert "hx-trigger" not in with_reason
