"""The candidates of a scenario: added from the register, forced with a reason, done otherwise."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.machine_reasons import by_machine
from portfolio.models import (
    Project,
    ScenarioCandidate,
    ScenarioVariant,
    SelectionScenario,
    User,
)
from portfolio.queries.scenario_figures import facts_of
from portfolio.services.history import recorded, said
from portfolio.services.scenarios import opened, touch

Role = ScenarioCandidate.Role
BEGUN = gettext_noop("Payments have begun.")


@dataclass(frozen=True)
class CandidateTerms:
    """None is not known, never zero."""

    role: str = Role.FREE
    reason: str = ""
    value: Decimal | None = None
    people: Decimal | None = None
    co2_t: Decimal | None = None
    delay_most: int | None = None
    waits_years: int | None = None


@dataclass(frozen=True)
class VariantTerms:
    name_fr: str
    name_en: str = ""
    cost_share: Decimal = Decimal(1)
    value_share: Decimal = Decimal(1)
    extra_years: int = 0


def add(
    *, scenario: SelectionScenario, projects: Iterable[Project], by: User | None, reason: str,
    at: datetime,
) -> int:  # fmt: skip
    """Add projects as candidates, and bring withdrawn ones back; how many. One whose payments have
    begun is proposed as under way: its reason says so."""
    wanted = {one.pk: one for one in projects}
    with recorded(by=by, reason=_why(reason)):
        stored = opened(scenario)
        known = {one.project_id: one for one in stored.candidates.all()}
        back = [one for key, one in known.items() if key in wanted and one.withdrawn_at]
        for candidate in back:
            candidate.withdrawn_at = None
            candidate.save(update_fields=["withdrawn_at"])
        fresh = [key for key in wanted if key not in known]
        facts = facts_of(fresh, first_year=stored.first_year)
        for key in fresh:
            role = Role.STARTED if facts[key].is_begun else Role.FREE
            why = by_machine(BEGUN) if facts[key].is_begun else ""
            ScenarioCandidate.objects.create(
                scenario=stored, project=wanted[key], role=role, reason=why
            )
        touch(stored, at=at)
    return len(back) + len(fresh)


def change(
    *, candidate: ScenarioCandidate, terms: CandidateTerms, by: User | None, reason: str,
    at: datetime,
) -> ScenarioCandidate:  # fmt: skip
    """Raises ValidationError by field: a forced project needs its reason."""
    if terms.role != Role.FREE and not terms.reason.strip():
        raise ValidationError({"reason": _("Say why this project is forced: it costs value.")})
    with recorded(by=by, reason=_why(reason)):
        scenario, stored = _opened(candidate)
        for name, value in asdict(terms).items():
            setattr(stored, name, value)
        stored.full_clean(validate_constraints=False)
        stored.save()
        touch(scenario, at=at)
    return stored


def withdraw(
    *, candidate: ScenarioCandidate, by: User | None, reason: str, at: datetime
) -> ScenarioCandidate:
    """No longer a candidate; what was computed before keeps naming it."""
    with recorded(by=by, reason=_why(reason)):
        scenario, stored = _opened(candidate)
        stored.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])
        touch(scenario, at=at)
    return stored


def add_variant(
    *, candidate: ScenarioCandidate, terms: VariantTerms, by: User | None, reason: str, at: datetime
) -> ScenarioVariant:
    """Another way of doing it. Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        scenario, stored = _opened(candidate)
        variant = ScenarioVariant(candidate=stored, **asdict(terms))
        variant.full_clean()
        variant.save(force_insert=True)
        touch(scenario, at=at)
    return variant


def withdraw_variant(
    *, variant: ScenarioVariant, by: User | None, reason: str, at: datetime
) -> None:
    with recorded(by=by, reason=_why(reason)):
        scenario, _stored = _opened(variant.candidate)
        variant.withdrawn_at = at
        variant.save(update_fields=["withdrawn_at"])
        touch(scenario, at=at)


def _why(reason: str) -> str:
    return said(reason, _("Say why the scenario changes."))


def _opened(candidate: ScenarioCandidate) -> tuple[SelectionScenario, ScenarioCandidate]:
    scenario = opened(candidate.scenario)
    return scenario, ScenarioCandidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
