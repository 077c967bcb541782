"""Why a candidate is in or out, each answer held against a programme solved again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from portfolio.analysis.choosing.conflict import conflict
from portfolio.analysis.choosing.model import (
    ENVELOPE,
    EXCLUDED,
    MANDATORY,
    NO_LIMIT,
    STARTED,
    Fact,
    Model,
    Row,
)
from portfolio.analysis.choosing.options import Places
from portfolio.analysis.choosing.solving import INFEASIBLE, Solved, broken, solve
from portfolio.results import Unknown

CHOSEN, NEEDED = "CHOSEN", "NEEDED"
LIMITED, IMPOSSIBLE, NO_GAIN = "LIMITED", "IMPOSSIBLE", "NO_GAIN"
NOT_BY_MONEY, NOT_ASKED = "NOT_BY_MONEY", "NOT_ASKED"
FIRST_STEP, FINEST = 0.01, 1e-3  # shares of the envelopes
SAME = 1e-8  # of the largest value: less is a tie


@dataclass(frozen=True)
class Entry:
    """With every envelope at `share` of the present one, every best programme holds the candidate.

    At `out_at` it did not yet have to be held. A larger budget may leave it out again: whole
    projects do not fill a budget evenly. `envelopes`: the limits at `share`, in the order of the
    envelopes. `verified`: the programme solved again at `share` holds it.
    """

    share: float
    out_at: float
    envelopes: tuple[Mapping[str, Any], ...]
    verified: bool


@dataclass(frozen=True)
class Reason:
    """Why one candidate is in or out.

    `code`, in: MANDATORY, STARTED, NEEDED (nothing fits without it: `binding` says why), CHOSEN; out:
    EXCLUDED, IMPOSSIBLE (nothing fits with it), LIMITED (added to what is chosen it breaks
    `binding`), NO_GAIN. `difference`: the value of the programme less that of the best programme
    with the opposite decision on this candidate; negative, it is what a forced decision costs.
    `opposite`: the candidates of that programme, none where nothing fits.
    """

    candidate: Hashable
    chosen: bool
    code: str
    binding: tuple[Fact, ...]
    difference: float | Unknown
    enters_at: Entry | Unknown
    opposite: tuple[Hashable, ...] = ()


@dataclass(frozen=True)
class _Question:
    """One candidate, with the model in which nothing forces it in or out."""

    candidate: Hashable
    places: Places
    free: Model
    time_limit_s: float
    gap: float | None

    @property
    def taken(self) -> Model:
        return self.free.adding(self._row(MANDATORY, 1.0, NO_LIMIT))

    @property
    def left(self) -> Model:
        return self.free.adding(self._row(EXCLUDED, -NO_LIMIT, 0.0))

    def _row(self, code: str, low: float, high: float) -> Row:
        fact = Fact(code, {"candidate": self.candidate})
        return Row(fact, self.places, np.ones(len(self.places)), low, high)

    def solve(self, model: Model) -> Solved:
        return solve(model, time_limit_s=self.time_limit_s, gap=self.gap)

    def against(self, model: Model) -> tuple[Fact, ...]:
        """What makes a model impossible, the decision on this candidate itself left out."""
        asked = model.rows[-1].fact
        return tuple(fact for fact in conflict(model) if fact is not asked)

    def holds_at(self, share: float) -> bool:
        """No programme without the candidate is worth as much as the best found with it. The best
        one of all is asked first: where it does without the candidate, the answer is no."""
        inside = self.solve(self.free.scaled(share))
        if not np.isin(self.places, inside.taken).any():
            return False
        outside = self.solve(self.left.scaled(share))
        tie = SAME * float(np.abs(self.free.value).max(initial=0.0))
        return outside.status == INFEASIBLE or inside.value > outside.bound + tie


class Reasons(Mapping[Hashable, Reason]):
    """A reason for each candidate of a programme; each costs a few programmes solved again."""

    def __init__(
        self, model: Model, solved: Solved, time_limit_s: float, gap: float | None
    ) -> None:
        self._model, self._solved = model, solved
        self._time_limit_s, self._gap = time_limit_s, gap
        self._known: dict[Hashable, Reason] = {}

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._model.options.names)

    def __len__(self) -> int:
        return len(self._model.options.names)

    def __getitem__(self, candidate: Hashable) -> Reason:
        if candidate not in self._model.options.names:
            raise KeyError(candidate)
        if candidate not in self._known:
            self._known[candidate] = self._reason(candidate)
        return self._known[candidate]

    def brief(self, candidate: Hashable) -> Reason:
        """The same without the budget at which it enters (NOT_ASKED), which takes longest."""
        return self._known.get(candidate) or self._reason(candidate, entry=False)

    def _reason(self, candidate: Hashable, *, entry: bool = True) -> Reason:
        places = self._model.options.places(candidate, "candidate")
        forced = _forced(self._model, candidate)
        free = self._model.without(forced)
        question = _Question(candidate, places, free, self._time_limit_s, self._gap)
        codes = [self._model.rows[number].fact.code for number in forced]
        if not self._solved.found:
            return Reason(candidate, False, self._solved.status, conflict(self._model),  # noqa: FBT003
                          Unknown(self._solved.status), Unknown(self._solved.status))  # fmt: skip
        if np.isin(places, self._solved.taken).any():
            return self._inside(question, codes)
        return self._outside(question, codes, entry=entry)

    def _inside(self, question: _Question, codes: list[str]) -> Reason:
        opposite = question.solve(question.left)
        binding = question.against(question.left) if opposite.status == INFEASIBLE else ()
        code = codes[0] if codes else (NEEDED if binding else CHOSEN)
        difference = self._difference(opposite)
        return Reason(question.candidate, True, code, binding, difference, Unknown(CHOSEN),  # noqa: FBT003
                      self._names(opposite))  # fmt: skip

    def _outside(self, question: _Question, codes: list[str], *, entry: bool) -> Reason:
        opposite = question.solve(question.taken)
        code, binding = self._against(question, opposite)
        is_asked = entry and EXCLUDED not in codes
        missing = Unknown(EXCLUDED if EXCLUDED in codes else NOT_ASKED)
        return Reason(
            candidate=question.candidate,
            chosen=False,
            code=EXCLUDED if EXCLUDED in codes else code,
            binding=binding,
            difference=self._difference(opposite),
            enters_at=enters_at(question) if is_asked else missing,
            opposite=self._names(opposite),
        )

    def _names(self, opposite: Solved) -> tuple[Hashable, ...]:
        names, of = self._model.options.names, self._model.options.of
        return tuple(names[of[place]] for place in opposite.taken)

    def _difference(self, opposite: Solved) -> float | Unknown:
        return self._solved.value - opposite.value if opposite.found else Unknown(opposite.status)

    def _against(self, question: _Question, opposite: Solved) -> tuple[str, tuple[Fact, ...]]:
        if opposite.status == INFEASIBLE:
            return IMPOSSIBLE, question.against(question.taken)
        binding = _binding(question.free, self._solved.taken, question.places)
        return (LIMITED, binding) if binding else (NO_GAIN, ())


def _forced(model: Model, candidate: Hashable) -> list[int]:
    codes = {MANDATORY, STARTED, EXCLUDED}
    return [
        number
        for number, row in enumerate(model.rows)
        if row.fact.code in codes and row.fact.facts["candidate"] == candidate
    ]


def _binding(model: Model, taken: Places, places: Places) -> tuple[Fact, ...]:
    """What the option that disturbs least breaks, added to what is chosen."""
    each = [broken(model, np.append(taken, place)) for place in places]
    fewest = min(each, key=len)
    return tuple(model.rows[number].fact for number in fewest)


def enters_at(question: _Question) -> Entry | Unknown:
    """The first share of the envelopes found at which the candidate must be in, to 0.1 %.

    Steps that double, then halves: not always the smallest such share, since holding a candidate
    is not monotone in the budget. NOT_BY_MONEY where no larger budget brings it in.
    """
    out, step, most = 1.0, FIRST_STEP, _enough(question.free)
    share = min(1.0 + step, most)
    while not question.holds_at(share):
        if share >= most:
            return Unknown(NOT_BY_MONEY)
        out, step = share, step * 2
        share = min(1.0 + step, most)
    while share - out > FINEST * out:
        middle = (share + out) / 2
        share, out = (middle, out) if question.holds_at(middle) else (share, middle)
    scaled = question.free.scaled(share)
    envelopes = tuple(row.fact.facts for row in scaled.rows if row.fact.code == ENVELOPE)
    again = question.solve(scaled)
    verified = bool(np.isin(question.places, again.taken).any())
    return Entry(share, out, envelopes, verified)


def _enough(model: Model) -> float:
    """The share at which no envelope says no: every option of every candidate could be paid."""
    shares = (
        float(np.maximum(row.weights, 0.0).sum()) / row.high
        for row in model.rows
        if row.fact.code == ENVELOPE and row.high > 0
    )
    return max(1.0, *shares, 1.0) * (1 + FINEST)
