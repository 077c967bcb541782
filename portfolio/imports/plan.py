"""From rows to what the register should say. Reads nothing from the database."""

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext as _

from portfolio.imports import parse
from portfolio.imports.mapping import Bound, Mapping, MilestoneRule, Stage, ZoneSpec
from portfolio.imports.reading import Positions, RowReading, columns_of
from portfolio.imports.table import GEOMETRY, Fault, Row, Table, key


@dataclass(frozen=True)
class PlannedProject:
    """One row, read. What the row does not say is absent, and then left as it is; a bound of
    None is known to be unknown."""

    row: Row
    code: str
    texts: MappingOf[str, str]
    lead: str
    programme: str
    stage: Stage | None
    amount_eur: Decimal | None
    valued_on: date | None
    milestones: tuple[tuple[MilestoneRule, date], ...]
    bounds: MappingOf[str, date | None]
    zones: tuple[ZoneSpec, ...]
    geometry: GEOSGeometry | None


@dataclass(frozen=True)
class RejectedRow:
    row: Row
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Plan:
    """`columns` names the file's column behind each field, for messages."""

    table: Table
    mapping: Mapping
    projects: tuple[PlannedProject, ...]
    rejected: tuple[RejectedRow, ...]
    warnings: tuple[Fault, ...]
    columns: MappingOf[str, str]
    unused: tuple[str, ...]
    lacking: tuple[str, ...]


def make_plan(table: Table, mapping: Mapping) -> Plan:
    """Read every row. Raises FileRefusedError where a needed column is missing."""
    positions = Positions(table.header, mapping)
    projects: list[PlannedProject] = []
    rejected: list[RejectedRow] = []
    warnings: list[Fault] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        if row.fault:
            rejected.append(RejectedRow(row, (row.fault,)))
            continue
        reading = RowReading(row, positions, mapping.empty)
        project = _project(reading, mapping)
        _check_repeated(reading, mapping, project.code, lines)
        if reading.faults:
            rejected.append(RejectedRow(row, tuple(reading.faults)))
        else:
            projects.append(project)
            warnings += reading.warnings
    return Plan(
        table=table,
        mapping=mapping,
        projects=tuple(projects),
        rejected=tuple(rejected),
        warnings=tuple(warnings),
        columns={name: positions.name(c) for name, c in columns_of(mapping).items()},
        unused=positions.unused(),
        lacking=tuple(column.names[0] for column in positions.lacking),
    )


def _check_repeated(
    reading: RowReading, mapping: Mapping, code: str, lines: dict[str, int]
) -> None:
    """A project counts once: its second row would count its budget twice."""
    if code and code in lines:
        reason = _("Line %d already has this identifier.") % lines[code]
        reading.fault(mapping.code, reason)
    lines.setdefault(code, reading.row.line)


def _project(reading: RowReading, mapping: Mapping) -> PlannedProject:
    day = partial(parse.day, formats=mapping.date_formats)
    milestones = tuple(
        (rule, on)
        for rule in mapping.milestones
        if (on := reading.read(rule.column, day)) is not None
    )
    _warn_of_order(reading, milestones)
    stage, budget = mapping.stage, mapping.budget
    return PlannedProject(
        row=reading.row,
        code=_code(reading, mapping),
        texts=_texts(reading, mapping),
        lead=reading.text(mapping.lead),
        programme=reading.text(mapping.programme),
        stage=reading.read(
            stage.column, partial(parse.choice, allowed=stage.values, shown=stage.shown)
        ),
        amount_eur=reading.read(budget.column, parse.money) if budget else None,
        valued_on=reading.read(budget.valued_on, day) if budget else None,
        milestones=milestones,
        bounds=_bounds(reading, mapping, {rule.code: on for rule, on in milestones}),
        zones=_zones(reading, mapping),
        geometry=_geometry(reading, mapping),
    )


def _code(reading: RowReading, mapping: Mapping) -> str:
    own = reading.text(mapping.code)
    if not own:
        reading.fault(mapping.code, _("The identifier is missing."))
        return ""
    return f"{mapping.code_prefix}{own}"


def _texts(reading: RowReading, mapping: Mapping) -> dict[str, str]:
    texts = {field: reading.text(column) for field, column in mapping.texts.items()}
    if not key(texts["name_fr"]):
        reading.fault(mapping.texts["name_fr"], _("The title is missing."))
    return {field: text for field, text in texts.items() if text}


def _warn_of_order(reading: RowReading, milestones: tuple[tuple[MilestoneRule, date], ...]) -> None:
    """Dates out of order are the source's: kept, and said. An opening earlier than planned
    is no disorder."""
    planned = [(rule, on) for rule, on in milestones if not rule.is_fact]
    for (before, first), (after, then) in pairwise(planned):
        if then < first:
            reading.warn(
                after.column,
                _("%(then)s is before “%(before)s” (%(first)s); both are kept.")
                % {"then": then, "before": before.name_fr, "first": first},
            )


def _bounds(
    reading: RowReading, mapping: Mapping, milestones: dict[str, date]
) -> dict[str, date | None]:
    start = _bound(reading, mapping, mapping.starts_on, milestones)
    end = _bound(reading, mapping, mapping.ends_on, milestones)
    bounds = {"starts_on": start, "ends_on": end}
    known: dict[str, date | None] = {name: on for name, on in bounds.items() if on is not None}
    if start and end and start > end:
        ends = [rule.column for rule in mapping.milestones if milestones.get(rule.code) == end]
        reading.warn(
            mapping.ends_on.column or ends[0],
            _("The end (%(end)s) is before the start (%(start)s): the end is left unknown.")
            % {"end": end, "start": start},
        )
        known["ends_on"] = None
    return known


def _bound(
    reading: RowReading, mapping: Mapping, bound: Bound, milestones: dict[str, date]
) -> date | None:
    if bound.column:
        return reading.read(bound.column, partial(parse.day, formats=mapping.date_formats))
    known = [milestones[code] for code in bound.milestones if code in milestones]
    if not known:
        return None
    return min(known) if bound.earliest else known[0]


def _zones(reading: RowReading, mapping: Mapping) -> tuple[ZoneSpec, ...]:
    found: dict[str, ZoneSpec] = {}
    for rule in mapping.zones:
        cell = reading.text(rule.column)
        # The whole cell first: a name may contain a separator.
        whole = key(cell) in rule.zones
        for name in [cell] if whole else _split(cell, rule.separators):
            zone = rule.zones.get(key(name))
            if zone is not None:
                found[zone.code] = zone
            elif not rule.ignore_unknown:
                reason = _("“%(name)s” is not one of the zones known here: %(zones)s.")
                reading.fault(rule.column, reason % {"name": name, "zones": ", ".join(rule.shown)})
    return tuple(found.values())


def _split(cell: str, separators: Iterable[str]) -> list[str]:
    for separator in separators:
        cell = cell.replace(separator, "\n")
    return [name.strip() for name in cell.split("\n") if name.strip()]


def _geometry(reading: RowReading, mapping: Mapping) -> GEOSGeometry | None:
    if reading.row.geometry is not None:
        return reading.row.geometry
    x = reading.read(mapping.longitude, parse.degrees)
    y = reading.read(mapping.latitude, parse.degrees)
    if x is not None and y is not None:
        return Point(x, y, srid=mapping.srid)
    if (x is None) != (y is None) and not reading.faults:
        reason = _("Longitude and latitude go together.")
        reading.faults.append(Fault(reading.row.line, GEOMETRY, reason))
    return None
