"""Tables that become cards keep their roles."""

from pathlib import Path

import pytest
from django.template import Context, Template

ROOT = Path(__file__).resolve().parent.parent.parent.parent
APPS = ("portfolio", "indicators", "publicsite", "reports")
ROWS = (
    '<caption>Flux</caption><thead><tr><th scope="col" class="number">Jours</th></tr></thead>'
    '<tbody><tr><th scope="row">{{ name }}</th><td data-label="Jours">3</td></tr></tbody>'
)


def drawn(opening: str = "{% table %}") -> str:
    return Template(f"{opening}{ROWS}{{% endtable %}}").render(Context({"name": "<td>"}))


def test_each_part_of_a_table_says_its_role():
    text = drawn()
    assert text.startswith('<table role="table"><caption>')
    assert text.count('role="rowgroup"') == 2
    assert text.count('role="row"') == 2
    assert '<th role="columnheader" scope="col" class="number">' in text
    assert '<th role="rowheader" scope="row">' in text
    assert '<td role="cell" data-label="Jours">' in text


def test_what_a_cell_says_stays_a_text():
    assert "&lt;td&gt;" in drawn()


def test_a_table_has_a_class_where_it_is_given_one():
    assert drawn('{% table "ppi" %}').startswith('<table role="table" class="ppi">')


@pytest.mark.parametrize("app", APPS)
def test_every_table_that_becomes_cards_is_written_so(app):
    """`.table` is what becomes cards (portfolio/css/components/table.css)."""
    texts = {path: path.read_text() for path in (ROOT / app / "templates").rglob("*.html")}
    found = [str(p) for p, text in texts.items() if 'class="table' in text and "<table" in text]
    assert found == []
