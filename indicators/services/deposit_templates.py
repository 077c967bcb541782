"""The file to fill in: the exact columns, the periods and zones awaited, and what the words mean."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from indicators.models import Feed, Series
from indicators.queries.deposits import awaited_periods
from indicators.services import contracts
from indicators.services.deposit_columns import columns_of
from indicators.services.mapping import FeedMapping
from indicators.services.reading import without_group
from portfolio.models import Zone
from portfolio.spreadsheets import guarded

MOST_ROWS = 5_000
HEAD = PatternFill("solid", fgColor="0F4C5C")
FILL_IN = PatternFill("solid", fgColor="FFF7E0")
Row = dict[str, str]


def workbook(*, feed: Feed, today: date) -> bytes:
    """XLSX: the table, the zones, the notes."""
    mapping, columns = _columns(feed)
    book = Workbook()
    page: Any = book.active
    page.title = feed.options.get("sheet") or _("Data")
    _head(page, list(columns))
    for line, row in enumerate(_rows(feed, mapping, columns, today), start=2):
        for place, name in enumerate(columns, start=1):
            cell = page.cell(line, place)
            _put(cell, row.get(name, ""))
            if name == mapping.value:
                cell.fill = FILL_IN
    page.freeze_panes = "A2"
    _table(book.create_sheet(_("Zones")), [_("Code"), _("Name")], _zones(feed))
    _table(book.create_sheet(_("Notes")), [_("Subject"), _("Meaning")], _notes(feed, mapping))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_file(*, feed: Feed, today: date) -> bytes:
    """The table alone, with semicolons, in UTF-8 with its mark: Excel opens it as it is."""
    mapping, columns = _columns(feed)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(feed, mapping, columns, today):
        writer.writerow({name: guarded(value) for name, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _columns(feed: Feed) -> tuple[FeedMapping, dict[str, str]]:
    mapping = FeedMapping.from_json(feed.mapping)
    return mapping, columns_of(mapping, contracts.terms(contracts.current(feed)))


def _rows(feed: Feed, mapping: FeedMapping, columns: Row, today: date) -> Iterator[Row]:
    """A row a period awaited and series, without its value."""
    named = list(_series(feed, mapping))
    count = 0
    for on in awaited_periods(feed, today=today):
        for cells in named:
            count += 1
            if count > MOST_ROWS:
                return
            yield columns | cells | {mapping.time: _written(on, mapping.period)}


def _written(on: date, period: str) -> str:
    """As a file may write it: 2026-10, 2026-T4, 2026, 2026-10-31."""
    quarter = f"{on.year}-T{(on.month + 2) // 3}"
    told = {"YEAR": str(on.year), "QUARTER": quarter, "MONTH": f"{on:%Y-%m}"}
    return told.get(period, on.isoformat())


def _series(feed: Feed, mapping: FeedMapping) -> Iterator[Row]:
    """The series known already; else the communes, one a row."""
    known = list(Series.objects.filter(feed=feed).select_related("zone", "group").order_by("zone__name", "key"))  # fmt: skip
    for one in known:
        yield _cells(mapping, one)
    if known:
        return
    zones = list(Zone.objects.filter(kind=Zone.Kind.COMMUNE).order_by("name")) if mapping.zone else []  # fmt: skip
    for zone in zones:
        label = {mapping.label: zone.name} if mapping.label else {}
        yield {str(mapping.zone): zone.code, **label}
    if not zones:
        yield {}


def _cells(mapping: FeedMapping, series: Series) -> Row:
    cells: Row = {}
    if mapping.series:
        key = without_group(series.key, series.group.code if series.group else None)
        told = zip(mapping.series, json.loads(key), strict=True)
        cells |= {name: "" if part is None else str(part) for name, part in told}
    if mapping.zone and series.zone:
        cells[mapping.zone] = series.zone.code
    if mapping.label:
        cells[mapping.label] = series.label
    if mapping.group and mapping.group.field:
        cells[mapping.group.field] = mapping.group.written(
            series.group.code if series.group else None
        )
    return cells


def _zones(feed: Feed) -> list[tuple[str, str]]:
    return list(Zone.objects.order_by("kind", "name").values_list("code", "name"))


def _notes(feed: Feed, mapping: FeedMapping) -> Iterator[tuple[str, str]]:
    indicator, terms = feed.indicator, contracts.terms(contracts.current(feed))
    yield _("Indicator"), indicator.name
    if indicator.explanation:
        yield _("Definition"), indicator.explanation
    yield _("Unit"), indicator.unit
    yield mapping.time, _period_note(mapping.period)
    yield mapping.value, _("The measure, a plain number.")
    if mapping.zone:
        yield mapping.zone, _("The code of the zone: see the sheet of zones.")
    if mapping.status:
        yield (
            mapping.status,
            _("%(words)s: the value may still change.")
            % {"words": ", ".join(sorted(mapping.provisional))},
        )
    if terms.minimum is not None:
        yield _("Least plausible value"), str(terms.minimum)
    if terms.maximum is not None:
        yield _("Greatest plausible value"), str(terms.maximum)
    yield _("Empty value"), _("An empty cell says that there is no value. Take off the rows that you do not know yet.")  # fmt: skip
    yield _("Zero"), _("Zero is a measure. Write it only where it was counted.")


def _period_note(period: str) -> str:
    notes = {
        "DAY": _("The day, such as 2026-10-31."),
        "MONTH": _("The month, such as 2026-10."),
        "QUARTER": _("The quarter, such as 2026-T4."),
        "YEAR": _("The year, such as 2026."),
    }
    return notes.get(period, "")


def _table(page: Any, names: list[str], rows: Any) -> None:
    _head(page, names)
    for line, row in enumerate(rows, start=2):
        for place, text in enumerate(row, start=1):
            _put(page.cell(line, place), text)
            page.cell(line, place).alignment = Alignment(vertical="top", wrap_text=True)
    page.column_dimensions["B"].width = 80


def _head(page: Any, names: list[str]) -> None:
    for place, name in enumerate(names, start=1):
        cell = page.cell(1, place)
        _put(cell, name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
        page.column_dimensions[get_column_letter(place)].width = 24


def _put(cell: Any, text: str) -> None:
    """A text is never taken for a formula."""
    if text:
        cell.value = text
        cell.data_type = "s"
