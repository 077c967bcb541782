"""Documents are sent by a form, and read by those alone who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portfolio.models import ProjectDocument
from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile
from tests.factories.portfolio import NOW, make_project, make_user
from tests.uploads import pdf

pytestmark = pytest.mark.django_db
SIGNED = {"by": None, "reason": "Versé au dossier", "at": NOW}


def make_document(project, text="a", title="Étude", **facts) -> ProjectDocument:
    return documents.add(
        project=project, facts=DocumentFacts(**({"title_fr": title, "kind": "STUDY"} | facts)),
        file=GivenFile("étude.pdf", pdf(text)), **SIGNED,
    )  # fmt: skip


@pytest.fixture
def project(client):
    manager = make_user()
    client.force_login(manager)
    return make_project(code="P-1", manager=manager)


def send(client, project, name, *arguments, **fields):
    project.refresh_from_db()
    data = {"seen_at": project.updated_at.isoformat(), "reason": "Versé au dossier"} | fields
    return client.post(reverse(f"portfolio:{name}", args=["P-1", *arguments]), data)


def test_a_document_is_added_replaced_taken_off_and_brought_back(client, project):
    facts = {"title_fr": "Étude", "kind": "STUDY", "is_public": "on"}
    sent = SimpleUploadedFile("e.pdf", pdf(), content_type="text/html")
    assert send(client, project, "document-add", file=sent, **facts).status_code == 302
    first = ProjectDocument.objects.get()
    assert first.media_type == "application/pdf"
    later = SimpleUploadedFile("e.pdf", pdf("b"))
    answer = send(client, project, "document-replace", first.pk, file=later, **facts)
    assert answer.status_code == 302
    last = ProjectDocument.objects.current().get()
    assert last.version == 2
    page = client.get("/en/pilotage/projets/P-1/").content.decode()
    assert f'href="/fichiers/{first.pk}/"' in page
    assert send(client, project, "document-move", last.pk).status_code == 302
    assert "1 document taken off" in client.get("/en/pilotage/projets/P-1/").content.decode()
    assert send(client, project, "document-move", last.pk).status_code == 302
    assert ProjectDocument.objects.current().get() == last


def test_a_wrong_file_is_told_beside_its_field(client, project):
    svg = SimpleUploadedFile("x.pdf", b"<svg onload=alert(1)>", content_type="application/pdf")
    answer = send(client, project, "document-add", file=svg, title_fr="x", kind="STUDY")
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    empty = SimpleUploadedFile("x.pdf", b"")
    answer = send(client, project, "document-add", file=empty, title_fr="x", kind="STUDY")
    assert answer.status_code == 422
    assert not ProjectDocument.objects.exists()


def test_a_document_of_another_project_is_not_there(client, project):
    other = make_document(make_project(lead=None))
    for name in ("document-edit", "document-replace", "document-move"):
        assert send(client, project, name, other.pk).status_code == 404


def test_a_file_is_kept_not_shown(client, project):
    response = client.get(f"/fichiers/{make_document(project).pk}/")
    assert b"".join(response.streaming_content) == pdf()
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]


def test_a_file_that_is_gone_answers_404(client, project):
    document = make_document(project)
    documents.path_of(document).unlink()
    assert client.get(f"/fichiers/{document.pk}/").status_code == 404


READERS = {
    # reader: what they read of (public, internal, older public, taken off) of a PUBLIC project
    "stranger": (200, 404, 404, 404),
    "agent": (200, 200, 200, 404),
    "manager": (200, 200, 200, 200),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("visibility", ["PUBLIC", "DRAFT"])
def test_a_file_is_read_by_who_may_read_its_project(client, reader, visibility):
    manager = make_user()
    project = make_project(manager=manager, visibility=visibility)
    older = make_document(project, "1", is_public=True)
    public = documents.replace(document=older, facts=DocumentFacts("x", "STUDY", is_public=True),
                               file=GivenFile("b.pdf", pdf("2")), **SIGNED)  # fmt: skip
    internal, gone = make_document(project, "3"), make_document(project, "4", is_public=True)
    documents.withdraw(document=gone, **SIGNED)
    if reader != "stranger":
        client.force_login(manager if reader == "manager" else make_user())
    expected = READERS[reader]
    if visibility == "DRAFT" and reader != "manager":
        expected = (404,) * 4
    for document, status in zip((public, internal, older, gone), expected, strict=True):
        response = client.get(f"/fichiers/{document.pk}/")
        if response.streaming:
            assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert response.status_code == status


def test_the_public_page_lists_what_residents_may_read(client):
    project = make_project(code="P-2")
    make_document(project, "1", title="Bilan de la concertation", is_public=True)
    make_document(project, "2", title="Note interne")
    page = client.get("/projets/P-2/").content.decode()
    assert "Bilan de la concertation" in page
    assert "PDF" in page
    assert "Note interne" not in page
