"""A page becomes an accessible PDF and reaches nothing outside itself."""

import pytest
from page import validate_pdf_bytes

from reports import render
from reports.errors import RenderError

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63"
    "6060606000000005000146a2cc960000000049454e44ae426082"
)


def page(body: str) -> str:
    return f'<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head><body>{body}</body></html>'


def test_a_plain_page_is_a_pdf_ua_document():
    report = validate_pdf_bytes(render.pdf(page("<h1>Essai</h1><p>Un.</p>")), profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:1/", "https://example.org/a.png", "/etc/passwd",
     "data:text/plain,a", "resource:other"],
)  # fmt: skip
def test_an_image_from_anywhere_else_stops_the_document(address):
    with pytest.raises(RenderError):
        render.pdf(page(f'<img src="{address}" alt="x">'))


def test_a_style_sheet_from_anywhere_else_stops_the_document():
    with pytest.raises(RenderError):
        render.pdf(page('<style>@import url("file:///etc/passwd");</style>'))


def test_an_attachment_from_anywhere_else_stops_the_document():
    with pytest.raises(RenderError):
        render.pdf(page('<a rel="attachment" href="file:///etc/passwd">a</a>'))


def test_a_resource_given_with_the_page_is_used():
    resources = {"pixel": ("image/png", PIXEL)}
    body = page('<h1>Essai</h1><img src="resource:pixel" alt="un point">')
    assert validate_pdf_bytes(render.pdf(body, resources=resources), profile="ua1").is_compliant
