"""Measures of the demonstration: level, trend, season, chance and the effects of projects.

A value depends on its series and its date alone: next month adds rows and changes none.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from indicators.demo.sources import indicators
from portfolio.demo import projects, territory
from portfolio.demo.files import read_yaml

DATA = Path(__file__).parent / "data" / "platform.yml"
FIRST_MONTH = date(2021, 11, 1)
LONGEST = 600  # periods drawn at once, so that later ones do not move earlier ones
STEPS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


@dataclass(frozen=True)
class Shape:
    """How the values of an indicator behave; rates are relative, per year."""

    level: float
    decimals: int
    per_inhabitant: bool = False
    spread: float = 0.0
    centre: float = 0.0  # decay every 10 km from the centre
    trend: float = 0.0
    season: tuple[float, int] = (0.0, 1)  # amplitude, month of the peak
    noise: float = 0.0
    common: float = 0.0  # chance that all communes share
    upper: float = np.inf


@dataclass(frozen=True)
class Table:
    """A collection of the platform: its columns and the values that fill it."""

    indicator: str
    name: str
    title: str
    columns: Mapping[str, str]
    time_type: str
    shape: Shape
    value_type: str = "double precision"
    zones: tuple[str, ...] = ()  # empty: all communes
    total: str = ""  # how the row of the whole metropolis is made, if there is one
    time_at: str = "start"  # which day of the period the source writes: start or end
    missing: Mapping[str, Sequence[date]] = field(default_factory=dict)  # by zone: null values
    last_month: date | None = None
    not_available: Mapping[str, Sequence[date]] = field(default_factory=dict)  # by zone: “n.d.”
    effects: tuple[Mapping[str, Any], ...] = ()
    provisional_months: int = 0  # the last ones, where `columns` has a status
    first_said: Mapping[str, Any] = field(default_factory=dict)  # then corrected: see `story`
    mistaken: Mapping[str, Any] = field(default_factory=dict)  # the last thing that was said
    elsewhere: tuple[Mapping[str, Any], ...] = ()  # instead of communes: code, name, times (level)

    @property
    def frequency(self) -> str:
        return str(indicators()[self.indicator]["frequency"])


@cache
def tables() -> dict[str, Table]:
    """The collections by indicator; those of other places by their own name."""
    read = [_table(entry) for entry in read_yaml(DATA)]
    return {table.name if table.elsewhere else table.indicator: table for table in read}


def frame(table: Table, *, until: date) -> pd.DataFrame:
    """Rows of a collection: zone, start, value, for the periods that end by `until` (excluded).

    `start` is the first day of the period; `value` is NaN where the source says null.
    """
    starts = _starts(table, until)
    communes = _communes(table)
    values = np.stack([_values(table, commune, starts) for commune in communes])
    if table.total:
        communes = [*communes, {"code": territory.METROPOLIS, "name": "Métropole"}]
        values = np.vstack([values, _total(table, values)])
    values = values.round(table.shape.decimals)
    rows = len(starts)
    content = pd.DataFrame(
        {
            "zone": np.repeat([c["code"] for c in communes], rows),
            "label": np.repeat([c["name"] for c in communes], rows),
            "start": list(starts) * len(communes),
            "value": values.reshape(-1),
        }
    )
    content.loc[listed(content, table.missing), "value"] = np.nan
    return content.sort_values(["start", "zone"], ignore_index=True)


def listed(content: pd.DataFrame, cells: Mapping[str, Sequence[date]]) -> pd.Series:
    """Which rows of `frame` are among `cells` (first days of periods by zone)."""
    wanted = {(zone, day) for zone, days in cells.items() for day in days}
    pairs = zip(content["zone"], content["start"], strict=True)
    return pd.Series([pair in wanted for pair in pairs], index=content.index)


def _table(entry: Mapping[str, Any]) -> Table:
    shape = entry["shape"] | {"season": tuple(entry["shape"].get("season", (0.0, 1)))}
    rest = {f.name: entry[f.name] for f in fields(Table) if f.name in entry}
    collection = entry["collection"]
    rest |= {"shape": Shape(**shape), "name": collection["name"], "title": collection["title"]}
    rest |= {name: tuple(entry.get(name, ())) for name in ("zones", "effects", "elsewhere")}
    return Table(**rest)


def _starts(table: Table, until: date) -> list[date]:
    """First days of the complete periods, from November 2021 (from its quarter, its year)."""
    step = STEPS[table.frequency]
    first = FIRST_MONTH.year * 12 + (FIRST_MONTH.month - 1) // step * step
    last = until.year * 12 + until.month - 1
    if table.last_month is not None:
        last = min(last, table.last_month.year * 12 + table.last_month.month)
    return [date(m // 12, m % 12 + 1, 1) for m in range(first, last - step + 1, step)]


def _communes(table: Table) -> list[dict[str, Any]]:
    if table.elsewhere:
        return [{**one, "people": 1, "sites": [[0, 0]]} for one in table.elsewhere]
    communes: list[dict[str, Any]] = territory.description()["communes"]
    return [c for c in communes if not table.zones or c["code"] in table.zones]


def _values(table: Table, commune: Mapping[str, Any], starts: list[date]) -> np.ndarray:
    shape = table.shape
    years = np.array([(day - FIRST_MONTH).days / 365.25 for day in starts])
    months = np.array([day.month for day in starts])
    amplitude, peak = shape.season
    values = _level(table, commune) * (1 + shape.trend) ** years
    values *= 1 + amplitude * np.cos(2 * np.pi * (months - peak) / 12)
    chance = _random(table, commune["code"]).standard_normal(LONGEST)[: len(starts)]
    shared = _random(table, "*").standard_normal(LONGEST)[: len(starts)]
    values *= np.exp(shape.noise * chance + shape.common * shared)
    for effect in table.effects:
        if effect["zones"] == "ALL" or commune["code"] in effect["zones"]:
            values *= 1 + effect["size"] * _reached(effect, starts)
    capped: np.ndarray = np.minimum(values, shape.upper)
    return capped


def _level(table: Table, commune: Mapping[str, Any]) -> float:
    shape = table.shape
    people = commune["people"] if shape.per_inhabitant else 1
    away_km = np.hypot(*np.mean(commune["sites"], axis=0))
    own = _random(table, commune["code"] + "/level").standard_normal()
    people *= commune.get("times", 1)
    return float(shape.level * people * np.exp(shape.spread * own - shape.centre * away_km / 10))


def _reached(effect: Mapping[str, Any], starts: list[date]) -> np.ndarray:
    """Share of a project's effect that is felt: 0 before its date, 1 after `months`."""
    since = projects.milestone_on(effect["project"], effect["milestone"])
    elapsed = np.array([(day - since).days / 30.44 for day in starts])
    share: np.ndarray = np.clip((elapsed + 0.5) / effect["months"], 0, 1)
    return share


def _total(table: Table, values: np.ndarray) -> np.ndarray:
    communes = _communes(table)
    if table.total == "SUM":
        whole: np.ndarray = values.sum(axis=0)
        return whole
    shapes = territory.metric_shapes()
    weights = {
        "AREA_MEAN": [shapely.area(shapes[c["code"]]) for c in communes],
        "PEOPLE_MEAN": [c["people"] for c in communes],
    }[table.total]
    mean: np.ndarray = np.average(values, axis=0, weights=weights)
    return mean


def _random(table: Table, name: str) -> np.random.Generator:
    return np.random.default_rng([territory.SEED, zlib.crc32(f"{table.name}/{name}".encode())])
