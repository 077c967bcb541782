"""From frozen inputs to what the solver is asked: options, envelopes, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from portfolio.analysis.arbitration import Frozen
from portfolio.analysis.choosing.conditions import Constraints, Equity
from portfolio.analysis.choosing.options import with_starts

AP = "ap"
Row = dict[str, Any]


@dataclass(frozen=True)
class Moves:
    """What is tried on top of a scenario: candidates put in, left out, or put off by so many years."""

    put_in: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    put_off: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.put_in or self.left_out or self.put_off)

    def role(self, candidate: Row) -> str:
        """Of a candidate, once tried."""
        if candidate["id"] in self.left_out:
            return "EXCLUDED"
        if candidate["id"] in self.put_in or candidate["id"] in self.put_off:
            return "MANDATORY"
        return str(candidate["role"])


@dataclass(frozen=True)
class Question:
    """`options`: (candidate, "variant+delay"), with `ap`, a column a year, `value`, `start`."""

    options: pd.DataFrame
    envelopes: pd.Series
    constraints: Constraints
    years: tuple[str, ...]
    tail: tuple[str, ...]

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of `portfolio.analysis.selection.select`."""
        return {
            "candidates": self.options, "envelopes": self.envelopes,
            "constraints": self.constraints, "objective": "value",
        }  # fmt: skip


def question(frozen: Frozen, moves: Moves | None = None) -> Question:
    """Raises ValueError where there is no candidate to weigh."""
    tried = moves or Moves()
    years = tuple(str(year) for year in frozen["years"])
    last = int(frozen["years"][-1])
    tail = tuple(str(last + 1 + step) for step in range(int(frozen["tail"])))
    if not frozen["candidates"]:
        raise ValueError("candidates: none of them can be weighed")
    options = _options(frozen, tried, (*years, *tail))
    return Question(
        options=options,
        envelopes=_envelopes(frozen),
        constraints=_constraints(frozen, tried, options),
        years=years,
        tail=tail,
    )


def option_parts(name: str) -> tuple[int, int]:
    """The number of the variant (0: the whole project), and the years of delay."""
    variant, delay = str(name).split("+")
    return int(variant), int(delay)


# ---------------------------------------------------------------- options


def _options(frozen: Frozen, moves: Moves, years: tuple[str, ...]) -> pd.DataFrame:
    """Every way of doing each candidate, the plain one first."""
    rows = [
        _way(candidate, number, variant, years)
        for candidate in frozen["candidates"]
        for number, variant in enumerate([None, *candidate["variants"]])
    ]
    ways = pd.DataFrame(rows).set_index("way")
    if not ways["subsidy"].any():
        ways = ways.drop(columns=["subsidy", "subsidy_shifts"])
    table = with_starts(
        ways, years=list(years), shifts=int(frozen["delay"]), discount=float(frozen["discount"])
    )
    table = _with_lost_subsidies(table, ways)
    table = table[[_is_open(row, moves) for row in _told(table)]]
    order = table["rank"].to_numpy() * 100 + table["start"].to_numpy()
    return _renamed(table.iloc[np.argsort(order, kind="stable")], years)


def _way(candidate: Row, number: int, variant: Row | None, years: tuple[str, ...]) -> Row:
    """A variant costs a share of the project, yields a share of its value, may last longer."""
    cost = float(variant["cost_share"]) if variant else 1.0
    worth = float(variant["value_share"]) if variant else 1.0
    paid = [float(candidate["cp"].get(year, 0.0)) * cost for year in years]
    longer = int(variant["extra_years"]) if variant else 0
    return {
        "way": f"{candidate['id']}|{number}",
        "candidate": candidate["id"],
        "variant": number,
        "most": int(candidate["delay"]),
        "value": float(candidate["value"]) * worth,
        AP: float(candidate["ap"]) * cost,
        "subsidy": float(candidate["subsidy"] or 0.0) * cost,
        "subsidy_shifts": 99 if candidate["waits"] is None else int(candidate["waits"]),
        "people": candidate["people"],
        "co2": None if candidate["co2"] is None else float(candidate["co2"]) * cost,
        "department": candidate["department"],
        **dict(zip(years, _longer(paid, longer), strict=True)),
    }


def _longer(paid: list[float], more: int) -> list[float]:
    """The same payments over `more` years more, the sum kept: each is shared out evenly in time.
    What would pass the last year stays in it."""
    last = max((place for place, amount in enumerate(paid) if amount), default=-1)
    if not more or last < 0:
        return paid
    first = next(place for place, amount in enumerate(paid) if amount)
    length = last - first + 1
    edges = np.arange(length + 1) * (length + more) / length + first
    spread = np.zeros(len(paid))
    for place in range(first, last + 1):
        start, end = edges[place - first], edges[place - first + 1]
        for year in range(int(start), int(np.ceil(end))):
            part = (min(end, year + 1) - max(start, year)) / (end - start)
            spread[min(year, len(paid) - 1)] += paid[place] * part
    return [float(amount) for amount in spread]


def _with_lost_subsidies(table: pd.DataFrame, ways: pd.DataFrame) -> pd.DataFrame:
    """What a delay loses of subsidies has to be authorised too."""
    if "subsidy" not in ways.columns:
        return table.assign(lost=0.0)
    late = table["subsidy_shifts"].to_numpy(float) < table["start"].to_numpy(float)
    lost = np.where(late, table["subsidy"].to_numpy(float), 0.0)
    return table.assign(lost=lost, **{AP: table[AP] + lost})


def _told(table: pd.DataFrame) -> list[Row]:
    places = {name: place for place, name in enumerate(dict.fromkeys(table["candidate"]))}
    table["rank"] = table["candidate"].map(places)
    rows = table[["candidate", "most", "start", "variant"]].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _is_open(row: Row, moves: Moves) -> bool:
    """Not put off for longer than it may; where a delay is tried, that one alone."""
    wanted = moves.put_off.get(row["candidate"])
    if wanted is not None:
        return bool(row["start"] == wanted)
    return bool(row["start"] <= row["most"])


def _renamed(table: pd.DataFrame, years: tuple[str, ...]) -> pd.DataFrame:
    options = [f"{v}+{s}" for v, s in zip(table["variant"], table["start"], strict=True)]
    names = ["candidate", "option"]
    index = pd.MultiIndex.from_arrays([table["candidate"], options], names=names)
    kept = [*years, "value", AP, "start", "lost", "people", "co2", "department"]
    found: pd.DataFrame = table[kept].set_axis(index)
    return found


# ---------------------------------------------------------------- envelopes and conditions


def _envelopes(frozen: Frozen) -> pd.Series:
    limits = {} if frozen["ap_total"] is None else {AP: float(frozen["ap_total"])}
    limits |= {year: float(limit) for year, limit in frozen["cp"].items()}
    return pd.Series(limits, dtype=float)


def _constraints(frozen: Frozen, moves: Moves, options: pd.DataFrame) -> Constraints:
    """Adds to the options the figures that the conditions speak of."""
    roles = {one["id"]: moves.role(one) for one in frozen["candidates"]}
    found = frozen["conditions"]
    tied = [one for one in found if one["kind"] in {"PREREQUISITE", "EXCLUSIVE"}]
    return Constraints(
        mandatory=_with_role(roles, "MANDATORY"),
        excluded=_with_role(roles, "EXCLUDED"),
        started=_with_role(roles, "STARTED"),
        prerequisites=tuple(
            (one["project"], one["other"]) for one in tied if one["kind"] == "PREREQUISITE"
        ),
        exclusive=tuple(
            frozenset({one["project"], one["other"]}) for one in tied if one["kind"] == "EXCLUSIVE"
        ),
        capacity=_capacity(found, options),
        climate=_climate(found),
        floors=_floors(found, options),
        equity=_equity(frozen),
    )


def _with_role(roles: Mapping[str, str], wanted: str) -> frozenset[str]:
    return frozenset(name for name, role in roles.items() if role == wanted)


def _capacity(conditions: list[Row], options: pd.DataFrame) -> pd.DataFrame | None:
    """People of a department in a year: a project takes them while it is paid for."""
    limits = [one for one in conditions if one["kind"] == "CAPACITY"]
    if not limits:
        return None
    table: dict[str, dict[str, float]] = {}
    for one in limits:
        name = f"people_{one['year']}"
        table.setdefault(name, {})[one["department"]] = float(one["amount"])
        paid = options[str(one["year"])].to_numpy(float) > 0
        concerned = (options["department"] == one["department"]).to_numpy() & paid
        options[name] = np.where(concerned, pd.to_numeric(options["people"]), 0.0)
    return pd.DataFrame(table)


def _climate(conditions: list[Row]) -> pd.Series | None:
    limits = [float(one["amount"]) for one in conditions if one["kind"] == "CLIMATE"]
    return pd.Series({"co2": min(limits)}) if limits else None


def _floors(conditions: list[Row], options: pd.DataFrame) -> pd.Series | None:
    """Least money (or number of projects) of a policy, least money in a zone."""
    limits = {}
    of = options.index.get_level_values(0)
    for one in conditions:
        if one["kind"] not in {"MINIMUM", "ZONE_MINIMUM"}:
            continue
        name = f"floor_{one['id']}"
        share = np.array([float(one["members"].get(key, 0.0)) for key in of])
        counted = one.get("figure") == "COUNT"
        options[name] = share * (1.0 if counted else options[AP].to_numpy(float))
        limits[name] = float(one["amount"])
    return pd.Series(limits) if limits else None


def _equity(frozen: Frozen) -> tuple[Equity, ...]:
    least = [float(one["amount"]) for one in frozen["conditions"] if one["kind"] == "EQUITY"]
    if not least:
        return ()
    inhabitants = pd.Series({one["code"]: float(one["population"]) for one in frozen["communes"]})
    shares = pd.DataFrame(
        {one["id"]: one["communes"] or {} for one in frozen["candidates"]}, index=inhabitants.index
    )
    return (Equity(AP, inhabitants, least=max(least), shares=shares.fillna(0.0).T),)
