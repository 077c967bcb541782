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
from portfolio.analysis.ranking.choices import (
    Choice,
    Chosen,
    Contradiction,
    by_choices,
    next_choice,
)
from portfolio.analysis.ranking.closeness import topsis
from portfolio.analysis.ranking.double_counting import Correlated, correlated
from portfolio.analysis.ranking.electre import Outranking, electre
from portfolio.analysis.ranking.group import Group, aggregate, kendall_w
from portfolio.analysis.ranking.inputs import DOWN, UP
from portfolio.analysis.ranking.outranking import Flows, Preference, preference_indices, promethee
from portfolio.analysis.ranking.pairwise import Triad, Weights, ahp
from portfolio.analysis.ranking.scales import (
    JUDGED,
    ValueFunction,
    Values,
    levels,
    straight,
    values_of,
)
from portfolio.analysis.ranking.sensitivity import stability, tornado
from portfolio.analysis.ranking.study import Checked, Study, Terms, study
from portfolio.analysis.ranking.tree import leaf_weights
from portfolio.analysis.ranking.values import additive, bounds, value_bounds
from portfolio.analysis.ranking.weight_space import WeightSpace

__all__ = [
    "BORDERLINE",
    "CORE",
    "DOWN",
    "JUDGED",
    "OUT",
    "UP",
    "Acceptability",
    "Challenge",
    "Checked",
    "Choice",
    "Chosen",
    "Condition",
    "Contradiction",
    "Correlated",
    "Flows",
    "Group",
    "Outranking",
    "Preference",
    "Study",
    "Terms",
    "Triad",
    "ValueFunction",
    "Values",
    "WeightSpace",
    "Weights",
    "additive",
    "aggregate",
    "ahp",
    "bounds",
    "by_choices",
    "correlated",
    "electre",
    "kendall_w",
    "leaf_weights",
    "levels",
    "next_choice",
    "pairwise_winning",
    "preference_indices",
    "promethee",
    "ranking_entropy",
    "smaa",
    "smaa_of_draws",
    "stability",
    "straight",
    "study",
    "to_beat",
    "topsis",
    "tornado",
    "value_bounds",
    "values_of",
]
