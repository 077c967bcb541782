"""Documents are kept whole, once, under a name of ours; versions stay; nothing is erased."""

import errno
import hashlib
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio import storage
from portfolio.models import ProjectDocument
from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile
from tests.factories.portfolio import NOW, make_project, make_user
from tests.uploads import image, pdf

pytestmark = pytest.mark.django_db
SIGNED = {"by": None, "reason": "Versé au dossier", "at": NOW}
FACTS = DocumentFacts(title_fr="Étude d’impact", kind="STUDY")


def add(project, data=None, name="etude.pdf", facts=FACTS, **signed):
    file = GivenFile(name, pdf() if data is None else data)
    return documents.add(project=project, facts=facts, file=file, **(SIGNED | signed))


def refusal(call) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        call()
    return error.value.message_dict


def files(settings) -> list[Path]:
    return [path for path in Path(settings.DOCUMENTS_ROOT).rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_random_name_with_its_digest(settings):
    document = add(make_project(), name="../../../etc/cron.d/étude.pdf", by=make_user())
    assert document.file_name == "étude.pdf"
    assert files(settings) == [documents.path_of(document)]
    assert "tude" not in document.stored_as
    assert document.sha256 == hashlib.sha256(pdf()).hexdigest()
    assert documents.path_of(document).read_bytes() == pdf()
    assert not documents.path_of(document).stat().st_mode & stat.S_IXUSR


def test_the_same_file_twice_is_told_with_the_one_there_is(settings):
    project = make_project()
    add(project)
    message = refusal(lambda: add(project, name="autre.pdf"))["file"][0]
    assert "Étude d’impact" in message
    assert len(files(settings)) == 1
    add(make_project())  # another project may hold it


def test_a_file_taken_off_is_told_to_be_brought_back():
    project = make_project()
    documents.withdraw(document=add(project), **SIGNED)
    assert "Étude d’impact" in refusal(lambda: add(project))["file"][0]


def test_a_new_version_leaves_the_one_before():
    first = add(make_project())
    second = documents.replace(document=first, facts=FACTS, file=GivenFile("b.pdf", pdf("b")),
                               **SIGNED)  # fmt: skip
    assert (second.version, second.replaces) == (2, first)
    assert list(ProjectDocument.objects.current()) == [second]
    assert documents.path_of(first).exists()
    again = refusal(
        lambda: documents.replace(
            document=first, facts=FACTS, file=GivenFile("c.pdf", pdf("c")), **SIGNED
        )
    )
    assert "file" in again


def test_a_document_is_taken_off_with_its_versions_and_brought_back(settings):
    first = add(make_project())
    second = documents.replace(document=first, facts=FACTS, file=GivenFile("b.pdf", pdf("b")),
                               **SIGNED)  # fmt: skip
    documents.withdraw(document=second, **SIGNED)
    assert not ProjectDocument.objects.filter(withdrawn_at=None).exists()
    assert len(files(settings)) == 2
    with pytest.raises(ValidationError):
        documents.bring_back(document=first, **SIGNED)
    documents.bring_back(document=second, **SIGNED)
    assert ProjectDocument.objects.filter(withdrawn_at=None).count() == 2
    events = ProjectDocument.pgh_event_model.objects
    assert set(events.values_list("pgh_context__metadata__reason", flat=True)) == {SIGNED["reason"]}


def test_what_is_said_of_a_document_changes_and_what_is_so_is_not_recorded():
    document = add(make_project())
    events = ProjectDocument.pgh_event_model.objects
    documents.describe(document=document, facts=FACTS, **SIGNED)
    assert events.count() == 1
    facts = DocumentFacts(title_fr="Étude", kind="PLAN", is_public=True)
    assert documents.describe(document=document, facts=facts, **SIGNED).is_public
    assert events.count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (DocumentFacts(title_fr=" ", kind="STUDY"), "title_fr"),
        (DocumentFacts(title_fr="x", kind="RUMOUR"), "kind"),
        (DocumentFacts(title_fr="x", kind="STUDY", dated_on=NOW.date() + timedelta(2)), "dated_on"),
        (DocumentFacts(title_fr="x" * 201, kind="STUDY"), "title_fr"),
    ],
)
def test_wrong_facts_are_refused_by_field_and_nothing_is_kept(settings, facts, field):
    assert list(refusal(lambda: add(make_project(), facts=facts))) == [field]
    assert files(settings) == []


def test_a_change_needs_a_reason(settings):
    assert list(refusal(lambda: add(make_project(), reason=" "))) == ["reason"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_leaves_nothing_half_written(settings, monkeypatch, code):
    project = make_project()

    def refuse(handle):
        raise OSError(code, "no")

    monkeypatch.setattr(storage.os, "fsync", refuse)
    assert list(refusal(lambda: add(project))) == ["file"]
    assert files(settings) == []
    assert not project.documents.exists()


def test_a_row_that_cannot_be_written_leaves_no_file(settings, monkeypatch):
    def refuse(*args, **kwargs):
        raise IntegrityError("no")

    monkeypatch.setattr(ProjectDocument, "save", refuse)
    with pytest.raises(IntegrityError):
        add(make_project())
    assert files(settings) == []


def test_a_photograph_is_the_same_file_again():
    project = make_project()
    add(project, image("JPEG"), name="a.jpg")
    assert "file" in refusal(lambda: add(project, image("JPEG"), name="b.jpeg"))


def test_the_database_holds_no_path_that_leads_elsewhere():
    document = add(make_project(), facts=DocumentFacts("x", "STUDY", dated_on=date(2024, 1, 1)))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectDocument.objects.filter(pk=document.pk).update(stored_as="projets/../../etc/passwd")
