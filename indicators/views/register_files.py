"""The register of sources as files: codes that a program reads again, and what is not known left
empty."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from indicators.queries.register import RegisterRow
from portfolio.spreadsheets import guarded

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "code", "name", "protocol", "producer", "owner", "steward", "licence", "personal_data",
    "legal_basis", "processing_reference", "hosting_country", "documentation_url", "is_active",
    "feeds", "agreements", "last_used_on", "missing",
)  # fmt: skip
AGREEMENT_COLUMNS = (
    "source", "reference", "kind", "counterpart", "article", "format_agreed", "frequency",
    "due_days", "starts_on", "ends_on", "reversibility", "is_dispensed", "dispensation_reason",
    "dispensation_url", "next_due_on", "to_look_at",
)  # fmt: skip
Cells = list[object]


def source_cells(row: RegisterRow) -> Cells:
    """In the order of `COLUMNS`."""
    source = row.source
    return [
        source.code, source.name, source.protocol,
        source.producer.code if source.producer else None,
        source.owner.code if source.owner else None,
        source.steward.username if source.steward else None,
        source.licence, source.personal_data, source.legal_basis, source.processing_reference,
        source.hosting_country, source.documentation_url, source.is_active,
        len(row.state.feeds), len(row.agreements), row.last_used_on,
        " ".join(f"{one.code}:{one.about}" if one.about else one.code for one in row.lacks),
    ]  # fmt: skip


def workbook(rows: Sequence[RegisterRow]) -> HttpResponse:
    """One sheet of the sources, one of their agreements."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill(book.create_sheet(_("Sources")), COLUMNS, map(source_cells, rows))
    agreements = (cells for row in rows for cells in _agreements(row))
    _fill(book.create_sheet(_("Agreements")), AGREEMENT_COLUMNS, agreements)
    file = BytesIO()
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="registre-des-sources.xlsx"'
    return response


def _agreements(row: RegisterRow) -> Iterable[Cells]:
    for state in row.agreements:
        one = state.agreement
        named: dict[str, object] = {"source": row.source.code, "counterpart": one.counterpart.code}
        named |= {"next_due_on": state.due_on, "to_look_at": " ".join(f.code for f in state.flags)}
        yield [named[n] if n in named else getattr(one, n) for n in AGREEMENT_COLUMNS]


def _fill(sheet: Worksheet, columns: Sequence[str], rows: Iterable[Cells]) -> None:
    sheet.freeze_panes = "B2"
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([guarded(v) if isinstance(v, str) else v for v in row])
