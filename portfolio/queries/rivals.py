"""What would change the rank of one project: its own scores, or those and the weights of another."""

from __future__ import annotations

from dataclasses import dataclass

from portfolio.analysis.ranking import Challenge, to_beat, tornado
from portfolio.models import Candidate, Criterion
from portfolio.queries.ranked import Ranking
from portfolio.results import Unknown

HIGHEST = 100.0


@dataclass(frozen=True)
class Swing:
    """What one score of a project, alone at its ends, makes of its value and rank."""

    criterion: Criterion
    value_low: float
    value_high: float
    rank_low: int
    rank_high: int

    @property
    def width(self) -> float:
        return self.value_high - self.value_low


def swings_of(ranking: Ranking, candidate: Candidate) -> tuple[Swing, ...]:
    """The widest first. Where a score of another project is missing it is taken at the middle."""
    values = ranking.values
    middle = values.central.fillna(HIGHEST / 2)
    table = tornado(middle, values.low, values.high, ranking.weighting.weights,
                    project=candidate.pk)  # fmt: skip
    named = {str(leaf.pk): leaf for leaf in ranking.leaves}
    columns = ["value_low", "value_high", "rank_low", "rank_high"]
    rows = table[columns].itertuples(name=None)
    return tuple(
        Swing(named[str(key)], low, high, int(first), int(last))
        for key, low, high, first, last in rows
    )


def challenge_of(ranking: Ranking, leader: Candidate, challenger: Candidate) -> Challenge | Unknown:
    """What would have to be true for the challenger to beat the leader. Unknown: MISSING_SCORE."""
    whole = set(ranking.values.whole)
    if not {leader.pk, challenger.pk} <= whole:
        return Unknown("MISSING_SCORE")
    return to_beat(ranking.values.central, ranking.weighting.weights, leader=leader.pk,
                   challenger=challenger.pk, highest=HIGHEST)  # fmt: skip
