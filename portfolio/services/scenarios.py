"""Scenarios of arbitration: their envelopes, their copies, their end."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from portfolio.machine_reasons import by_machine
from portfolio.models import (
    Exercise,
    ScenarioCandidate,
    ScenarioVariant,
    ScenarioYear,
    SelectionScenario,
    User,
)
from portfolio.services.history import recorded, said

LONGEST_YEARS = 15
NAME_LENGTH = 200
COPIED = gettext_noop("Copy of “%(name)s”")


@dataclass(frozen=True)
class ScenarioTerms:
    """What a scenario says of itself; `cp` is by year, a year that is not there has no limit."""

    name_fr: str
    first_year: int
    last_year: int
    ap_total_eur: Decimal | None
    cp: Mapping[int, Decimal]
    name_en: str = ""
    purpose_fr: str = ""
    purpose_en: str = ""
    value_source: str = SelectionScenario.Value.ENTERED
    exercise: Exercise | None = None
    is_net: bool = False
    delay_years: int = 0
    delay_discount: Decimal = Decimal(0)


def create(
    *, terms: ScenarioTerms, by: User | None, reason: str, at: datetime
) -> SelectionScenario:
    """Open a scenario without candidates yet. Raises ValidationError by field."""
    _check(terms)
    scenario = SelectionScenario(**_columns(terms), created_by=by, created_at=at, updated_at=at)
    with recorded(by=by, reason=_why(reason)):
        scenario.full_clean(exclude=["created_by"], validate_constraints=False)
        scenario.save(force_insert=True)
        _set_years(scenario, terms.cp)
    return scenario


def change(
    *, scenario: SelectionScenario, terms: ScenarioTerms, by: User | None, reason: str, at: datetime
) -> SelectionScenario:
    """Change its terms. Raises ValidationError by field, and on a locked one."""
    _check(terms)
    with recorded(by=by, reason=_why(reason)):
        stored = opened(scenario)
        for name, value in _columns(terms).items():
            setattr(stored, name, value)
        stored.updated_at = at
        stored.full_clean(exclude=["created_by"], validate_constraints=False)
        stored.save()
        _set_years(stored, terms.cp)
    return stored


def lock(*, scenario: SelectionScenario, by: User | None, reason: str, at: datetime) -> None:
    """Keep it as it is: a decision rests on it. Raises ValidationError."""
    with recorded(by=by, reason=_why(reason)):
        stored = opened(scenario)
        stored.state, stored.updated_at = SelectionScenario.State.LOCKED, at
        stored.save(update_fields=["state", "updated_at"])


def withdraw(*, scenario: SelectionScenario, by: User | None, reason: str, at: datetime) -> None:
    """Off the lists, with what it gave; it can be brought back."""
    with recorded(by=by, reason=_why(reason)):
        stored = SelectionScenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
        stored.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])


def bring_back(*, scenario: SelectionScenario, by: User | None, reason: str) -> None:
    with recorded(by=by, reason=_why(reason)):
        stored = SelectionScenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
        stored.withdrawn_at = None
        stored.save(update_fields=["withdrawn_at"])


def copy(*, scenario: SelectionScenario, by: User | None, at: datetime) -> SelectionScenario:
    """“What if”: the same terms, candidates and conditions, open, under a name of its own."""
    reason = by_machine(COPIED, name=scenario.name_fr)
    with recorded(by=by, reason=reason):
        made = SelectionScenario.objects.get(pk=scenario.pk)
        made.pk, made._state.adding = None, True
        made.name_fr = _copied_name(scenario.name_fr, "fr")
        made.name_en = _copied_name(scenario.name_en, "en") if scenario.name_en else ""
        made.state, made.withdrawn_at = SelectionScenario.State.OPEN, None
        made.copied_from, made.created_by = scenario, by
        made.created_at = made.updated_at = at
        made.save(force_insert=True)
        _set_years(made, {one.year: one.cp_eur for one in scenario.envelopes.all()})
        _copy_candidates(scenario, made)
        for condition in scenario.conditions.current().order_by("pk"):
            condition.pk, condition._state.adding = None, True
            condition.scenario = made
            condition.save(force_insert=True)
    return made


def opened(scenario: SelectionScenario) -> SelectionScenario:
    """Locked for the transaction, and open to change. Raises ValidationError."""
    stored = SelectionScenario.objects.select_for_update(of=("self",)).get(pk=scenario.pk)
    if not stored.is_open:
        raise ValidationError(_("This scenario is locked: go on from a copy of it."))
    return stored


def touch(scenario: SelectionScenario, *, at: datetime) -> None:
    scenario.updated_at = at
    scenario.save(update_fields=["updated_at"])


# ---------------------------------------------------------------- below


def _why(reason: str) -> str:
    return said(reason, _("Say why the scenario changes."))


def _columns(terms: ScenarioTerms) -> dict[str, object]:
    columns = asdict(terms) | {"exercise": terms.exercise}
    del columns["cp"]
    return columns


def _check(terms: ScenarioTerms) -> None:
    errors: dict[str, str] = {}
    if not terms.name_fr.strip():
        errors["name_fr"] = _("Give it a name.")
    if not terms.first_year <= terms.last_year < terms.first_year + LONGEST_YEARS:
        errors["last_year"] = _("The last year is within fifteen years of the first one.")
    if terms.ap_total_eur is None and not terms.cp:
        errors["ap_total_eur"] = _(
            "Enter a total or at least one year: without a limit all projects fit."
        )
    if not 0 <= terms.delay_discount < 1:
        errors["delay_discount"] = _("A share of the value, from 0 to less than 1.")
    needs = {SelectionScenario.Value.EXERCISE, SelectionScenario.Value.ROBUST}
    if terms.value_source in needs and terms.exercise is None:
        errors["exercise"] = _("Choose the exercise that gives the value.")
    if errors:
        raise ValidationError(errors)


def _set_years(scenario: SelectionScenario, cp: Mapping[int, Decimal]) -> None:
    """Those outside the years of the scenario are left out."""
    wanted = {year: amount for year, amount in cp.items() if year in scenario.years}
    for row in scenario.envelopes.all():
        amount = wanted.pop(row.year, None)
        if amount is None:
            row.delete()
        elif amount != row.cp_eur:
            row.cp_eur = amount
            row.save(update_fields=["cp_eur"])
    for year, amount in wanted.items():
        ScenarioYear.objects.create(scenario=scenario, year=year, cp_eur=amount)


def _copied_name(name: str, language: str) -> str:
    with override(language):
        suffix = _(" (what if)")
    return f"{name[: NAME_LENGTH - len(suffix)]}{suffix}"


def _copy_candidates(scenario: SelectionScenario, made: SelectionScenario) -> None:
    found = scenario.candidates.current().prefetch_related("variants").order_by("pk")
    for candidate in found:
        variants = [one for one in candidate.variants.all() if one.withdrawn_at is None]
        copied = ScenarioCandidate.objects.get(pk=candidate.pk)
        copied.pk, copied._state.adding, copied.scenario = None, True, made
        copied.save(force_insert=True)
        for variant in variants:
            _again(variant, copied)


def _again(variant: ScenarioVariant, candidate: ScenarioCandidate) -> None:
    variant.pk, variant._state.adding, variant.candidate = None, True, candidate
    variant.save(force_insert=True)
