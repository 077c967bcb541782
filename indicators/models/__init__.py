"""The evidence."""

from indicators.models.contract import DataContract
from indicators.models.formula import Computation, Formula, FormulaInput
from indicators.models.indicator import Indicator
from indicators.models.observation import ObservationVersion, Series
from indicators.models.pull import Quarantine, RawFile, Run
from indicators.models.source import DataSource, Feed
from indicators.models.target import Target, TargetPoint

__all__ = [
    "Computation",
    "DataContract",
    "DataSource",
    "Feed",
    "Formula",
    "FormulaInput",
    "Indicator",
    "ObservationVersion",
    "Quarantine",
    "RawFile",
    "Run",
    "Series",
    "Target",
    "TargetPoint",
]
