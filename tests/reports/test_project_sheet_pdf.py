"""The sheet as a file: accessible, sound, one page."""

import io
import subprocess

import pytest
from django.contrib.auth.models import AnonymousUser
from page import validate_pdf_bytes
from pypdf import PdfReader

from reports import catalogue
from tests.factories.portfolio import NOW, make_project


def make(project, language: str) -> bytes:
    return catalogue.get("project-sheet").make(
        arguments={"project": project.code}, reader=AnonymousUser(), language=language, now=NOW
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_passes_every_rule_of_pdf_ua(measured_project, language):
    report = validate_pdf_bytes(make(measured_project, language), profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_fits_one_page_and_says_its_language_and_title(measured_project, language):
    reader = PdfReader(io.BytesIO(make(measured_project, language)))
    assert len(reader.pages) == 1
    assert str(reader.trailer["/Root"]["/Lang"]).startswith(language)
    name = measured_project.name_fr if language == "fr" else measured_project.name_en
    assert reader.metadata.title.startswith(name)
    assert name in reader.pages[0].extract_text()


def test_its_structure_is_sound(measured_project, tmp_path):
    path = tmp_path / "fiche.pdf"
    path.write_bytes(make(measured_project, "fr"))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_project_of_which_little_is_known_still_has_its_sheet(db):
    project = make_project(cost=None, geometry=None, phase=None)
    assert validate_pdf_bytes(make(project, "fr"), profile="ua1").is_compliant


def test_markup_in_a_name_is_text_and_reads_no_file(db):
    project = make_project(name_fr='<img src="file:///etc/passwd">')
    text = PdfReader(io.BytesIO(make(project, "fr"))).pages[0].extract_text()
    assert "file:///etc/passwd" in text


def test_the_longest_texts_take_two_pages_at_most(measured_project):
    measured_project.summary_fr = "Un mot après l'autre pour dire le projet. " * 40
    measured_project.name_fr = "Très long nom de projet " * 10
    measured_project.save()
    pages = PdfReader(io.BytesIO(make(measured_project, "fr"))).pages
    assert len(pages) <= 2
    assert all(measured_project.code in page.extract_text() for page in pages)
