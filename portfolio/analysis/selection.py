"""Which projects to fund: the programme of most value that fits its envelopes and conditions.

A mixed integer model solved by HiGHS (the multidimensional knapsack with multiple choice: Kellerer,
Pferschy, Pisinger (2004), Knapsack Problems, ch. 9 and 11). The parts are in
`portfolio.analysis.choosing`. A gap is proven and said; every explanation is a programme solved again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio.analysis.choosing.conditions import Constraints, Equity
from portfolio.analysis.choosing.model import Fact, Model, build
from portfolio.analysis.choosing.neighbours import Alternatives, Comparison, alternatives, compare
from portfolio.analysis.choosing.options import Options, with_starts
from portfolio.analysis.choosing.reasons import Entry, Reason
from portfolio.analysis.choosing.results import Selection, envelope_rows, selected, sensitivity
from portfolio.analysis.choosing.solving import INFEASIBLE, OPTIMAL, relax, solve

__all__ = [
    "Alternatives",
    "Comparison",
    "Constraints",
    "Entry",
    "Equity",
    "Fact",
    "Reason",
    "Selection",
    "alternatives",
    "compare",
    "frontier",
    "select",
    "sensitivity",
    "with_starts",
]

LEAST_SHARE, MOST_SHARE = 0.1, 1.5  # of the envelopes, on the frontier
FRONTIER_S = 20.0  # of one of its points


def select(
    candidates: pd.DataFrame,
    *,
    envelopes: pd.Series | pd.DataFrame,
    constraints: Constraints | None = None,
    objective: str | pd.Series,
    time_limit_s: float = 60.0,
    gap: float | None = None,
) -> Selection:
    """The programme of most value.

    - `candidates`: one row a candidate, or a row for each of its options under an index (candidate,
      option), of which one at most is taken (`with_starts` makes those that start later). Columns:
      a figure for each envelope, in its unit (the AP, the CP of each year), and what `constraints`
      speak of.
    - `envelopes`: most of each figure (index: the columns of the candidates). As a table: figures in
      rows, funds in columns (the candidates' column `fund`), NaN where there is no limit.
    - `objective`: a column to make largest; or a value for each candidate or option; or weights by
      column (several goals).
    - `gap`: at which to stop; left out, 0 up to 250 options and 0.1 % beyond.

    Raises ValueError naming the field: an absent column, an unknown figure (never taken for 0), an
    unknown candidate.
    """
    rules = constraints or Constraints()
    model = build(Options(candidates), envelopes=envelopes, constraints=rules, objective=objective)
    return selected(model, time_limit_s=time_limit_s, gap=gap)


def frontier(
    candidates: pd.DataFrame,
    *,
    envelopes: pd.Series | pd.DataFrame,
    constraints: Constraints | None = None,
    objective: str | pd.Series,
    points: int,
    relaxed: bool = False,
) -> pd.DataFrame:
    """Value against budget: every envelope from 10 % to 150 % of itself, in `points` steps.

    One row a point: `share` of the envelopes, `budget` (the first envelope), `value` (NaN where
    nothing fits), `status` and `gap`. `relaxed`: of the relaxation, at once; then, instead of the gap,
    a column `price_<figure>` for each envelope (`price_<fund>_<figure>`).
    """
    if points < 2:
        raise ValueError("points: 2 or more")
    rules = constraints or Constraints()
    model = build(Options(candidates), envelopes=envelopes, constraints=rules, objective=objective)
    shares = np.linspace(LEAST_SHARE, MOST_SHARE, points)
    point = _relaxed_point if relaxed else _point
    return pd.DataFrame([point(model, float(share)) for share in shares])


def _budget(model: Model) -> float:
    places = envelope_rows(model)
    return model.rows[places[0]].high if places else np.nan


def _point(model: Model, share: float) -> dict[str, object]:
    scaled = model.scaled(share)
    solved = solve(scaled, time_limit_s=FRONTIER_S)
    value, gap = (solved.value, solved.gap) if solved.found else (np.nan, np.nan)
    start = {"share": share, "budget": _budget(scaled)}
    return {**start, "value": value, "status": solved.status, "gap": gap}


def _relaxed_point(model: Model, share: float) -> dict[str, object]:
    scaled = model.scaled(share)
    answer = relax(scaled)
    start: dict[str, object] = {"share": share, "budget": _budget(scaled)}
    if answer is None:
        return {**start, "value": np.nan, "status": INFEASIBLE}
    facts = [(number, scaled.rows[number].fact.facts) for number in envelope_rows(scaled)]
    prices = {
        "_".join(["price", *(str(fact[key]) for key in ("fund", "figure") if key in fact)]):
        answer.prices[number]
        for number, fact in facts
    }  # fmt: skip
    return {**start, "value": answer.value, "status": OPTIMAL, **prices}
