"""A result as a screen shows it: gauges, who is in and out, territories, prices, alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from portfolio.analysis.arbitration import Frozen
from portfolio.charts.envelope_bar import EnvelopeBar, envelope_bar
from portfolio.charts.frontier import Frontier, Reached, frontier_chart
from portfolio.charts.value_for_money import Priced, ValueForMoney, value_for_money
from portfolio.models import SelectionResult
from portfolio.queries import selection_words as words
from portfolio.queries.selection_words import Words, euros, local, points
from portfolio.templatetags.figures import figure

Told = Mapping[str, Any]
PRESENT = 0.051  # of the envelopes: a point of the frontier that near is that of today


@dataclass(frozen=True)
class Gauge:
    """One envelope; `limit` None: no limit is set. Amounts in euros."""

    name: str
    label: str
    used: float
    limit: float | None
    bar: EnvelopeBar

    @property
    def left(self) -> float | None:
        return None if self.limit is None else self.limit - self.used

    @property
    def share(self) -> float | None:
        return None if not self.limit else 100 * self.used / self.limit


@dataclass(frozen=True)
class Line:
    """One project of a result. `how`: delay, variant, grants lost; `why`: sentences, none where the
    explanation is not there yet; `cost`: value that forcing it costs."""

    key: str
    code: str
    name: str
    role: str
    reason: str
    is_in: bool
    how: str
    delay: int
    ap: float
    value: float
    is_estimated: bool
    why: tuple[str, ...]
    cost: float | None

    @property
    def is_forced(self) -> bool:
        return self.role != "FREE"


@dataclass(frozen=True)
class Share:
    """Money of a commune or a policy; `each`: per inhabitant, where that is known."""

    label: str
    amount: float
    each: float | None
    bar: EnvelopeBar


@dataclass(frozen=True)
class Shown:
    """An outcome, of a result or of a try."""

    status: str
    value: float | None
    gap: str
    gauges: tuple[Gauge, ...]
    inside: tuple[Line, ...]
    outside: tuple[Line, ...]
    territories: tuple[Share, ...]
    policies: tuple[Share, ...]
    after: float
    conflict: tuple[tuple[str, str], ...]

    @property
    def forced_cost(self) -> float:
        """Value that forced projects cost, one by one: together it may be more."""
        return sum(one.cost or 0.0 for one in (*self.inside, *self.outside))


def shown(frozen: Frozen, outcome: Told, explanation: Told | None = None) -> Shown:
    """`explanation`: the content of a `SelectionExplanation`."""
    said = Words(frozen)
    reasons: Told = (explanation or {}).get("why", {})
    chosen = {one["id"]: one for one in outcome["chosen"]}
    lines = [_line(one, chosen.get(one["id"]), reasons, said) for one in frozen["candidates"]]
    value = outcome["value"]
    return Shown(
        status=outcome["status"],
        value=value,
        gap=words.gap(outcome["status"], outcome["gap"]),
        gauges=tuple(_gauges(frozen, outcome, said)),
        inside=tuple(sorted((one for one in lines if one.is_in), key=lambda one: -one.value)),
        outside=tuple(sorted((one for one in lines if not one.is_in), key=lambda one: -one.value)),
        territories=tuple(_territories(frozen, outcome)),
        policies=tuple(_policies(frozen, outcome)),
        after=outcome["after"],
        conflict=tuple((said.condition(one), said.relief(one)) for one in outcome["conflict"]),
    )


def of_result(result: SelectionResult) -> Shown:
    explanation = getattr(result, "explanation", None)
    return shown(result.inputs, result.outcome, explanation.content if explanation else None)


def _line(candidate: Told, taken: Told | None, reasons: Told, said: Words) -> Line:
    told = reasons.get(candidate["id"])
    is_forced = candidate["role"] != "FREE"
    difference = told["difference"] if told and is_forced else None
    return Line(
        key=candidate["id"],
        code=candidate["code"],
        name=said.name(candidate["id"]),
        role=candidate["role"],
        reason=candidate["reason"],
        is_in=taken is not None,
        how=words.option(taken, candidate["variants"]) if taken else "",
        delay=taken["delay"] if taken else 0,
        ap=taken["ap"] if taken else candidate["ap"],
        value=taken["value"] if taken else candidate["value"],
        is_estimated=candidate["is_estimated"],
        why=tuple(said.why(candidate["id"], told)) if told else (),
        cost=max(-difference, 0.0) if difference is not None else None,
    )


def _gauges(frozen: Frozen, outcome: Told, said: Words) -> list[Gauge]:
    names = ["ap", *(str(year) for year in frozen["years"])]
    return [_gauge(name, outcome, said) for name in names]


def _gauge(name: str, outcome: Told, said: Words) -> Gauge:
    used, limit = outcome["spent"].get(name, 0.0), outcome["limits"].get(name)
    label = _("AP") if name == "ap" else _("CP %(year)s") % {"year": name}
    told = _("%(label)s: %(used)s used, no limit") if limit is None else (
        _("%(label)s: %(used)s of %(limit)s")
    )  # fmt: skip
    described = told % {"label": said.figure(name), "used": euros(used), "limit": euros(limit or 0)}
    return Gauge(
        name, label, used, limit, envelope_bar(used=used, limit=limit, description=described)
    )


# ---------------------------------------------------------------- where the money goes


def _territories(frozen: Frozen, outcome: Told) -> list[Share]:
    """Every commune, those that get nothing too."""
    people = {one["code"]: (one["name"], one["population"]) for one in frozen["communes"]}
    sums: dict[str, float] = dict.fromkeys(people, 0.0) | outcome["territories"]
    most = max(sums.values(), default=0.0)
    found = []
    for code, amount in sorted(sums.items(), key=lambda pair: (not pair[0], -pair[1])):
        name, inhabitants = people.get(code, (_("Place not known"), None))
        each = amount / inhabitants if inhabitants else None
        if code or amount:
            found.append(_share(name, amount, each, most))
    return found


def _policies(frozen: Frozen, outcome: Told) -> list[Share]:
    names = {one["policy"]: 0.0 for one in frozen["candidates"]}
    sums: dict[str, float] = names | outcome["policies"]
    most = max(sums.values(), default=0.0)
    ordered = sorted(sums.items(), key=lambda pair: (not pair[0], -pair[1]))
    return [
        _share(local(frozen["policies"][code]) if code else _("No policy"), amount, None, most)
        for code, amount in ordered
    ]


def _share(label: str, amount: float, each: float | None, most: float) -> Share:
    bar = envelope_bar(used=amount, limit=None, description=f"{label} {euros(amount)}")
    used = round(bar.width * amount / most, 1) if most else 0.0
    return Share(label, amount, each, replace(bar, used=used))


# ---------------------------------------------------------------- what money buys


@dataclass(frozen=True)
class Price:
    """Of a million euros more of one envelope: by the relaxation, and of 1 % more solved again."""

    label: str
    of_the_relaxation: float
    resolved: float
    gain: float
    gain_at_most: float


@dataclass(frozen=True)
class Other:
    """A programme nearly as good: what it loses, who comes and goes."""

    number: int
    lost: float
    comes: str
    goes: str


@dataclass(frozen=True)
class Explained:
    prices: tuple[Price, ...]
    others: tuple[Other, ...]
    core: str
    borderline: str
    never: str
    frontier: Frontier | None
    points: tuple[Told, ...]


def explained(result: SelectionResult) -> Explained | None:
    """None where the worker has not said it yet."""
    explanation = getattr(result, "explanation", None)
    if explanation is None:
        return None
    content, said = explanation.content, Words(result.inputs)
    keys = [one["id"] for one in result.inputs["candidates"]]
    told = {*content["shared"], *content["sometimes"]}
    return Explained(
        prices=tuple(_price(one, said) for one in content["prices"]),
        others=tuple(_others(content["alternatives"], result.value or 0.0, said)),
        core=said.names(content["shared"]),
        borderline=said.names(content["sometimes"]),
        never=said.names(key for key in keys if key not in told),
        frontier=_frontier(content["frontier"]),
        points=tuple(content["frontier"]["whole"]),
    )


def _price(one: Told, said: Words) -> Price:
    million = 1_000_000
    return Price(
        said.figure(one["figure"]), one["of_the_relaxation"] * million,
        one["resolved"] * million, one["gain"], one["gain_at_most"],
    )  # fmt: skip


def _others(found: list[Told], value: float, said: Words) -> list[Other]:
    return [
        Other(
            number,
            max(value - one["value"], 0.0),
            said.names(one["comes"]),
            said.names(one["goes"]),
        )
        for number, one in enumerate(found, start=1)
    ]


def _frontier(told: Told) -> Frontier | None:
    whole = [_reached(one) for one in told["whole"]]
    relaxed = [_reached(one) for one in told["relaxed"]]
    return frontier_chart(
        whole, relaxed, budget_label=euros, value_label=figure,
        description=_("Value that each budget reaches"),
    )  # fmt: skip


def _reached(one: Told) -> Reached:
    budget, value = one["budget"] or 0.0, one["value"]
    label = "" if value is None else f"{euros(budget)} → {points(value)}"
    return Reached(
        budget, value, label, is_present=abs(one["share"] - 1) < PRESENT,
        is_proven=one["status"] == "OPTIMAL",
    )  # fmt: skip


def bubbles(frozen: Frozen, found: Shown) -> ValueForMoney | None:
    """Cost against value of every candidate that is weighed, as it stands."""
    inside = {one.key for one in found.inside}
    said = Words(frozen)
    projects = [
        Priced(
            name=said.name(one["id"]), cost=one["ap"], value=one["value"],
            is_in=one["id"] in inside,
            title=f"{said.name(one['id'])}: {euros(one['ap'])} → {points(one['value'])}",
        )
        for one in frozen["candidates"]
    ]  # fmt: skip
    return value_for_money(
        projects, cost_label=euros, value_label=figure,
        description=_("Value of each project against its authorisation"),
    )  # fmt: skip
