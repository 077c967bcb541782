"""The formula of an indicator: agreeing on a version, which is computed at once for all periods."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from indicators.models import DataSource, Feed, Formula, FormulaInput, Indicator, Run
from indicators.models.source import FORMULA
from indicators.queries.worksheet import Input
from indicators.services import planning
from indicators.services.formula_checks import Draft, Verdict, check
from portfolio.models import User

SOURCE = "formules"
SOURCE_NAME = "Indicateurs calculés"
LONG_AGO = date(2000, 1, 1)  # where no input says since when it is asked for


@dataclass(frozen=True)
class Agreed:
    """A new version, and the run that computes it: ring for it once all is committed."""

    formula: Formula
    run: Run


def current(indicator: Indicator) -> Formula | None:
    """The last version; None: the indicator is not computed."""
    versions = Formula.objects.filter(indicator=indicator).select_related("author", "indicator")
    return versions.prefetch_related("inputs__indicator", "inputs__zone").order_by(
        "-version"
    ).first()  # fmt: skip


@transaction.atomic
def agree(*, draft: Draft, by: User | None, reason: str, at: datetime) -> Agreed | None:
    """Add a version, if it says anything else than the last one; earlier ones stay. Raises
    ValidationError, `{field: messages}`, where it cannot be computed.

    Two at a time could make a circle: they wait for each other.
    """
    source = _source()
    verdict = check(draft)
    if verdict.problems or verdict.recipe is None:
        raise ValidationError(by_field(verdict))
    last = current(draft.indicator)
    fields = _fields(draft, verdict)
    inputs = [_input_fields(one) for one in verdict.recipe.inputs]
    if last is not None and _said(last) == (fields, _sorted(inputs)):
        Feed.objects.filter(source=source, indicator=draft.indicator).update(is_active=True)
        return None
    formula = Formula.objects.create(
        indicator=draft.indicator, version=last.version + 1 if last else 1, **fields,
        reason=reason.strip()[:500], author=by, agreed_at=at,
    )  # fmt: skip
    FormulaInput.objects.bulk_create(FormulaInput(formula=formula, **one) for one in inputs)
    feed = _feed(source, formula)
    return Agreed(formula, planning.plan_window(feed=feed, since=None, until=None, now=at))


@transaction.atomic
def stop(*, indicator: Indicator) -> bool:
    """Compute it no more; its figures are no longer shown, and none is lost. Agreeing on a formula
    again, even the same, starts it. False: it was not computed."""
    running = Feed.objects.filter(source__protocol=FORMULA, indicator=indicator, is_active=True)
    return bool(running.update(is_active=False))


def by_field(verdict: Verdict) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in verdict.problems:
        found.setdefault(one.field, []).append(one.message)
    return found


def _source() -> DataSource:
    """What stands for the computation among the sources, locked."""
    DataSource.objects.get_or_create(
        code=SOURCE, defaults={"name": SOURCE_NAME, "protocol": FORMULA, "base_url": ""}
    )
    return DataSource.objects.select_for_update().get(code=SOURCE)


def _feed(source: DataSource, formula: Formula) -> Feed:
    """What the values of the indicator are published under, by the days of the territory."""
    indicator = formula.indicator
    time = {"field": "period", "timezone": timezone.get_default_timezone_name(),
            "period": indicator.frequency}  # fmt: skip
    used = formula.inputs.values_list("indicator", flat=True)
    feed, _created = Feed.objects.update_or_create(
        code=f"{SOURCE}-{indicator.code}",
        defaults={
            "source": source, "indicator": indicator, "collection": f"v{formula.version}",
            "mapping": {"time": time, "value": {"field": "value"}, "zone": {"field": "zone"}},
            "starts_on": _first_day(Feed.objects.filter(indicator__in=used)), "is_active": True,
        },
    )  # fmt: skip
    return feed


def _first_day(feeds: Iterable[Feed]) -> date:
    return min((feed.starts_on for feed in feeds), default=LONG_AGO)


def _fields(draft: Draft, verdict: Verdict) -> dict[str, Any]:
    return {
        "expression": draft.expression.strip(),
        "unit": draft.indicator.machine_unit,
        "factor": verdict.units.factor if verdict.units else 1.0,
        "are_units_checked": verdict.units is not None,
        "valid_from": draft.valid_from,
    }


def _input_fields(one: Input) -> dict[str, Any]:
    return {"name": one.name, "indicator": one.indicator, "zone": one.zone, "time": one.time,
            "unit": one.indicator.machine_unit}  # fmt: skip


def _sorted(inputs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(inputs, key=lambda one: str(one["name"]))


def _said(formula: Formula) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A version, as `_fields` and `_input_fields` would write it."""
    names = ("expression", "unit", "factor", "are_units_checked", "valid_from")
    inputs = [
        {name: getattr(one, name) for name in ("name", "indicator", "zone", "time", "unit")}
        for one in formula.inputs.all()
    ]
    return {name: getattr(formula, name) for name in names}, _sorted(inputs)


@transaction.atomic
def state_unit(*, indicator: Indicator, unit: str) -> None:
    """The unit of an indicator as formulas read it; empty: not known. Versions of formulas keep
    the unit they were checked with."""
    Indicator.objects.filter(pk=indicator.pk).update(machine_unit=unit)
