"""Zones that a plan may compare with: how alike they were before, and what speaks against them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from indicators.models import Evaluation, EvaluationZone
from indicators.queries.evaluation_figures import Figures, table_of
from portfolio.models import ProjectZone, Zone

# Judgement, told on the screen: within this ratio of levels, and this difference of trend a year.
LEVELS, TREND = (0.5, 2.0), 0.05
PERIODS_A_YEAR = {7: 365.25, 12: 12.0, 4: 4.0, None: 1.0}


@dataclass(frozen=True)
class Candidate:
    """`level`: its mean before, over that of the treated zone; `trend`: its change a year less
    that of the treated zone, as a share of its level; both None without figures. `against`: TOUCHED
    (by the project), NEIGHBOUR (of a treated zone), MISSING (values), UNLIKE, or empty."""

    zone: Zone
    level: float | None
    trend: float | None
    against: str

    @property
    def is_proposed(self) -> bool:
        return self.against == ""


def candidates(plan: Evaluation, *, as_of: datetime | None = None) -> list[Candidate]:
    """Zones of the kinds of the treated ones, those proposed first, the most alike first.

    Only what came before the intervention is looked at: the choice must not know the outcome.
    """
    treated = [one.zone for one in plan.evaluation_zones.filter(
        role=EvaluationZone.Role.TREATED).select_related("zone")]  # fmt: skip
    others = list(
        Zone.objects.filter(kind__in={zone.kind for zone in treated})
        .exclude(pk__in=[zone.pk for zone in treated]).order_by("name")
    )  # fmt: skip
    past = table_of(plan, treated, others, as_of=as_of)
    past = past.upto(past.start)
    barred = _touched(plan, treated)
    found = [_candidate(zone, past, barred.get(zone.pk, "")) for zone in others]
    return sorted(found, key=lambda one: (not one.is_proposed, _distance(one), one.zone.name))


def _touched(plan: Evaluation, treated: list[Zone]) -> dict[int, str]:
    """Zones of the project, and those that border a treated one."""
    near: set[int] = set()
    for zone in treated:
        if zone.geometry is not None:
            around = Zone.objects.filter(kind=zone.kind, geometry__intersects=zone.geometry)
            near |= set(around.values_list("pk", flat=True))
    own = ProjectZone.objects.filter(project=plan.project_id).values_list("zone_id", flat=True)
    return dict.fromkeys(near, "NEIGHBOUR") | dict.fromkeys(own, "TOUCHED")


def _candidate(zone: Zone, past: Figures, against: str) -> Candidate:
    own, treated = past.table[zone.code], past.table[list(past.treated)].mean(axis=1)
    if own.notna().sum() < 2 or treated.notna().sum() < 2:
        return Candidate(zone, None, None, against or "MISSING")
    level = float(own.mean() / treated.mean()) if treated.mean() else None
    trend = _slope(own, past) - _slope(treated, past)
    holes = bool((own.isna() & treated.notna()).any())
    unlike = level is None or not LEVELS[0] <= level <= LEVELS[1] or abs(trend) > TREND
    return Candidate(zone, level, trend,
                     against or ("MISSING" if holes else "UNLIKE" if unlike else ""))  # fmt: skip


def _slope(values: pd.Series[float], past: Figures) -> float:
    """Change a year as a share of the level, by least squares."""
    known = values.dropna()
    years = np.arange(len(values))[values.notna()] / PERIODS_A_YEAR[past.season]
    if len(known) < 3 or not known.mean():
        return 0.0
    return float(np.polyfit(years, known.to_numpy(), 1)[0] / known.mean())


def _distance(one: Candidate) -> float:
    if one.level is None or one.level <= 0 or one.trend is None:
        return float("inf")
    return abs(float(np.log(one.level))) + 5 * abs(one.trend)
