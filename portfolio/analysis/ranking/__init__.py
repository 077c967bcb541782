"""Which projects come first, by which weights, and how sure that is. Pure: no database, clock or
catalogue of words; randomness by `seed`.

Scores are tables of projects × criteria. A missing score is a range (`bounds`), never zero; what
cannot be said is a value (`Unknown`, or NaN within a series), never zero either.
"""

from portfolio.analysis.ranking.acceptability import (
    BORDERLINE,
    CORE,
    OUT,
    Acceptability,
    pairwise_winning,
    ranking_entropy,
    smaa,
    smaa_of_draws,
)
from portfolio.analysis.ranking.challenge import Challenge, Condition, to_beat
from portfolio.analysis.ranking.closeness import topsis
from portfolio.analysis.ranking.double_counting import Correlated, correlated
from portfolio.analysis.ranking.group import Group, aggregate, kendall_w
from portfolio.analysis.ranking.inputs import DOWN, UP
from portfolio.analysis.ranking.outranking import Flows, Preference, preference_indices, promethee
from portfolio.analysis.ranking.pairwise import Triad, Weights, ahp
from portfolio.analysis.ranking.sensitivity import stability, tornado
from portfolio.analysis.ranking.values import additive, bounds, value_bounds
from portfolio.analysis.ranking.weight_space import WeightSpace

__all__ = [
    "BORDERLINE",
    "CORE",
    "DOWN",
    "OUT",
    "UP",
    "Acceptability",
    "Challenge",
    "Condition",
    "Correlated",
    "Flows",
    "Group",
    "Preference",
    "Triad",
    "WeightSpace",
    "Weights",
    "additive",
    "aggregate",
    "ahp",
    "bounds",
    "correlated",
    "kendall_w",
    "pairwise_winning",
    "preference_indices",
    "promethee",
    "ranking_entropy",
    "smaa",
    "smaa_of_draws",
    "stability",
    "to_beat",
    "topsis",
    "tornado",
    "value_bounds",
]
