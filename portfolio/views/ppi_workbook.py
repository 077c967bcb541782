"""The investment plan as an Excel file: real numbers, and texts that no spreadsheet runs."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from portfolio.queries.ppi import Cell, Ppi, ProgrammeRow
from portfolio.queries.ppi_lines import Lines
from portfolio.spreadsheets import guarded

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EUROS = "#,##0.00"
Value = str | int | Decimal | None


def workbook(plan: Ppi, lines: Lines) -> HttpResponse:
    """One sheet of the tree, one of the credit lines."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _plan_sheet(book.create_sheet(_("PPI")), plan)
    _lines_sheet(book.create_sheet(_("Lines")), lines)
    file = BytesIO()
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="ppi.xlsx"'
    return response


def _plan_sheet(sheet: Worksheet, plan: Ppi) -> None:
    sheet.freeze_panes = "D2"
    sheet.column_dimensions["C"].width = 48
    columns = [_("Level"), _("Code"), _("Programme"), _("Projects"), _("With credits")]
    for year in [*map(str, plan.years), _("Total")]:
        columns += [f"{_('Voted')} {year}", f"{_('Committed')} {year}", f"{_('Paid')} {year}"]
    _head(sheet, columns)
    for row in plan.rows:
        _append(sheet, [row.depth + 1, row.code, row.name or _("Without programme"), *_told(row)])
    _append(sheet, [None, "", _("Total"), *_told(plan.totals)])


def _told(row: ProgrammeRow) -> list[Value]:
    cells = [*(cell for _year, cell in row.cells), row.total]
    return [row.projects, row.with_credits, *(figure for cell in cells for figure in _three(cell))]


def _three(cell: Cell | None) -> list[Decimal | None]:
    return [cell.voted_eur, cell.committed_eur, cell.paid_eur] if cell else [None, None, None]


def _lines_sheet(sheet: Worksheet, found: Lines) -> None:
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["B"].width = 48
    _head(sheet, [
        _("Code"), _("Project"), _("Programme"), _("Section"), _("Year"), _("Voted"),
        _("Carried over"), _("Committed"), _("Paid"),
    ])  # fmt: skip
    for line in found.lines:
        project = line.project
        programme = project.programme.name if project.programme else ""
        texts = [project.code, project.name, programme, str(line.get_section_display())]
        figures = [line.voted_eur, line.carried_over_eur, line.committed_eur, line.paid_eur]
        _append(sheet, [*texts, line.year, *figures])


def _head(sheet: Worksheet, columns: Iterable[str]) -> None:
    _append(sheet, columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def _append(sheet: Worksheet, values: Iterable[Value]) -> None:
    """What nobody knows stays empty: it is not zero."""
    sheet.append([guarded(value) if isinstance(value, str) else value for value in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, Decimal):
            cell.number_format = EUROS
