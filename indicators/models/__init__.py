"""The evidence."""

from indicators.models.agreement import SupplyAgreement
from indicators.models.causal import CausalLink
from indicators.models.compared_place import ComparedPlace
from indicators.models.contract import DataContract
from indicators.models.deposit import Deposit, Depositor
from indicators.models.draft import FeedDraft
from indicators.models.evaluation import Evaluation, EvaluationZone
from indicators.models.evaluation_result import EvaluationResult
from indicators.models.forecast import ForecastResult, KnownBreak
from indicators.models.formula import Computation, Formula, FormulaInput
from indicators.models.indicator import Indicator
from indicators.models.observation import ObservationVersion, Series
from indicators.models.people_group import PeopleGroup
from indicators.models.pull import Quarantine, RawFile, Run
from indicators.models.source import DataSource, Feed
from indicators.models.target import Target, TargetPoint
from indicators.models.usage import Usage

__all__ = [
    "CausalLink",
    "ComparedPlace",
    "Computation",
    "DataContract",
    "DataSource",
    "Deposit",
    "Depositor",
    "Evaluation",
    "EvaluationResult",
    "EvaluationZone",
    "Feed",
    "FeedDraft",
    "ForecastResult",
    "Formula",
    "FormulaInput",
    "Indicator",
    "KnownBreak",
    "ObservationVersion",
    "PeopleGroup",
    "Quarantine",
    "RawFile",
    "Run",
    "Series",
    "SupplyAgreement",
    "Target",
    "TargetPoint",
    "Usage",
]
