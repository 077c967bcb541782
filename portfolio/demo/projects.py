"""The sixty projects of the demonstration, entered as the metropolis would have: day by day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from portfolio.demo import reference, shapes
from portfolio.demo.files import read_yaml
from portfolio.models import Milestone, Organisation, Phase, PhaseSet, Programme, Project, User
from portfolio.services import finance, projects, schedule
from portfolio.services.projects import ProjectFields

DATA = Path(__file__).parent / "data" / "projects"
LAST_ENTRY = date(2026, 11, 2)  # a project whose studies are still to come was entered by then
PLANNED = "Calendrier prévu à l’inscription du projet"
Entry = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """Something entered on a day; changes of a project are applied in the order of their days."""

    on: date
    apply: Callable[[datetime], object]


@cache
def entries() -> list[Entry]:
    """The projects as written in `data/projects/*.yml`."""
    files = sorted(DATA.glob("*.yml"))
    return [entry for path in files for entry in read_yaml(path)]


def codes() -> set[str]:
    return {entry["code"] for entry in entries()}


def milestone_on(project: str, milestone: str) -> date:
    """When a milestone of a demonstration project was reached. Raises KeyError if it was not."""
    entry = next(entry for entry in entries() if entry["code"] == project)
    done = {m["code"]: m["done"] for m in entry["milestones"] if "done" in m}
    day: date = done[milestone]
    return day


def seed() -> int:
    """Enter the projects that are missing; returns how many. Part of the seed's transaction."""
    present = set(Project.objects.filter(code__in=codes()).values_list("code", flat=True))
    missing = [entry for entry in entries() if entry["code"] not in present]
    for entry in missing:
        _enter(entry)
    return len(missing)


def _enter(entry: Entry) -> None:
    manager = User.objects.get(username=entry["manager"])
    phase_set = PhaseSet.objects.get(code=entry["kind"])
    phases = {phase.code: phase for phase in phase_set.phases.all()}
    entered_on = _entered_on(entry)
    project = projects.create(
        fields=_fields(entry, manager, phase_set, phases[entry["phase"]]),
        by=manager,
        reason="Inscription au plan pluriannuel d’investissement",
        at=_instant(entered_on),
    )
    changes = [*_costs(entry, project, manager, phases), *_milestones(entry, project, manager)]
    for change in sorted(changes, key=lambda one: one.on):
        change.apply(_instant(max(change.on, entered_on)))


def _entered_on(entry: Entry) -> date:
    days: list[date] = [
        entry["starts"],
        LAST_ENTRY,
        *(cost["day"] for cost in entry.get("costs", [])),
    ]
    days += [m["done"] for m in entry["milestones"] if "done" in m]
    return min(days)


def _fields(entry: Entry, manager: User, phase_set: PhaseSet, phase: Phase) -> ProjectFields:
    name_fr, name_en = entry["name"]
    summary_fr, summary_en = entry["summary"]
    return ProjectFields(
        code=entry["code"],
        name_fr=name_fr,
        name_en=name_en,
        summary_fr=summary_fr,
        summary_en=summary_en,
        programme=Programme.objects.get(code=entry["programme"]),
        lead=Organisation.objects.get(code=entry["lead"]),
        manager=manager,
        phase_set=phase_set,
        phase=phase,
        state=entry.get("state", Project.State.ACTIVE),
        visibility=entry.get("visibility", Project.Visibility.PUBLIC),
        geometry=geometry(entry),
        address=entry["address"],
        starts_on=entry["starts"],
        ends_on=entry.get("ends"),
    )


def geometry(entry: Entry) -> GEOSGeometry | None:
    """Where the project is; None for one that has no place yet."""
    return shapes.draw(entry["where"], seed=entry["code"]) if "where" in entry else None


def _costs(entry: Entry, project: Project, by: User, phases: dict[str, Phase]) -> Iterator[Change]:
    for cost in entry.get("costs", []):
        phase = phases[cost["phase"]]
        yield Change(
            cost["day"], partial(_estimate, project=project, cost=cost, phase=phase, by=by)
        )


def _milestones(entry: Entry, project: Project, by: User) -> Iterator[Change]:
    for step in entry["milestones"]:
        code = step["code"]
        name = step.get("name") or reference.description()["milestones"][code]
        yield Change(
            _entered_on(entry), partial(_plan, project=project, step=step, name=name, by=by)
        )
        for move in step.get("moved", []):
            yield Change(move["at"], partial(_move, project=project, code=code, move=move, by=by))
        if "done" in step:
            yield Change(
                step["done"], partial(_complete, project=project, code=code, step=step, by=by)
            )


def _estimate(at: datetime, *, project: Project, cost: Entry, phase: Phase, by: User) -> None:
    finance.estimate(
        project=project,
        amount_eur=Decimal(cost["eur"]),
        valued_on=cost["day"],
        reason=cost.get("why", ""),
        phase=phase,
        by=by,
        at=at,
    )


def _plan(at: datetime, *, project: Project, step: Entry, name: list[str], by: User) -> None:
    schedule.plan_milestone(
        project=project,
        code=step["code"],
        name_fr=name[0],
        name_en=name[1],
        on=step["day"],
        by=by,
        reason=PLANNED,
        at=at,
    )


def _move(at: datetime, *, project: Project, code: str, move: Entry, by: User) -> None:
    milestone = Milestone.objects.get(project=project, code=code)
    schedule.postpone(milestone=milestone, to=move["to"], by=by, reason=move["why"], at=at)


def _complete(at: datetime, *, project: Project, code: str, step: Entry, by: User) -> None:
    milestone = Milestone.objects.get(project=project, code=code)
    reason = f"Constaté le {step['done']:%d/%m/%Y}"
    schedule.complete(milestone=milestone, on=step["done"], by=by, reason=reason, at=at)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
