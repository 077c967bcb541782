"""The breaks that the data team declared, as a plan of evaluation may take them up."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from indicators.models import Evaluation, EvaluationZone, KnownBreak


@dataclass(frozen=True)
class DeclaredBreaks:
    """`periods`: those with an end, the first one first. `lasting`: those without, after which the
    level stays another: no period to leave out, so that an evaluation cannot do without them."""

    periods: tuple[KnownBreak, ...]
    lasting: tuple[KnownBreak, ...]


def declared_breaks(plan: Evaluation) -> DeclaredBreaks:
    """Of the measure of the plan and of its treated zones, or of all."""
    treated = plan.evaluation_zones.filter(role=EvaluationZone.Role.TREATED).values("zone")
    found = list(
        KnownBreak.objects.standing()
        .filter(Q(indicator=None) | Q(indicator=plan.indicator_id))
        .filter(Q(zone=None) | Q(zone__in=treated))
        .order_by("from_on", "pk")
    )
    return DeclaredBreaks(
        tuple(one for one in found if one.until_on is not None),
        tuple(one for one in found if one.until_on is None),
    )
