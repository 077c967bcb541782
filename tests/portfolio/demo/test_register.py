"""The people, risks and documents of the demonstration: plausible, once, and complete."""

import re
from pathlib import Path

import pytest

from portfolio.analysis.siret import is_siret
from portfolio.demo import documents, projects, reference, risks, stakeholders
from portfolio.demo.pdf import pdf
from portfolio.imports import file_content
from portfolio.models import Organisation, Project, ProjectDocument, Risk, Stakeholder
from portfolio.queries import changes
from portfolio.queries.documents import public_documents
from portfolio.services.documents import path_of

MODELS = (Organisation, Stakeholder, Risk, ProjectDocument)


@pytest.fixture
def seeded(db):
    reference.seed()
    projects.seed()
    return stakeholders.seed(), risks.seed(), documents.seed()


def test_the_register_is_filled_and_seeding_twice_changes_nothing(seeded, settings):
    assert seeded[0] == 60
    assert 25 <= seeded[1] <= 45
    assert 100 <= seeded[2] <= 200
    counts = [model.objects.count() for model in MODELS]
    assert (stakeholders.seed(), risks.seed(), documents.seed()) == (0, 0, 0)
    assert [model.objects.count() for model in MODELS] == counts
    files = [path for path in Path(settings.DOCUMENTS_ROOT).rglob("*") if path.is_file()]
    assert len(files) == seeded[2]


def test_what_an_older_demonstration_lacks_is_completed(seeded):
    project = Project.objects.get(code="pont-quai-mariniers")
    for rows in (project.risks, project.stakeholders, project.documents.order_by("-version")):
        for row in rows.all():
            row.delete()
    assert (stakeholders.seed(), risks.seed()) == (1, 1)
    assert documents.seed() >= 3


def test_the_numbers_of_organisations_are_right_in_form_and_belong_to_nobody(seeded):
    numbers = Organisation.objects.exclude(siret="").values_list("siret", flat=True)
    assert len(numbers) >= 5
    assert all(is_siret(number) and number.startswith("0000") for number in numbers)
    emails = Stakeholder.objects.exclude(email="").values_list("email", flat=True)
    assert all(email.endswith(".example") for email in emails)


def test_the_bridge_has_a_risk_rated_again_with_its_reason(seeded):
    flood = Risk.objects.get(project__code="pont-quai-mariniers", title__startswith="Crue")
    assert flood.level.name == "CRITICAL"
    latest, first = changes.of_record(flood)
    assert "alertes de crue" in latest.reason
    assert first.records[0].action == "insert"


def test_documents_open_and_say_that_they_are_invented(seeded):
    bridge = Project.objects.get(code="pont-quai-mariniers")
    shown = public_documents(bridge)
    assert any(one.kind == "DELIBERATION" for one in shown)
    assert not any(one.kind == "STUDY" for one in shown)
    study = bridge.documents.get(kind="STUDY", version=2)
    body = path_of(study).read_bytes()
    assert file_content.recognised(study.file_name, body).extension == "pdf"
    assert b"Document fictif" in body


def test_the_pages_of_text_are_sound_pdf():
    made = pdf("Été (1) \\ 2", ["a" * 200, "b"])
    start = int(re.search(rb"startxref\n(\d+)", made)[1])
    assert made[start : start + 4] == b"xref"
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", made), start=1):
        assert made[int(place) :].startswith(b"%d 0 obj" % number)
