"""From the dates of a project to the lanes of a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from portfolio.charts.gantt import Bar, Lane, Mark
from portfolio.models import Milestone, PhasePeriod, Procedure, Project
from portfolio.templatetags.figures import day


def project_lanes(
    *,
    periods: Iterable[PhasePeriod],
    milestones: Iterable[Milestone],
    procedures: Iterable[Procedure],
    today: date,
) -> list[Lane]:
    """A lane a phase, a milestone, a procedure; those without any date are left out."""
    return [
        *(_phase_lane(period, today) for period in periods),
        *(_milestone_lane(milestone) for milestone in milestones),
        *(lane for one in procedures if (lane := _procedure_lane(one, today)).days),
    ]


def portfolio_lane(
    project: Project,
    *,
    periods: Sequence[PhasePeriod],
    commissioning: Milestone | None,
    today: date,
) -> Lane:
    """All of a project on one line: its phases one after the other, or else from its first day
    to its last, and its commissioning."""
    bars = [bar for period in periods for bar in _held_bars(period, today)]
    if periods:
        first = min(period.original_starts_on for period in periods)
        last = max(period.original_ends_on for period in periods)
        bars.insert(0, Bar("ORIGINAL", first, last, _said(_("Announced first"), first, last)))
    elif project.starts_on and project.ends_on:
        title = _said(_("The whole project"), project.starts_on, project.ends_on)
        bars.append(Bar("CURRENT", project.starts_on, project.ends_on, title))
    marks = _marks(commissioning) if commissioning else ()
    return Lane(label=project.name, bars=tuple(bars), marks=marks)


# ---------------------------------------------------------------- below


def _phase_lane(period: PhasePeriod, today: date) -> Lane:
    original = Bar(
        "ORIGINAL",
        period.original_starts_on,
        period.original_ends_on,
        _said(_("Announced first"), period.original_starts_on, period.original_ends_on),
    )
    return Lane(
        label=period.phase.name,
        bars=(original, *_held_bars(period, today)),
        group=_("Phases"),
    )


def _held_bars(period: PhasePeriod, today: date) -> list[Bar]:
    """What is planned from the day it began, and over it the part that happened."""
    starts = period.actual_starts_on or period.current_starts_on
    ends = max(period.actual_ends_on or period.current_ends_on, starts)
    name = period.phase.name
    bars = [Bar("CURRENT", starts, ends, _said(name, starts, ends))]
    if period.actual_starts_on is not None:
        reached = period.actual_ends_on or max(min(today, ends), starts)
        word = _("done") if period.actual_ends_on else _("under way")
        title = f"{name}, {word}"
        bars.append(Bar("ACTUAL", starts, reached, _said(title, starts, reached)))
    return bars


def _milestone_lane(milestone: Milestone) -> Lane:
    return Lane(label=milestone.name, marks=_marks(milestone), group=_("Milestones"))


def _marks(milestone: Milestone) -> tuple[Mark, ...]:
    reached = milestone.actual_on or milestone.current_on
    kind = "ACTUAL" if milestone.actual_on else "CURRENT"
    marks = [Mark(kind, reached, f"{milestone.name}, {day(reached)}")]
    if milestone.original_on != reached:
        words = {"name": milestone.name, "day": day(milestone.original_on)}
        first = _("%(name)s, announced first for %(day)s") % words
        marks.insert(0, Mark("ORIGINAL", milestone.original_on, first))
    return tuple(marks)


def _procedure_lane(procedure: Procedure, today: date) -> Lane:
    name, group = procedure.kind.name, _("Procedures")
    starts = procedure.actual_starts_on or procedure.foreseen_starts_on
    ends = procedure.actual_ends_on or procedure.foreseen_ends_on
    if starts is None or ends is None or ends < starts:
        only = starts or ends
        kind = "ACTUAL" if procedure.actual_starts_on or procedure.actual_ends_on else "CURRENT"
        marks = (Mark(kind, only, f"{name}, {day(only)}"),) if only else ()
        return Lane(label=name, marks=marks, group=group)
    bars = [Bar("PROCEDURE", starts, ends, _said(name, starts, ends))]
    if procedure.actual_starts_on:
        reached = procedure.actual_ends_on or max(min(today, ends), starts)
        bars.append(Bar("ACTUAL", starts, reached, _said(name, starts, reached)))
    return Lane(label=name, bars=tuple(bars), group=group)


def _said(what: str, starts: date, ends: date) -> str:
    words = {"what": what, "start": day(starts), "end": day(ends)}
    return _("%(what)s, from %(start)s to %(end)s") % words
