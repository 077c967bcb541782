"""Targets of the territory and of the projects, with baselines stated from the measures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from indicators.demo import observations
from indicators.demo.sources import indicators
from indicators.models import Indicator, PeopleGroup, Target, TargetPoint
from indicators.results import Point
from indicators.services.targets import Terms, revise, set_target
from portfolio.demo import territory
from portfolio.demo.files import read_yaml
from portfolio.models import Project, Zone

DATA = Path(__file__).parent / "data" / "targets.yml"
REASON = "Objectifs inscrits au plan pluriannuel"
ADOPTED_AT = datetime(2022, 12, 16, 12, tzinfo=UTC)
NAMED = ("project__code", "indicator__code", "zone__code", "group__code")
NOON, A_QUARTER = time(12), timedelta(days=90)


@dataclass(frozen=True)
class Plan:
    """A target to create; `project` is None for the territory's own."""

    project: str | None
    indicator: str
    zone: str
    group: str | None
    baseline: tuple[float, date] | None
    points: tuple[Point, ...]
    path: str
    note: str
    method: str
    effect: tuple[float, float, float] | None
    basis: str

    @property
    def terms(self) -> Terms:
        value, on = self.baseline or (None, None)
        return Terms(
            points=self.points, baseline_value=value, baseline_on=on, path=self.path,
            note=self.note, baseline_method=self.method, effect=self.effect,
            effect_basis=self.basis,
        )  # fmt: skip


def plans() -> list[Plan]:
    """The targets as written in `data/targets.yml`, with the value of each baseline."""
    return [_plan(entry) for entry in read_yaml(DATA)]


def _plan(entry: Mapping[str, Any]) -> Plan:
    baseline = _baseline(entry)
    return Plan(
        project=entry.get("project"),
        indicator=entry["indicator"],
        zone=entry["zone"],
        group=entry.get("group"),
        baseline=baseline,
        points=tuple(_points(entry, baseline)),
        path=entry.get("path", Target.Path.LINEAR),
        note=entry["note"],
        method=entry.get("method", ""),
        effect=_effect(entry, baseline),
        basis=entry.get("basis", ""),
    )


def _effect(
    entry: Mapping[str, Any], baseline: tuple[float, date] | None
) -> tuple[float, float, float] | None:
    """Written as shares of the baseline."""
    if "effect" not in entry or baseline is None:
        return None
    decimals = indicators()[entry["indicator"]]["decimals"]
    low, central, high = (round(baseline[0] * share, decimals) for share in entry["effect"])
    return low, central, high


def seed() -> int:
    """Create the targets that are missing; returns how many. Part of the seed's transaction."""
    present = set(Target.objects.values_list(*NAMED))
    missing = [
        entry
        for entry in read_yaml(DATA)
        if tuple(map(entry.get, ("project", "indicator", "zone", "group"))) not in present
    ]
    for entry in missing:
        _adopt(entry)
    return len(missing)


def _adopt(entry: Mapping[str, Any]) -> None:
    """Set a target, and revise it where the story says so; its history bears those days."""
    earlier = entry.get("earlier")
    if earlier is None:
        _date(_set(_plan(entry)), _adopted_at(entry))
        return
    target = _set(_plan({**entry, **earlier}))
    _date(target, _adopted_at(entry))
    plan, seen = _plan(entry), _last_event(target)
    revise(target=target, terms=plan.terms, by=None, reason=earlier["reason"], at=ADOPTED_AT)
    _date(target, datetime.combine(earlier["until"], NOON, tzinfo=UTC), after=seen)


def _adopted_at(entry: Mapping[str, Any]) -> datetime:
    """With the plan, or once the starting value was known."""
    baseline = _baseline(entry)
    known = baseline[1] + A_QUARTER if baseline else ADOPTED_AT.date()
    return max(ADOPTED_AT, datetime.combine(known, NOON, tzinfo=UTC))


def _last_event(target: Target) -> tuple[int, int]:
    """The numbers of the last events kept of the target and of its points."""
    events = _events(target)
    return tuple(max((row.pgh_id for row in rows), default=0) for rows in events)  # type: ignore[return-value]


def _date(target: Target, at: datetime, *, after: tuple[int, int] = (0, 0)) -> None:
    for rows, last in zip(_events(target), after, strict=True):
        rows.filter(pgh_id__gt=last).update(pgh_created_at=at)


def _events(target: Target) -> tuple[Any, Any]:
    targets: Any = Target.pgh_event_model.objects  # type: ignore[attr-defined]  # by pghistory
    points: Any = TargetPoint.pgh_event_model.objects  # type: ignore[attr-defined]
    return targets.filter(pgh_obj=target.pk), points.filter(target=target.pk)


def _set(plan: Plan) -> Target:
    project = Project.objects.get(code=plan.project) if plan.project else None
    return set_target(
        project=project,
        indicator=Indicator.objects.get(code=plan.indicator),
        zone=Zone.objects.get(code=plan.zone),
        group=PeopleGroup.objects.get(code=plan.group) if plan.group else None,
        terms=plan.terms,
        by=None,
        reason=REASON,
        at=project.updated_at if project else ADOPTED_AT,  # the project's own dates stay
    )


def _baseline(entry: Mapping[str, Any]) -> tuple[float, date] | None:
    stated = entry.get("baseline")
    if stated is None:
        return None
    if isinstance(stated, Mapping):
        return float(stated["value"]), stated["day"]
    return _mean(entry["indicator"], entry["zone"], stated), date(stated, 12, 31)


def _mean(indicator: str, zone: str, year: int) -> float:
    """What the metropolis measured that year, rounded as the indicator is shown."""
    values = _by_zone(indicator, year)
    rule = indicators()[indicator]["zone_aggregation"]
    if zone in values:
        mean = values[zone]
    elif rule == "SUM":
        mean = sum(values.values())
    else:
        people = {c["code"]: c["people"] for c in territory.description()["communes"]}
        mean = sum(values[code] * people[code] for code in people) / sum(people.values())
    return round(mean, indicators()[indicator]["decimals"])


@cache
def _by_zone(indicator: str, year: int) -> dict[str, float]:
    table = observations.tables()[indicator]
    content = observations.frame(table, until=date(year + 1, 1, 1))
    of_year = content[[day.year == year for day in content["start"]]]
    means = of_year.groupby("zone")["value"].mean()
    return {str(code): float(value) for code, value in means.items()}


def _points(entry: Mapping[str, Any], baseline: tuple[float, date] | None) -> Iterator[Point]:
    for day, (low, high) in entry.get("bands", {}).items():
        yield Point(day, (low, high))
    for day, value in entry.get("values", {}).items():
        yield Point(day, value)
    if baseline is not None:
        decimals = indicators()[entry["indicator"]]["decimals"]
        for day, change in entry.get("points", {}).items():
            yield Point(day, round(baseline[0] * (1 + change), decimals))
