"""The evidence."""

from indicators.models.indicator import Indicator
from indicators.models.observation import ObservationVersion, Series
from indicators.models.pull import Quarantine, Run
from indicators.models.source import DataSource, Feed
from indicators.models.target import Target, TargetPoint

__all__ = [
    "DataSource",
    "Feed",
    "Indicator",
    "ObservationVersion",
    "Quarantine",
    "Run",
    "Series",
    "Target",
    "TargetPoint",
]
