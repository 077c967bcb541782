"""What may be described without being evaluated: before and after, and two usual illusions."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact import noise
from indicators.analysis.impact.grading import RULES
from indicators.analysis.impact.inputs import make_case
from indicators.analysis.impact.results import NOT_SHOWN, Effect, NotIdentified, relative_to
from indicators.analysis.impact.settings import Settings
from indicators.analysis.impact.structural import student
from portfolio.results import Unknown

FEWEST = Settings(min_before=3, min_after=1, min_before_monthly=3, cycles=1)


def before_after(
    series: pd.Series[float], *, start: Any, level: float = 0.05
) -> Effect | NotIdentified:
    """Mean after less mean before. Descriptive: grade E, never a verdict, no p-value.

    The range is that of a step whose points follow one another (AR(1) noise); it tells how the
    series moves by itself, not what a project did. NotIdentified below 3 points before, 1 after.
    """
    case = make_case(series, start, None, None, FEWEST)
    if isinstance(case, NotIdentified):
        return case
    before, after = (float(side.mean()) for side in np.split(case.y, [case.before]))
    found = noise.coefficient(case.column, case.stepped, case.t, family=noise.AR)
    told = student("AR1", after - before, float(found.error[0]), found.df, level)
    relative = relative_to(after, before, told.low, told.high)
    expected = pd.Series(before, index=case.index[case.before :])
    diagnostics = {"descriptive": True, "mean_before": before, "mean_after": after,
                   "before": case.before, "after": case.after, "missing": case.missing,
                   "flags": ("DESCRIPTIVE",), "grade_rule": RULES["E"]}  # fmt: skip
    return Effect(
        told.point, told.low, told.high, 1 - level, relative[0], told.point * case.after, expected,
        Unknown("DESCRIPTIVE"), {}, diagnostics, NOT_SHOWN, "E", "BEFORE_AFTER", relative[1],
        relative[2], told.low * case.after, told.high * case.after,
    )  # fmt: skip


@dataclass(frozen=True)
class RegressionToTheMean:
    """`flagged`: the site lay at an end of the sites when it was chosen. `expected_change`: what
    it would do by itself, pulled towards the mean of the sites by the share that is noise."""

    flagged: bool
    rank: int
    of: int
    reliability: float
    expected_change: float


def regression_to_the_mean(
    past: pd.DataFrame, *, site: Hashable, direction: str
) -> RegressionToTheMean:
    """Whether a chosen site is bound to improve by itself.

    `past`: sites (rows) by times before the choice (columns). `direction`: UP where more is
    better. Reliability is the share of variance between sites that lasts (intraclass, one period);
    a site among the worst 10 % is flagged. Raises ValueError naming the field that is wrong.
    """
    if direction not in ("UP", "DOWN"):
        raise ValueError(f"direction: {direction!r} is not UP or DOWN")
    if site not in past.index:
        raise ValueError(f"site: {site!r} is not a row of the past")
    known = past.dropna()
    if site not in known.index or known.shape[0] < 5 or known.shape[1] < 2:
        raise ValueError("past: 5 sites and 2 times without a missing value are needed")
    values = known.to_numpy(dtype=float)
    times, means = values.shape[1], values.mean(axis=1)
    within = float(((values - means[:, None] - values.mean(axis=0) + values.mean()) ** 2).sum()
                   / ((len(values) - 1) * (times - 1)))  # fmt: skip
    between = float(means.var(ddof=1))
    reliability = max(0.0, 1 - within / times / between) if between > 0 else 0.0
    own = float(means[list(known.index).index(site)])
    worse = means < own if direction == "UP" else means > own
    place = 1 + int(worse.sum())
    return RegressionToTheMean(place <= max(1, round(0.1 * len(known))), place, len(known),
                               reliability, (1 - reliability) * (float(means.mean()) - own))  # fmt: skip


@dataclass(frozen=True)
class Simpson:
    """`flagged`: the pooled change has the other sign in most communes; then `changes`, one a
    commune, is what is shown. `reversed_in`: how many of them."""

    flagged: bool
    pooled: float
    changes: pd.Series[float]
    reversed_in: int


def simpson(communes: pd.DataFrame) -> Simpson:
    """Change of a rate pooled and by commune.

    `communes`: one row each, columns `before`, `after` (rates), `weight_before`, `weight_after`
    (what the rates are over). Rows that lack one are left out of both.
    """
    wanted = ["before", "after", "weight_before", "weight_after"]
    if not set(wanted) <= set(communes.columns):
        raise ValueError(f"communes: the columns {', '.join(wanted)} are needed")
    known = communes[wanted].astype(float).dropna()
    if known.empty or (known[["weight_before", "weight_after"]] <= 0).any().any():
        raise ValueError("communes: weights above zero are needed")
    then, now = (float(np.average(known[side], weights=known[f"weight_{side}"]))
                 for side in ("before", "after"))  # fmt: skip
    changes = known["after"] - known["before"]
    reverse = int((changes * (now - then) < 0).sum())
    return Simpson(2 * reverse > len(changes), now - then, changes, reverse)
