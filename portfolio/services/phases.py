"""Phases of a project: planned once, moved with a reason, begun and ended; and which ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Phase, PhasePeriod, PhasePeriodRevision, PhaseSet, Project, User
from portfolio.services import projects
from portfolio.services.history import recorded, touch


@dataclass(frozen=True)
class Span:
    """From a first day to a last one."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class PlannedPhase:
    """A phase and the dates it gets first."""

    phase: Phase
    span: Span


def plan_phases(
    *, project: Project, planned: Iterable[PlannedPhase], by: User | None, reason: str, at: datetime
) -> list[PhasePeriod]:
    """Give phases their first dates. Raises ValidationError by field; none is given then."""
    periods = [_period(project, item) for item in planned]
    phases = [period.phase_id for period in periods]
    with recorded(by=by, reason=_reason(reason)):
        known = project.periods.filter(phase__in=phases)
        if known.current().exists() or len(set(phases)) < len(phases):
            raise ValidationError({"phase": _("This phase has dates already: move them instead.")})
        if known.exists():
            raise ValidationError({"phase": _("These dates are withdrawn: bring them back first.")})
        PhasePeriod.objects.bulk_create(periods)
        touch(project, at=at)
    return periods


def move_phase(
    *, period: PhasePeriod, to: Span, by: User | None, reason: str, at: datetime
) -> PhasePeriodRevision:
    """Change the current dates, later or earlier, and keep why; the original ones stay. Raises
    ValidationError by field."""
    _check_span(to)
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(period)
        if stored.actual_ends_on is not None:
            raise ValidationError({"ends_on": _("This phase is over: its dates are facts.")})
        if (stored.current_starts_on, stored.current_ends_on) == (to.starts_on, to.ends_on):
            raise ValidationError({"ends_on": _("These are already the dates.")})
        revision = PhasePeriodRevision.objects.create(
            period=stored, before_starts_on=stored.current_starts_on,
            before_ends_on=stored.current_ends_on, after_starts_on=to.starts_on,
            after_ends_on=to.ends_on, reason=reason.strip(), author=by, revised_at=at,
        )  # fmt: skip
        stored.current_starts_on, stored.current_ends_on = to.starts_on, to.ends_on
        stored.save(update_fields=["current_starts_on", "current_ends_on"])
        touch(stored.project, at=at)
    return revision


def record_phase(
    *,
    period: PhasePeriod,
    started_on: date | None,
    ended_on: date | None,
    by: User | None,
    reason: str,
    at: datetime,
) -> PhasePeriod:
    """Enter the day a phase began and the day it ended, or correct them; None: not yet. Raises
    ValidationError by field."""
    _check_facts(started_on, ended_on, today=timezone.localdate(at))
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(period)
        if (stored.actual_starts_on, stored.actual_ends_on) != (started_on, ended_on):
            stored.actual_starts_on, stored.actual_ends_on = started_on, ended_on
            stored.save(update_fields=["actual_starts_on", "actual_ends_on"])
            touch(stored.project, at=at)
    return stored


def withdraw_phase(
    *, period: PhasePeriod, by: User | None, reason: str, at: datetime
) -> PhasePeriod:
    """Take the dates of a phase off the calendar; they can be brought back. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(period)
        stored.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


def bring_phase_back(
    *, period: PhasePeriod, by: User | None, reason: str, at: datetime
) -> PhasePeriod:
    """Put the dates of a phase back, as they were. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = PhasePeriod.objects.select_for_update().get(pk=period.pk)
        check_set(stored)
        stored.withdrawn_at = None
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


def change_phase_set(
    *,
    project: Project,
    phase_set: PhaseSet,
    phase: Phase | None,
    by: User | None,
    reason: str,
    at: datetime,
) -> Project:
    """Give a project another set of phases, and where it stands in it. The dates of phases that
    the set lacks are withdrawn, those withdrawn before come back. Raises ValidationError by
    field."""
    if phase_set.withdrawn_at is not None and phase_set.pk != project.phase_set_id:
        raise ValidationError({"phase_set": _("This phase set is no longer in use.")})
    with recorded(by=by, reason=_reason(reason)):
        before = project.phase_set_id
        changes = {"phase_set": phase_set, "phase": phase}
        stored = projects.update(project=project, changes=changes, by=by, reason=reason, at=at)
        if before != phase_set.pk:
            foreign = stored.periods.current().exclude(phase__phase_set=phase_set)
            foreign.update(withdrawn_at=at)
            stored.periods.filter(phase__phase_set=phase_set).update(withdrawn_at=None)
    return stored


def check_set(period: PhasePeriod) -> None:
    """Raises ValidationError where the project has another set of phases by now."""
    if period.phase.phase_set_id != period.project.phase_set_id:
        raise ValidationError(
            {"reason": _("This phase does not belong to the project's phase set.")}
        )


# ---------------------------------------------------------------- below


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the calendar changes.")})
    return reason.strip()


def _period(project: Project, item: PlannedPhase) -> PhasePeriod:
    if item.phase.phase_set_id != project.phase_set_id:
        raise ValidationError(
            {"phase": _("This phase does not belong to the project's phase set.")}
        )
    _check_span(item.span)
    return PhasePeriod(
        project=project, phase=item.phase,
        original_starts_on=item.span.starts_on, original_ends_on=item.span.ends_on,
        current_starts_on=item.span.starts_on, current_ends_on=item.span.ends_on,
    )  # fmt: skip


def _check_span(span: Span) -> None:
    if span.starts_on > span.ends_on:
        raise ValidationError({"ends_on": _("The phase would end before it starts.")})


def _check_facts(started_on: date | None, ended_on: date | None, *, today: date) -> None:
    errors = {}
    for name, on in (("actual_starts_on", started_on), ("actual_ends_on", ended_on)):
        if on is not None and on > today:
            errors[name] = [_("A date to come is not yet a fact.")]
    if ended_on is not None and started_on is None:
        errors.setdefault("actual_starts_on", [_("A phase that ended has begun: say when.")])
    elif ended_on is not None and started_on is not None and ended_on < started_on:
        errors.setdefault("actual_ends_on", [_("The phase would end before it starts.")])
    if errors:
        raise ValidationError(errors)


def _locked(period: PhasePeriod) -> PhasePeriod:
    stored = PhasePeriod.objects.select_for_update().get(pk=period.pk)
    if stored.withdrawn_at is not None:
        raise ValidationError({"reason": _("These dates are withdrawn: bring them back first.")})
    return stored
