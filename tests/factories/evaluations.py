"""Plans of evaluation and the figures they read, for tests."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from indicators.models import Evaluation, EvaluationResult, EvaluationZone, Indicator
from indicators.services import evaluations
from tests.factories.indicators import make_feed, make_indicator, make_observations
from tests.factories.portfolio import make_project, make_zone, square

DRAFTED = datetime(2022, 1, 10, 9, tzinfo=UTC)
BEFORE = datetime(2023, 2, 1, 9, tzinfo=UTC)
AFTER = datetime(2024, 3, 1, 9, tzinfo=UTC)
OPENED = date(2023, 3, 1)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


class City:
    """One treated zone and some others, measured by month from 2019 to 2025; the treated one moves
    by `effect` (a share) from the opening on."""

    def __init__(self, *, effect: float = -0.3, donors: int = 20, seed: int = 3, **project) -> None:
        rng = np.random.default_rng(seed)
        self.project = project.get("project") or make_project(**project)
        self.indicator = make_indicator(
            name_fr="NO₂ mesuré", name_en="Measured NO₂", direction="DOWN", zone_aggregation="NONE"
        )
        self.feed = make_feed(indicator=self.indicator)
        self.months = [day.date() for day in pd.date_range("2019-01-01", "2025-12-01", freq="MS")]
        season = 4 * np.cos(np.arange(len(self.months)) * np.pi / 6)
        shared = np.cumsum(rng.normal(0, 0.15, len(self.months)))
        self.treated = make_zone(name="Traitée")
        self.donors = [
            make_zone(name=f"Témoin {n}", geometry=square(x=0.1 * n)) for n in range(donors)
        ]
        for place, zone in enumerate([self.treated, *self.donors]):
            level = 40 + (0 if place == 0 else rng.normal(0, 3))
            values = level + season + shared + rng.normal(0, 0.6, len(self.months))
            if place == 0:
                since = np.array([day >= OPENED for day in self.months])
                values = values * (1 + effect * since)
            make_observations(
                self.feed, zone, dict(zip(self.months, values.round(3).tolist(), strict=True)),
                known_from=DRAFTED,
            )  # fmt: skip

    def other_measure(self, *, effect: float = 0.0, seed: int = 11, **fields) -> Indicator:
        """One of the same zones and months that the project cannot change; with an `effect` (a
        share), something else moved it on the day of the opening."""
        rng = np.random.default_rng(seed)
        given = {"name_fr": "Ozone", "name_en": "Ozone", "zone_aggregation": "NONE"}
        indicator = make_indicator(**(given | fields))
        feed = make_feed(indicator=indicator)
        shared = np.cumsum(rng.normal(0, 0.15, len(self.months)))
        since = np.array([day >= OPENED for day in self.months])
        for place, zone in enumerate([self.treated, *self.donors]):
            level = 60 + (0 if place == 0 else rng.normal(0, 3))
            values = level + shared + rng.normal(0, 0.6, len(self.months))
            if place == 0:
                values = values * (1 + effect * since)
            make_observations(
                feed, zone, dict(zip(self.months, values.round(3).tolist(), strict=True)),
                known_from=DRAFTED,
            )  # fmt: skip
        return indicator

    def plan(self, *, design: str = "SYNTHETIC_CONTROL", **fields) -> Evaluation:
        """A draft that may be locked."""
        written = {
            "question": "La zone apaisée a-t-elle fait baisser le NO₂ ?", "design": design,
            "expected_direction": "DOWN", "reason": "Vingt communes se ressemblent.",
            "indicator": self.indicator, "intervention_on": OPENED,
            "before_from": date(2019, 1, 1), "after_until": date(2025, 12, 31),
        }  # fmt: skip
        plan = evaluations.register(
            project=self.project, by=None, at=DRAFTED, fields=written | fields
        )
        evaluations.choose_zones(
            evaluation=plan, role=EvaluationZone.Role.TREATED, zones=[self.treated], at=DRAFTED
        )
        if plan.compares:
            evaluations.choose_zones(
                evaluation=plan, role=EvaluationZone.Role.COMPARISON, zones=self.donors, at=DRAFTED
            )
        return plan

    def locked(self, *, at: datetime = BEFORE, **fields) -> Evaluation:
        return evaluations.lock(evaluation=self.plan(**fields), by=None, at=at)


def make_plan(project, *, locked: bool = False, **fields) -> Evaluation:
    """A plan of any project, without figures; `locked` before its intervention."""
    given = {
        "question": "Une question ?", "expected_direction": "UP", "reason": "Une raison.",
        "indicator": make_indicator(), "design": "INTERRUPTED", "intervention_on": OPENED,
        "before_from": date(2019, 1, 1), "after_until": date(2025, 12, 31),
    }  # fmt: skip
    plan = evaluations.register(project=project, by=None, at=DRAFTED, fields=given | fields)
    evaluations.choose_zones(
        evaluation=plan, role=EvaluationZone.Role.TREATED, zones=[make_zone()], at=DRAFTED
    )
    return evaluations.lock(evaluation=plan, by=None, at=BEFORE) if locked else plan


def make_result(plan: Evaluation, **fields) -> EvaluationResult:
    """As computed: too early to tell, unless told otherwise."""
    given = {
        "computed_at": NOW, "as_of": NOW, "because": "FIRST", "input_hash": "0" * 64,
        "method_version": "1", "seed": 1, "verdict": "TOO_EARLY", "own_verdict": "TOO_EARLY",
        "reasons": ["TOO_FEW_AFTER"], "sentence_fr": "Il est trop tôt.",
        "sentence_en": "It is too early.", "effect": {"after": 2, "needed": 6},
        "series": {"start": str(OPENED), "periods": [
            {"on": "2023-02-01", "observed": 4.0, "expected": None, "low": None, "high": None},
            {"on": "2023-03-01", "observed": 5.0, "expected": None, "low": None, "high": None},
        ]},
    }  # fmt: skip
    return EvaluationResult.objects.create(evaluation=plan, **(given | fields))
