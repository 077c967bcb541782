"""What a plan could detect, told before it is locked, from the past alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from indicators.analysis import impact
from indicators.analysis.impact import Detectable, Effect, NotIdentified
from indicators.analysis.impact.settings import SETTINGS
from indicators.analysis.impact.told import number
from indicators.models import Evaluation
from indicators.queries.evaluation_figures import Figures, figures_of, periods_planned
from indicators.services.estimating import SEED, estimate

Told = dict[str, Any]
CHANCE = 0.8416  # normal quantile of 80 %


def detectable(plan: Evaluation, *, as_of: datetime | None = None) -> Told:
    """The smallest effect that the design would show, in the unit of the indicator and as a share
    of the level of the past: `smallest`, `relative`, `after` (periods planned), `donors`, or
    `reasons` where the past does not allow to say.

    One series: by simulation of worlds without effect. Zones: the design at a false date of the
    past, with the same zones. What came after the intervention is never read.
    """
    figures = figures_of(plan, as_of=as_of)
    past, after = figures.upto(figures.start), periods_planned(plan)
    told: Told = {"after": after, "donors": len(figures.donors),
                  "fewest": SETTINGS.fewest_placebos if plan.compares else 0}  # fmt: skip
    if after < 1:
        return told | {"reasons": ["NOTHING_AFTER"]}
    found = _across_zones(plan, past, after) if plan.compares else _one_series(past, after)
    if isinstance(found, NotIdentified):
        return told | {"reasons": list(found.reasons)}
    level, size = float(past.outcome.mean()), _smallest(found)
    if size is None:
        return told | {"reasons": ["TOO_FEW_DONORS"]}
    return told | {"smallest": size, "relative": size / level if level > 0 else None}


def _smallest(found: Detectable | Effect) -> float | None:
    """Of a synthetic control, whose range holds no chance of its own, the spread of its placebos
    (each over how well it was followed before) is added."""
    if isinstance(found, Detectable):
        return number(found.smallest)
    reach = number(found.smallest_detectable)
    gaps = found.diagnostics.get("placebo_gaps")
    if reach is None or not gaps or "rmspe_before" not in found.diagnostics:
        return reach
    before = found.diagnostics["before"]
    scaled = [gap.iloc[before:].mean() / max(float((gap.iloc[:before] ** 2).mean()) ** 0.5, 1e-12)
              for gap in gaps.values()]  # fmt: skip
    return reach + CHANCE * float(np.std(scaled)) * float(found.diagnostics["rmspe_before"])


def _one_series(past: Figures, after: int) -> Detectable | NotIdentified:
    try:
        return impact.minimum_detectable_effect(past.outcome, after=after, season=past.season,
                                                seed=SEED)  # fmt: skip
    except ValueError as error:
        return NotIdentified(("UNREADABLE",), {"detail": str(error)})


def _across_zones(plan: Evaluation, past: Figures, after: int) -> Effect | NotIdentified:
    """At a false date as far from the end as the window is long, never in the first periods."""
    periods = past.table.index
    if len(periods) < SETTINGS.panel_before + 2:
        return NotIdentified(("TOO_FEW_BEFORE",))
    place = max(SETTINGS.panel_before, 2 * len(periods) // 3, len(periods) - after)
    return estimate(plan, past.moved(place))
