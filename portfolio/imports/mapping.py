"""The mapping file: what each column of a source means, as data (see mapping.schema.json)."""

import codecs
import json
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from portfolio.imports.reader import FileShape
from portfolio.imports.table import key

FOLDER = Path(__file__).parent / "mappings"
SCHEMA = json.loads((Path(__file__).parent / "mapping.schema.json").read_text(encoding="utf-8"))


class MappingError(Exception):
    """The mapping file itself is wrong."""


@dataclass(frozen=True)
class Column:
    """A column under any of its names; `optional` says that a file may lack it."""

    names: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True)
class PhaseSpec:
    code: str
    name_fr: str
    name_en: str = ""


@dataclass(frozen=True)
class PhaseSetSpec:
    """The phase set of the source, created when the register does not have it yet."""

    code: str
    name_fr: str
    name_en: str
    phases: tuple[PhaseSpec, ...]


@dataclass(frozen=True)
class Stage:
    """What a stage of the source means here; a phase of None is an unknown one."""

    phase: str | None
    state: str


@dataclass(frozen=True)
class StageRule:
    column: Column
    values: MappingOf[str, Stage]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class BudgetRule:
    """`valued_on` is the column of the date of value; without it, the day of the import."""

    column: Column
    valued_on: Column | None


@dataclass(frozen=True)
class MilestoneRule:
    """`is_fact`: a date that is past is when it happened, not only when it was planned."""

    code: str
    name_fr: str
    name_en: str
    column: Column
    is_fact: bool = False
    is_public: bool = True


@dataclass(frozen=True)
class ZoneSpec:
    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class ZoneRule:
    column: Column
    zones: MappingOf[str, ZoneSpec]
    shown: tuple[str, ...]
    separators: tuple[str, ...] = (",", ";")
    ignore_unknown: bool = False


@dataclass(frozen=True)
class Bound:
    """The project's start or end: a column of its own, or the first (earliest) known of
    some milestones."""

    column: Column | None = None
    milestones: tuple[str, ...] = ()
    earliest: bool = False


@dataclass(frozen=True)
class Mapping:
    name: str
    source: str
    shape: FileShape
    code: Column
    code_prefix: str
    texts: MappingOf[str, Column]
    phase_set: PhaseSetSpec
    stage: StageRule
    visibility: str
    date_formats: tuple[str, ...]
    empty: frozenset[str]
    lead: Column | None = None
    programme: Column | None = None
    programme_prefix: str = ""
    budget: BudgetRule | None = None
    milestones: tuple[MilestoneRule, ...] = ()
    zones: tuple[ZoneRule, ...] = ()
    starts_on: Bound = field(default_factory=Bound)
    ends_on: Bound = field(default_factory=Bound)
    longitude: Column | None = None
    latitude: Column | None = None
    srid: int = 4326


def packaged() -> list[Mapping]:
    """The mappings that come with the product."""
    return [load(path) for path in sorted(FOLDER.glob("*.yml"))]


def load(path: Path) -> Mapping:
    """Read and check a mapping file. Raises MappingError saying where it is wrong."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MappingError(f"{path}: {error}") from error
    faults = [
        f"{'/'.join(map(str, fault.absolute_path)) or path.name}: {fault.message}"
        for fault in Draft202012Validator(SCHEMA).iter_errors(data)
    ]
    if not faults:
        mapping = _mapping(path.stem, data)
        faults = _contradictions(mapping)
    if faults:
        raise MappingError(f"{path}: " + "; ".join(faults))
    return mapping


def _contradictions(mapping: Mapping) -> list[str]:
    """What a schema cannot say: names that must be declared elsewhere in the file."""
    phases = {phase.code for phase in mapping.phase_set.phases}
    milestones = {rule.code for rule in mapping.milestones}
    faults = [
        _("stage: the phase “%s” is not in phase_set") % stage.phase
        for stage in mapping.stage.values.values()
        if stage.phase is not None and stage.phase not in phases
    ]
    faults += [
        _("starts_on, ends_on: no milestone “%s”") % code
        for code in (*mapping.starts_on.milestones, *mapping.ends_on.milestones)
        if code not in milestones
    ]
    if (mapping.longitude is None) != (mapping.latitude is None):
        faults.append(_("geometry: longitude and latitude go together"))
    return faults + _unknown_encodings(mapping.shape)


def _unknown_encodings(shape: FileShape) -> list[str]:
    faults = []
    for encoding in filter(None, (shape.encoding, shape.fallback_encoding)):
        try:
            codecs.lookup(encoding)
        except LookupError:
            faults.append(_("file: the encoding “%s” does not exist") % encoding)
    return faults


def _mapping(name: str, data: dict[str, Any]) -> Mapping:
    geometry = data.get("geometry", {})
    programme = data.get("programme", {})
    return Mapping(
        name=name,
        source=data["source"],
        shape=FileShape(**data.get("file", {})),
        code=_column(data["code"]),
        code_prefix=data["code"].get("prefix", ""),
        texts={field: _column(given) for field, given in data["texts"].items()},
        phase_set=_phase_set(data["phase_set"]),
        stage=_stage(data["stage"]),
        visibility=data["visibility"],
        date_formats=tuple(data["date_formats"]),
        empty=frozenset({"", *(text.casefold() for text in data.get("empty", []))}),
        lead=_maybe_column(data.get("lead")),
        programme=_maybe_column(programme),
        programme_prefix=programme.get("prefix", ""),
        budget=_budget(data["budget"]) if "budget" in data else None,
        milestones=tuple(_milestone(given) for given in data.get("milestones", [])),
        zones=tuple(_zones(given) for given in data.get("zones", [])),
        starts_on=_bound(data.get("starts_on", {})),
        ends_on=_bound(data.get("ends_on", {})),
        longitude=_maybe_column(geometry.get("longitude")),
        latitude=_maybe_column(geometry.get("latitude")),
        srid=geometry.get("srid", 4326),
    )


def _column(given: dict[str, Any]) -> Column:
    return Column(tuple(given["columns"]), given.get("optional", False))


def _maybe_column(given: dict[str, Any] | None) -> Column | None:
    return _column(given) if given else None


def _phase_set(given: dict[str, Any]) -> PhaseSetSpec:
    phases = tuple(PhaseSpec(**phase) for phase in given["phases"])
    return PhaseSetSpec(given["code"], given["name_fr"], given.get("name_en", ""), phases)


def _stage(given: dict[str, Any]) -> StageRule:
    values: dict[str, Stage] = {}
    for stage in given["values"]:
        meaning = Stage(stage.get("phase"), stage.get("state", "ACTIVE"))
        values |= {key(text): meaning for text in stage["is"]}
    shown = tuple(stage["is"][0] for stage in given["values"])
    return StageRule(_column(given), values, shown)


def _budget(given: dict[str, Any]) -> BudgetRule:
    return BudgetRule(_column(given), _maybe_column(given.get("valued_on")))


def _milestone(given: dict[str, Any]) -> MilestoneRule:
    return MilestoneRule(
        code=given["code"],
        name_fr=given["name_fr"],
        name_en=given.get("name_en", ""),
        column=_column(given),
        is_fact=given.get("fact", False),
        is_public=given.get("public", True),
    )


def _zones(given: dict[str, Any]) -> ZoneRule:
    zones: dict[str, ZoneSpec] = {}
    for zone in given["zones"]:
        spec = ZoneSpec(zone["code"], zone["name"], zone["kind"])
        zones |= {key(text): spec for text in (spec.code, spec.name, *zone.get("also", []))}
    return ZoneRule(
        column=_column(given),
        zones=zones,
        shown=tuple(zone["code"] for zone in given["zones"]),
        separators=tuple(given.get("separators", ",;")),
        ignore_unknown=given.get("unknown") == "ignore",
    )


def _bound(given: dict[str, Any]) -> Bound:
    return Bound(
        column=_maybe_column(given if "columns" in given else None),
        milestones=tuple(given.get("earliest_of", given.get("first_of", []))),
        earliest="earliest_of" in given,
    )
