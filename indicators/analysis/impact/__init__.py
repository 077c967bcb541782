"""What a project changed: effects with their range, verdict and grade, or why none can be said.

Nothing here reads a database, a clock or a language catalogue. Rules of honesty, thresholds and
grades are in the modules that apply them: `settings`, `grading`, `words`.
"""

from indicators.analysis.impact.counts import CountFit, are_counts, count_regression
from indicators.analysis.impact.descriptive import (
    RegressionToTheMean,
    Simpson,
    before_after,
    regression_to_the_mean,
    simpson,
)
from indicators.analysis.impact.differences import difference_in_differences
from indicators.analysis.impact.grading import RULES, Grade
from indicators.analysis.impact.multiple import Family, benjamini_hochberg
from indicators.analysis.impact.placebo_outcome import confronted
from indicators.analysis.impact.power import Detectable, minimum_detectable_effect
from indicators.analysis.impact.results import (
    CANNOT_BE_JUDGED,
    LIKELY,
    NOT_SHOWN,
    SHOWN,
    Effect,
    Method,
    NotIdentified,
    Placebo,
)
from indicators.analysis.impact.sdid import synthetic_difference_in_differences
from indicators.analysis.impact.series import interrupted_series
from indicators.analysis.impact.settings import Design, Settings
from indicators.analysis.impact.synthetic import synthetic_control
from indicators.analysis.impact.words import sentence
from indicators.analysis.impact.works_elsewhere import beside_works

__all__ = [
    "CANNOT_BE_JUDGED",
    "LIKELY",
    "NOT_SHOWN",
    "RULES",
    "SHOWN",
    "CountFit",
    "Design",
    "Detectable",
    "Effect",
    "Family",
    "Grade",
    "Method",
    "NotIdentified",
    "Placebo",
    "RegressionToTheMean",
    "Settings",
    "Simpson",
    "are_counts",
    "before_after",
    "benjamini_hochberg",
    "beside_works",
    "confronted",
    "count_regression",
    "difference_in_differences",
    "interrupted_series",
    "minimum_detectable_effect",
    "regression_to_the_mean",
    "sentence",
    "simpson",
    "synthetic_control",
    "synthetic_difference_in_differences",
]
