"""Plans of evaluation: drafted, locked for ever, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Evaluation, EvaluationZone
from indicators.services.evaluation_checks import PLACEBO_IS_ANOTHER, problems
from portfolio.models import Project, User, Zone

Role = EvaluationZone.Role
WRITTEN = frozenset({
    "question", "expected_direction", "reason", "indicator", "placebo_indicator", "design",
    "intervention_on",
    "before_from", "after_until", "minimum_after", "breaks", "definition_changed", "other_shock",
    "chosen_for_its_level", "detectable",
})  # fmt: skip


@transaction.atomic
def register(
    *, project: Project, by: User | None, at: datetime, fields: Mapping[str, Any] | None = None
) -> Evaluation:
    """A draft of a plan; `fields` are columns that are known already."""
    plan = Evaluation(project=project, author=by, created_at=at, updated_at=at)
    _write(plan, fields or {})
    plan.save()
    return plan


@transaction.atomic
def change(*, evaluation: Evaluation, fields: Mapping[str, Any], at: datetime) -> Evaluation:
    """Write some columns of a draft. Raises ValidationError on a locked plan, or where the measure
    that the project cannot change is the one that it is judged by."""
    held = _draft(evaluation)
    _write(held, fields)
    held.updated_at = at
    held.save()
    return held


@transaction.atomic
def choose_zones(
    *, evaluation: Evaluation, role: str, zones: Iterable[Zone], at: datetime
) -> Evaluation:
    """The zones of one role, in place of those it had; one that was of the other role changes
    sides, one that stays keeps its date. Raises ValidationError on a locked plan."""
    held, zones = _draft(evaluation), list(zones)
    begins = dict(held.evaluation_zones.filter(role=role).values_list("zone", "starts_on"))
    held.evaluation_zones.filter(role=role).delete()
    held.evaluation_zones.filter(zone__in=zones).delete()
    EvaluationZone.objects.bulk_create(
        [EvaluationZone(evaluation=held, zone=zone, role=role, starts_on=begins.get(zone.pk))
         for zone in zones]
    )  # fmt: skip
    Evaluation.objects.filter(pk=held.pk).update(updated_at=at)
    return held


@transaction.atomic
def date_zones(
    *, evaluation: Evaluation, starts: Mapping[str, date | None], at: datetime
) -> Evaluation:
    """By the code of a treated zone, the first day with the project there; None, or the date of the
    intervention itself: that date. Raises ValidationError on a locked plan."""
    held = _draft(evaluation)
    treated = held.evaluation_zones.filter(role=Role.TREATED).select_related("zone")
    for one in treated:
        day = starts.get(one.zone.code)
        one.starts_on = None if day == held.intervention_on else day
        one.save(update_fields=["starts_on"])
    Evaluation.objects.filter(pk=held.pk).update(updated_at=at)
    return held


@transaction.atomic
def keep(*, evaluation: Evaluation, step: str, typed: Mapping[str, Any], at: datetime) -> None:
    """What a step's form holds, in order or not."""
    held = _draft(evaluation)
    held.typed[step], held.updated_at = dict(typed), at
    held.save(update_fields=["typed", "updated_at"])


@transaction.atomic
def lock(*, evaluation: Evaluation, by: User | None, at: datetime) -> Evaluation:
    """Fix the plan: from now on nothing of it changes, and it is registered in advance if the day
    of the intervention is still to come, else exploratory. Raises ValidationError by field."""
    held = _draft(evaluation)
    if found := problems(held):
        raise ValidationError(found)
    day = timezone.localdate(at)
    held.locked_at, held.locked_on, held.locked_by = at, day, by
    held.is_preregistered = held.intervention_on is not None and day < held.intervention_on
    held.updated_at, held.typed = at, {}
    held.save()
    return held


@transaction.atomic
def withdraw(*, evaluation: Evaluation, by: User | None, reason: str, at: datetime) -> Evaluation:
    """Stop computing a locked plan; it stays readable, with the reason. Raises ValidationError."""
    held = _held(evaluation)
    if not held.is_locked:
        raise ValidationError(_("A draft is thrown away, not withdrawn."))
    if held.withdrawn_at is not None:
        raise ValidationError(_("This evaluation is withdrawn already."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is withdrawn: the reason stays readable.")})
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = at, by, reason.strip()
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return held


@transaction.atomic
def discard(*, evaluation: Evaluation) -> None:
    """Throw a draft away. Raises ValidationError on a locked plan."""
    held = _draft(evaluation)
    held.evaluation_zones.all().delete()
    held.delete()


def _held(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)


def _draft(evaluation: Evaluation) -> Evaluation:
    held = _held(evaluation)
    if held.is_locked:
        raise ValidationError(
            _("This plan is locked: nothing of it changes. Withdraw it, and write another one.")
        )
    return held


def _write(plan: Evaluation, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - WRITTEN
    if unknown:
        raise ValueError(f"fields: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(plan, name, value)
    if plan.placebo_indicator_id is not None and plan.placebo_indicator_id == plan.indicator_id:
        raise ValidationError({"placebo_indicator": PLACEBO_IS_ANOTHER})
