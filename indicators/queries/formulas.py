"""Formulas as people read them: in words, with their versions and what they are used for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from indicators.analysis import formula as formulas
from indicators.models import Formula, Indicator
from indicators.queries.worksheet import Line, Recipe, lines, zones_of
from portfolio.models import Zone

PREVIEWED = 6  # periods
NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
TRIED = 5  # zones at once, until one has something to show


@dataclass(frozen=True)
class Preview:
    """The last periods of one zone, the latest first; `zones`: where the formula may be computed."""

    zone: Zone
    lines: tuple[Line, ...]
    zones: int


def preview(recipe: Recipe) -> Preview | None:
    """The metropolis where it has values, else the first zone that has; None: nothing to show."""
    zones = sorted(zones_of([recipe]), key=lambda one: one.kind != Zone.Kind.METROPOLIS)
    for place in range(0, len(zones), TRIED):
        tried = zones[place : place + TRIED]
        found = lines([recipe], tried)
        first = next((zone for zone in tried if zone.pk in found), None)
        if first is not None:
            return Preview(first, tuple(reversed(found[first.pk][-PREVIEWED:])), len(zones))
    return None


def versions(indicator: Indicator) -> QuerySet[Formula]:
    """All of them, the last one first, with their inputs."""
    found = Formula.objects.filter(indicator=indicator).select_related("indicator", "author")
    return found.prefetch_related("inputs__indicator", "inputs__zone").order_by("-version")


def latest(indicators: Iterable[int]) -> dict[int, Formula]:
    """The last version of each indicator that is computed, by its id, in three queries."""
    found = Formula.objects.filter(indicator__in=list(indicators)).select_related("indicator")
    joined = found.prefetch_related("inputs__indicator", "inputs__zone")
    last = joined.order_by("indicator_id", "-version").distinct("indicator_id")
    return {one.indicator_id: one for one in last}


def in_words(formula: Formula) -> str:
    """The formula with the names of its indicators, in the active language."""
    told = {"min": _("minimum"), "max": _("maximum"), "sum": _("sum"), "mean": _("mean")}
    for one in formula.inputs.all():
        place = f" ({one.zone.name})" if one.zone else ""
        told[one.name] = f"{one.indicator.name}{place}"
    text = formulas.in_words(formulas.parse(formula.expression), told, said)
    return text if formula.factor == 1 else f"({text}) × {said(formula.factor)}"


def said(number: float) -> str:
    """With all its digits, as the active language writes them: 1 000, 0,5."""
    text = formats.number_format(Decimal(formulas.plainly(number)), force_grouping=True)
    return str(text).replace(NO_BREAK, NARROW)


def users(indicator: Indicator) -> list[Indicator]:
    """The indicators whose last formula reads this one."""
    read = Indicator.objects.filter(formulas__inputs__indicator=indicator).distinct()
    last = latest(read.values_list("pk", flat=True))
    return [
        one for one in read.order_by("code")
        if any(told.indicator_id == indicator.pk for told in last[one.pk].inputs.all())
    ]  # fmt: skip
