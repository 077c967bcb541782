"""The calendar of the demonstration projects, derived from their milestones by one rule.

- the opening, or else the handover, is the commissioning;
- the time before the works is shared between the phases that come first, then the works run to
  the commissioning, then what follows; once on the dates announced first, once on those that
  hold: a difference of three weeks is a revision, with the reason of the milestone;
- phases before the project's own are over, its own has begun;
- a milestone at the end of a consultation or an inquiry is a procedure; a building has a permit.

`data/calendar.yml` holds the shares, and what departs from the rule.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from portfolio.demo import projects
from portfolio.demo.files import read_yaml
from portfolio.models import Dependency, PhasePeriod, PhaseSet, ProcedureKind, Project
from portfolio.services import dependencies, phases, procedures, schedule
from portfolio.services.phases import PlannedPhase, Span
from portfolio.services.procedures import ProcedureFacts
from portfolio.services.schedule import MilestoneWords

DATA = Path(__file__).parent / "data" / "calendar.yml"
TODAY = date(2026, 11, 2)  # the demonstration's last entry
PLANNED = "Calendrier des phases établi avec les jalons"
SETTLED = "Calendrier recalé sur les dates constatées"
SMALL = timedelta(days=21)
YEAR = timedelta(days=365)
DAY = timedelta(days=1)
Entry = dict[str, Any]
Spans = dict[str, Span]


@dataclass(frozen=True)
class Anchors:
    """The first day of a project, of its works, and the day it serves."""

    starts: date
    works: date
    serves: date


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """Complete the calendar of the projects that have none; returns of how many. Part of the
    seed's transaction, after the projects."""
    entries = {entry["code"]: entry for entry in projects.entries() if _has_calendar(entry)}
    todo = Project.objects.filter(code__in=entries, periods=None, procedures=None)
    missing = list(todo.select_related("manager", "phase_set", "phase").order_by("pk"))
    for project in missing:
        _enter(project, entries[project.code])
    for link in description()["dependencies"]:
        _depend(link)
    return len(missing)


def _has_calendar(entry: Entry) -> bool:
    stopped = entry.get("state") == "ABANDONED"
    return not stopped and entry["code"] not in description()["undated"]


def _enter(project: Project, entry: Entry) -> None:
    _name_commissioning(project, entry)
    project = _change_set(project)
    _phases(project, entry)
    _procedures(project, entry)


def _name_commissioning(project: Project, entry: Entry) -> None:
    code = _commissioning(entry)
    milestone = project.milestones.filter(code=code, is_commissioning=False).first()
    if milestone is None:
        return
    words = MilestoneWords(
        milestone.name_fr, milestone.name_en, milestone.is_public, is_commissioning=True
    )
    reason = "Jalon de mise en service désigné"
    schedule.correct(milestone=milestone, words=words, **_signed(project, reason, TODAY))


def _commissioning(entry: Entry) -> str:
    codes = {milestone["code"] for milestone in entry["milestones"]}
    return next((code for code in ("ouverture", "livraison") if code in codes), "")


def _change_set(project: Project) -> Project:
    change = description()["sets"].get(project.code)
    if change is None:
        return project
    phase_set = PhaseSet.objects.get(code=change["set"])
    phase = phase_set.phases.get(code=change["phase"])
    signed = _signed(project, change["why"], TODAY)
    return phases.change_phase_set(project=project, phase_set=phase_set, phase=phase, **signed)


# ---------------------------------------------------------------- phases


def _phases(project: Project, entry: Entry) -> None:
    original = spans(entry, project.phase_set.code, announced=True)
    held = spans(entry, project.phase_set.code, announced=False)
    known = {phase.code: phase for phase in project.phase_set.phases.all()}
    planned = [PlannedPhase(known[code], span) for code, span in original.items()]
    at = min(entry["starts"], TODAY)
    made = phases.plan_phases(project=project, planned=planned, **_signed(project, PLANNED, at))
    rank = project.phase.rank if project.phase else 0
    for period in sorted(made, key=lambda one: one.phase.rank):
        _live(period, held[period.phase.code], rank, _why(entry))


def _live(period: PhasePeriod, held: Span, rank: int, why: str) -> None:
    """What became of a phase of a project that is at the phase of `rank`."""
    signed = _signed(period.project, why, min(max(held.starts_on, date(2020, 1, 6)), TODAY))
    before = Span(period.current_starts_on, period.current_ends_on)
    if max(abs(before.starts_on - held.starts_on), abs(before.ends_on - held.ends_on)) > SMALL:
        phases.move_phase(period=period, to=held, **signed)
    begun = held.starts_on <= TODAY and period.phase.rank <= rank
    over = held.ends_on <= TODAY and period.phase.rank < rank
    if begun:
        phases.record_phase(
            period=period,
            started_on=held.starts_on,
            ended_on=held.ends_on if over else None,
            **_signed(period.project, "Phase constatée", TODAY),
        )


def _why(entry: Entry) -> str:
    reasons: list[str] = [
        move["why"] for milestone in entry["milestones"] for move in milestone.get("moved", [])
    ]
    return reasons[-1] if reasons else SETTLED


def spans(entry: Entry, phase_set: str, *, announced: bool) -> Spans:
    """The days of each phase: as announced first, or as they hold."""
    anchors = _anchors(entry, announced=announced)
    if phase_set == "etude":
        return _shared(description()["study"], anchors.starts, anchors.serves)
    first = _shared(description()["shares"][phase_set], anchors.starts, anchors.works - DAY)
    for code, days in description()["early"].get(entry["code"], {}).items():
        first[code] = Span(first[code].starts_on - timedelta(days=days), first[code].ends_on)
    works = description()["works"][phase_set]
    after = description()["after"][phase_set]
    return {
        **first,
        works: Span(anchors.works, max(anchors.serves, anchors.works)),
        after: Span(anchors.serves + DAY, anchors.serves + YEAR),
    }


def _shared(shares: dict[str, float], first: date, last: date) -> Spans:
    """The days from `first` to `last`, end to end."""
    found: Spans = {}
    days, passed = (last - first).days, 0.0
    for code, share in shares.items():
        starts = first + timedelta(days=round(days * passed))
        passed += share
        ends = first + timedelta(days=round(days * passed))
        found[code] = Span(starts if not found else starts + DAY, max(ends, starts + DAY))
    return found


def _anchors(entry: Entry, *, announced: bool) -> Anchors:
    days = {m["code"]: _day(m, announced=announced) for m in entry["milestones"]}
    starts: date = entry["starts"]
    serves = days.get(_commissioning(entry)) or days.get("rendu") or entry["ends"]
    works = days.get("travaux") or _works(days, starts, serves)
    return Anchors(starts, min(works, serves - DAY), serves)


def _works(days: dict[str, date], starts: date, serves: date) -> date:
    """Where no milestone says when the works begin."""
    if "marches" in days:
        return days["marches"] + 60 * DAY
    if "avant-projet" in days:
        return days["avant-projet"] + (serves - days["avant-projet"]) * 0.35
    return starts + (serves - starts) * 0.45


def _day(milestone: Entry, *, announced: bool) -> date:
    day: date = milestone["day"]
    if announced:
        return day
    moved = milestone.get("moved", [])
    held: date = milestone.get("done") or (moved[-1]["to"] if moved else day)
    return held


# ---------------------------------------------------------------- procedures


def _procedures(project: Project, entry: Entry) -> None:
    for facts in (*_derived(entry), *_described(entry)):
        signed = _signed(project, "Suivi des procédures", TODAY)
        procedures.enter_procedure(project=project, facts=facts, **signed)


def _derived(entry: Entry) -> list[ProcedureFacts]:
    found = []
    for milestone in entry["milestones"]:
        usual = {"concertation": ("concertation", 60), "enquete": ("enquete-publique", 32)}
        if milestone["code"] in usual:
            kind, length = usual[milestone["code"]]
            found.append(_procedure(kind, milestone, length))
        if milestone["code"] == "travaux" and entry["kind"] == "batiment":
            found.append(_procedure("permis-construire", milestone, 180, before=90))
    return found


def _procedure(kind: str, milestone: Entry, length: int, before: int = 0) -> ProcedureFacts:
    """So many days long, ended on the day of the milestone or `before` it."""
    planned = _day(milestone, announced=False) - before * DAY
    done = "done" in milestone and planned <= TODAY
    ends = milestone["day"] - before * DAY
    return ProcedureFacts(
        kind=ProcedureKind.objects.get(code=kind),
        state="COMPLETED" if done else "FORESEEN",
        foreseen_starts_on=ends - length * DAY,
        foreseen_ends_on=ends,
        actual_starts_on=planned - length * DAY if done else None,
        actual_ends_on=planned if done else None,
        reference=f"Délibération {planned:%Y-%m}-C" if done and kind == "concertation" else "",
        is_public=True,
    )


def _described(entry: Entry) -> list[ProcedureFacts]:
    given: list[Entry] = description()["procedures"].get(entry["code"], [])
    return [
        ProcedureFacts(
            kind=ProcedureKind.objects.get(code=one["kind"]),
            state=one["state"],
            foreseen_starts_on=one["foreseen"][0],
            foreseen_ends_on=one["foreseen"][1],
            actual_starts_on=one.get("actual", [None, None])[0],
            actual_ends_on=one.get("actual", [None, None])[1],
            reference=one.get("reference", ""),
            note=one.get("note", ""),
            how_fr=one.get("how", ["", ""])[0],
            how_en=one.get("how", ["", ""])[1],
            is_public=True,
        )
        for one in given
    ]


# ---------------------------------------------------------------- dependencies


def _depend(link: Entry) -> None:
    pair = Project.objects.in_bulk([link["project"], link["other"]], field_name="code")
    if len(pair) < 2:
        return
    project, other = pair[link["project"]], pair[link["other"]]
    if Dependency.objects.filter(project=project, other=other).exists():
        return
    dependencies.depend(
        project=project, other=other, kind=link["kind"], note=link["note"],
        **_signed(project, "Coordination des projets", TODAY),
    )  # fmt: skip


def _signed(project: Project, reason: str, on: date) -> dict[str, Any]:
    return {
        "by": project.manager,
        "reason": reason,
        "at": datetime.combine(on, time(9), tzinfo=UTC),
    }
