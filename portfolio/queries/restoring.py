"""What it takes to put back what a recorded change replaced, or why it cannot be done.

To undo a change is to put back exactly what it replaced, and nothing else: refused where the same
facts were changed again since. To restore is to put the records it touched back as they were
before it, whatever was written since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from portfolio import models as register
from portfolio.models import Project
from portfolio.parts import part_of
from portfolio.queries.events import HIDDEN, Event, State, Tracked, same
from portfolio.roles import Part

# Who puts a record back must be allowed to change that part of the project. What is not here is
# changed by acts of its own (a review, an alert, a role, a target), and not undone.
PARTS: dict[type[models.Model], Part] = {
    register.Authorisation: Part.MONEY,
    register.CostEstimate: Part.MONEY,
    register.Dependency: Part.DEPENDENCIES,
    register.ExcludedZone: Part.PLACE,
    register.Funding: Part.MONEY,
    register.GreenMark: Part.MONEY,
    register.LeadAuthority: Part.MONEY,
    register.Milestone: Part.SCHEDULE,
    register.PaymentCredit: Part.MONEY,
    register.PhasePeriod: Part.SCHEDULE,
    register.Procedure: Part.SCHEDULE,
    register.Project: Part.FACTS,
    register.ProjectDocument: Part.DOCUMENTS,
    register.ProjectZone: Part.PLACE,
    register.Risk: Part.RISKS,
    register.RunningCost: Part.MONEY,
    register.ShareDerogation: Part.MONEY,
    register.Stakeholder: Part.PEOPLE,
    register.StatusOverride: Part.REVIEW,
}


@dataclass(frozen=True)
class Refusal:
    """`code`: APPEND_ONLY, OWN_ACTS, CREATION, VERSION, CHANGED_SINCE (by `event`), NOTHING,
    NOT_RECORDED, NOT_ALLOWED."""

    code: str
    event: Event | None = None


@dataclass(frozen=True)
class Step:
    """One record: what it holds `now` and what it shall hold `then`; empty: it does not exist."""

    tracked: Tracked
    pk: int
    now: State
    then: State

    @property
    def names(self) -> list[str]:
        """Columns that change."""
        return [name for name, value in self.then.items() if not same(value, self.now.get(name))]


@dataclass(frozen=True)
class Plan:
    steps: tuple[Step, ...] = ()
    refusal: Refusal | None = None


def plan(events: Sequence[Event], context: UUID, *, whole: bool = False) -> Plan:
    """From the events of a project (or of the records that the change touched, all of each).
    `whole`: to restore rather than to undo."""
    histories: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        histories.setdefault(event.record, []).append(event)
    touched = [
        history
        for history in histories.values()
        if any(event.context == context for event in history)
    ]
    steps: list[Step] = []
    for history in touched:
        own = [event for event in history if event.context == context]
        if refusal := _refusal(own, history, whole=whole):
            return Plan(refusal=refusal)
        if step := _step(own, history, whole=whole):
            steps.append(step)
    kept = _without_found_zones(steps)
    return Plan(tuple(kept)) if kept else Plan(refusal=Refusal("NOTHING"))


def allowed(plan: Plan, parts_held: frozenset[str]) -> Plan:
    """The plan, refused to who may not change every part of the project that it would."""
    return plan if parts(plan) <= parts_held else Plan(refusal=Refusal("NOT_ALLOWED"))


def parts(plan: Plan) -> frozenset[str]:
    """What one must be allowed to change of the project, to carry the plan out."""
    return parts_of((step.tracked.model, step.names) for step in plan.steps)


def parts_of(records: Iterable[tuple[type[models.Model], Iterable[str]]]) -> frozenset[str]:
    """The parts of a project that columns of records belong to."""
    return frozenset(
        part_of(name.removesuffix("_id")) if model is Project else PARTS[model]
        for model, names in records
        if model in PARTS
        for name in names or [""]
    )


def is_append_only(model: type[models.Model]) -> bool:
    """Its rows may not be updated: the database refuses it."""
    return any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", []))


def _refusal(own: Sequence[Event], history: Sequence[Event], *, whole: bool) -> Refusal | None:
    model = own[0].tracked.model
    if is_append_only(model):
        return Refusal("APPEND_ONLY")
    if model not in PARTS:
        return Refusal("OWN_ACTS")
    if model is Project and not own[0].before:
        return Refusal("CREATION")
    if model is register.ProjectDocument and not own[0].before and own[0].after["replaces_id"]:
        return Refusal("VERSION")
    later = [event for event in history if event.number > own[-1].number]
    if whole:
        return None
    conflict = next((event for event in later if _rewrites(event, own)), None)
    return Refusal("CHANGED_SINCE", conflict) if conflict else None


def _rewrites(event: Event, own: Sequence[Event]) -> bool:
    before, after = own[0].before, own[-1].after
    if not before or not after or not event.after:
        return event.action != "update" or bool(event.changed)
    return any(not same(event.after[name], after[name]) for name in _changed(before, after))


def _changed(before: State, after: State) -> list[str]:
    return [
        name
        for name, value in before.items()
        if name not in HIDDEN and not same(value, after.get(name))
    ]


def _step(own: Sequence[Event], history: Sequence[Event], *, whole: bool) -> Step | None:
    tracked, before, after = own[0].tracked, own[0].before, own[-1].after
    now = history[-1].after
    if not before:
        return Step(tracked, own[0].pk, now, {}) if now else None
    then = before if whole or not after else now | {n: before[n] for n in _changed(before, after)}
    step = Step(tracked, own[0].pk, now, {n: v for n, v in then.items() if n not in HIDDEN}
                if now else then)  # fmt: skip
    return step if step.names else None


def _without_found_zones(steps: Iterable[Step]) -> list[Step]:
    """The zones that a project touches are found again from its place."""
    found = list(steps)
    moves = any(step.tracked.model is Project and "geometry" in step.names for step in found)
    return [step for step in found if not (moves and _is_found_zone(step))]


def _is_found_zone(step: Step) -> bool:
    state: dict[str, Any] = step.now or step.then
    return state.get("origin") == "INTERSECTION"
