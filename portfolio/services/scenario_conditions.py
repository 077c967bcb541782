"""The conditions of a scenario: entered by hand, or proposed from the dependencies of its projects."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.machine_reasons import by_machine
from portfolio.models import (
    Dependency,
    Organisation,
    Programme,
    Project,
    ScenarioCondition,
    SelectionScenario,
    User,
    Zone,
)
from portfolio.services.history import recorded, said
from portfolio.services.scenarios import opened, touch

Kind = ScenarioCondition.Kind
PROPOSED = gettext_noop("Proposed from the dependencies of the projects")
TIES = frozenset({Kind.PREREQUISITE, Kind.EXCLUSIVE})


@dataclass(frozen=True)
class ConditionTerms:
    """Which of them a kind needs: see `ScenarioCondition`."""

    kind: str
    project: Project | None = None
    other: Project | None = None
    department: Organisation | None = None
    programme: Programme | None = None
    zone: Zone | None = None
    year: int | None = None
    figure: str = ScenarioCondition.Figure.AP
    amount: Decimal | None = None


def add(
    *, scenario: SelectionScenario, terms: ConditionTerms, by: User | None, reason: str,
    at: datetime,
) -> ScenarioCondition:  # fmt: skip
    """Raises ValidationError by field."""
    _check(terms, scenario)
    with recorded(by=by, reason=_why(reason)):
        stored = opened(scenario)
        condition = ScenarioCondition(scenario=stored, **vars(terms))
        condition.full_clean(validate_constraints=False)
        condition.save(force_insert=True)
        touch(stored, at=at)
    return condition


def withdraw(
    *, condition: ScenarioCondition, by: User | None, reason: str, at: datetime
) -> ScenarioCondition:
    """Off the scenario, or back on it where it was off already."""
    with recorded(by=by, reason=_why(reason)):
        scenario = opened(condition.scenario)
        condition.withdrawn_at = None if condition.withdrawn_at else at
        condition.save(update_fields=["withdrawn_at"])
        touch(scenario, at=at)
    return condition


def propose(*, scenario: SelectionScenario, by: User | None, at: datetime) -> int:
    """Enter what the register says of its candidates: who waits for whom, who excludes whom. How many
    are new; one that somebody took off stays off."""
    with recorded(by=by, reason=by_machine(PROPOSED)):
        stored = opened(scenario)
        keys = list(stored.candidates.current().values_list("project_id", flat=True))
        said_already = set(
            stored.conditions.filter(kind__in=TIES).values_list("kind", "project_id", "other_id")
        )
        found = Dependency.objects.current().filter(project__among=keys, other__among=keys)
        fresh = [
            ScenarioCondition(
                scenario=stored, kind=one.kind, project_id=one.project_id, other_id=one.other_id,
                origin=ScenarioCondition.Origin.REGISTER,
            )
            for one in found.order_by("pk")
            if (one.kind, one.project_id, one.other_id) not in said_already
        ]  # fmt: skip
        for condition in fresh:
            condition.save(force_insert=True)
        if fresh:
            touch(stored, at=at)
    return len(fresh)


# ---------------------------------------------------------------- below


def _why(reason: str) -> str:
    return said(reason, _("Say why the scenario changes."))


def _check(terms: ConditionTerms, scenario: SelectionScenario) -> None:
    needed = {
        Kind.PREREQUISITE: ("project", "other"), Kind.EXCLUSIVE: ("project", "other"),
        Kind.CAPACITY: ("department", "year", "amount"), Kind.MINIMUM: ("programme", "amount"),
        Kind.ZONE_MINIMUM: ("zone", "amount"), Kind.EQUITY: ("amount",),
        Kind.CLIMATE: ("amount",),
    }  # fmt: skip
    names = needed.get(Kind(terms.kind), ())
    errors = {name: _("This condition needs it.") for name in names if getattr(terms, name) is None}
    if terms.kind in TIES and terms.project is not None and terms.project == terms.other:
        errors["other"] = _("Choose two different projects.")
    if terms.amount is not None and terms.amount < 0:
        errors["amount"] = _("It must not be negative.")
    if terms.year is not None and terms.year not in scenario.years:
        errors["year"] = _("This year is not one of the scenario.")
    if errors:
        raise ValidationError(errors)
