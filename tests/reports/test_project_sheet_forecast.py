"""The sheet tells the chance of reaching a target, with what it does not prove."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from page import validate_pdf_bytes
from pypdf import PdfReader

from reports import catalogue
from tests.factories.forecasts import make_forecast
from tests.factories.portfolio import NOW

SENTENCES = {
    "fr": ("7 chances sur 10 d’atteindre", "ne dit pas que le projet en est la cause"),
    "en": ("7 chances in 10 of reaching", "does not say that the project is the cause"),
}


def sheet(project, language: str) -> bytes:
    return catalogue.get("project-sheet").make(
        arguments={"project": project.code}, reader=AnonymousUser(), language=language, now=NOW
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_chance_and_its_caution_are_on_one_accessible_page(measured_project, language):
    make_forecast(measured_project.targets.earliest("pk"), 0.7, at=NOW)
    body = sheet(measured_project, language)
    reader = PdfReader(io.BytesIO(body))
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    for sentence in SENTENCES[language]:
        assert sentence in text
    report = validate_pdf_bytes(body, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]


def test_a_measure_that_is_too_young_says_what_is_needed(measured_project):
    make_forecast(measured_project.targets.earliest("pk"), None, at=NOW)
    text = PdfReader(io.BytesIO(sheet(measured_project, "fr"))).pages[0].extract_text()
    assert "il en faut 8" in " ".join(text.split())
