"""What a choice of projects yields: the programme, its gap, its prices, or what stands against it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from portfolio.analysis.choosing.conflict import conflict
from portfolio.analysis.choosing.model import ENVELOPE, Fact, Model
from portfolio.analysis.choosing.options import Places
from portfolio.analysis.choosing.reasons import Reasons
from portfolio.analysis.choosing.solving import INFEASIBLE, NO_ANSWER, Solved, relax, solve
from portfolio.results import Unknown

OF_THE_RELAXATION = "of the relaxation"


@dataclass(frozen=True)
class Selection:
    """A programme.

    `status`: OPTIMAL (within the gap asked for), TIME_LIMIT (the best found by then), INFEASIBLE or
    NO_ANSWER. `chosen`: candidates in their order; `options`: by candidate, the option taken ("" where
    there is one way). `value` and `gap` (relative, proven) are Unknown with the status where there
    is no programme. `conflict`: where nothing fits, conditions that cannot hold together.
    """

    status: str
    chosen: tuple[Hashable, ...]
    options: Mapping[Hashable, Hashable]
    value: float | Unknown
    gap: float | Unknown
    model: Model = field(repr=False, compare=False)
    solved: Solved = field(repr=False, compare=False)
    time_limit_s: float = field(default=60.0, compare=False)
    asked_gap: float | None = field(default=None, compare=False)

    @cached_property
    def conflict(self) -> tuple[Fact, ...]:
        """The smallest set of conditions that stand against each other; () where something fits."""
        return conflict(self.model) if self.status == INFEASIBLE else ()

    @cached_property
    def shadow_prices(self) -> pd.Series | Unknown:
        """Value of one more unit of each envelope, of the relaxation: by figure, or (fund, figure)."""
        relaxed = relax(self.model)
        if relaxed is None:
            return Unknown(INFEASIBLE)
        places = envelope_rows(self.model)
        index = _envelope_index(self.model)
        return pd.Series(relaxed.prices[places], index=index, name=OF_THE_RELAXATION)

    @cached_property
    def why(self) -> Reasons:
        """By candidate, why it is in or out: reckoned when it is asked for, then kept."""
        return Reasons(self.model, self.solved, self.time_limit_s, self.asked_gap)

    @cached_property
    def spent(self) -> pd.Series:
        """Of each envelope, in its unit."""
        return _spent(self.model, self.solved.taken)


def selected(model: Model, *, time_limit_s: float, gap: float | None) -> Selection:
    """Solve a model and name what was taken."""
    return named(model, solve(model, time_limit_s=time_limit_s, gap=gap), time_limit_s, gap)


def named(model: Model, solved: Solved, time_limit_s: float, gap: float | None) -> Selection:
    names, of = model.options.names, model.options.of
    taken = {names[of[place]]: model.options.option(int(place)) for place in solved.taken}
    known = solved.status not in {INFEASIBLE, NO_ANSWER}
    return Selection(
        status=solved.status,
        chosen=tuple(taken),
        options=taken,
        value=solved.value if known else Unknown(solved.status),
        gap=solved.gap if known else Unknown(solved.status),
        model=model,
        solved=solved,
        time_limit_s=time_limit_s,
        asked_gap=gap,
    )


def envelope_rows(model: Model) -> list[int]:
    """The numbers of the rows that are envelopes."""
    return [number for number, row in enumerate(model.rows) if row.fact.code == ENVELOPE]


def sensitivity(selection: Selection, *, step: float = 0.01) -> pd.DataFrame:
    """What a little more of each envelope brings: the price of the relaxation beside a new solution.

    One row an envelope; columns `of_the_relaxation` (value a unit), `resolved` (value a unit, of
    the programme solved again with `step` more), `gain` (its value less the present one) and
    `gain_at_most` (what the gaps leave open). Raises ValueError where there is no programme.
    """
    prices = selection.shadow_prices
    if isinstance(prices, Unknown) or not selection.solved.found:
        raise ValueError("selection: there is no programme")
    rows = []
    for number, price in zip(envelope_rows(selection.model), prices, strict=True):
        more = selection.model.rows[number].high * step
        solved = solve(
            selection.model.widened(number, more),
            time_limit_s=selection.time_limit_s,
            gap=selection.asked_gap,
        )
        gain = max(solved.value - selection.solved.value, 0.0)
        at_most = solved.bound - selection.solved.value
        rows.append((price, gain / more if more else 0.0, gain, max(at_most, gain)))
    columns = ["of_the_relaxation", "resolved", "gain", "gain_at_most"]
    return pd.DataFrame(rows, index=prices.index, columns=columns)


def _envelope_index(model: Model) -> pd.Index:
    facts = [model.rows[number].fact.facts for number in envelope_rows(model)]
    if facts and "fund" in facts[0]:
        pairs = [(fact["fund"], fact["figure"]) for fact in facts]
        both: pd.Index = pd.MultiIndex.from_tuples(pairs, names=["fund", "figure"])
        return both
    figures: pd.Index = pd.Index([fact["figure"] for fact in facts])
    return figures


def _spent(model: Model, taken: Places) -> pd.Series:
    sums = []
    chosen = set(taken.tolist())
    for number in envelope_rows(model):
        row = model.rows[number]
        pairs = zip(row.places.tolist(), row.weights.tolist(), strict=True)
        sums.append(sum(weight for place, weight in pairs if place in chosen))
    return pd.Series(sums, index=_envelope_index(model), dtype=float)
