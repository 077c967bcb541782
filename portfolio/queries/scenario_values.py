"""What a candidate is worth in a scenario: points entered, one, its money, or a value of an exercise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

from portfolio.analysis.ranking import aggregate
from portfolio.models import Exercise, MemberWeights, ScenarioCandidate, Score, SelectionScenario
from portfolio.queries.scenario_figures import Facts
from portfolio.results import Unknown

Value = SelectionScenario.Value
Points = float | Decimal | Unknown
WORST_TENTH = 0.1  # of the members' weightings


def values_of(
    scenario: SelectionScenario,
    candidates: Iterable[ScenarioCandidate],
    facts: Mapping[int, Facts],
) -> dict[int, Points]:
    """By candidate. Unknown: NO_POINTS, NO_SCORE or NO_WEIGHTS (of the exercise), NO_COST."""
    source = scenario.value_source
    if source in {Value.EXERCISE, Value.ROBUST}:
        known = _of_exercise(scenario)
        missing = Unknown("NO_SCORE")
        return {one.pk: known.get(one.project_id, missing) for one in candidates}
    return {one.pk: _value(source, one, facts[one.project_id]) for one in candidates}


def _value(source: str, candidate: ScenarioCandidate, facts: Facts) -> Points:
    if source == Value.COUNT:
        return 1.0
    if source == Value.MONEY:
        return facts.ap
    return Unknown("NO_POINTS") if candidate.value is None else candidate.value


def _of_exercise(scenario: SelectionScenario) -> dict[int, Points]:
    """By project: nothing where a score is missing. Weights that are not revealed yet would be told
    by the values: none is known then."""
    exercise = scenario.exercise
    if exercise is None:
        return {}
    weights = _weights(exercise)
    if weights is None:
        return {one.project_id: Unknown("NO_WEIGHTS") for one in exercise.candidates.current()}
    scores = _scores(exercise, list(weights.columns))
    values = scores.to_numpy() @ weights.to_numpy().T  # projects × members
    if scenario.value_source == Value.ROBUST:
        told = np.quantile(values, WORST_TENTH, axis=1, method="lower")
    else:
        told = scores.to_numpy() @ aggregate(weights).weights.to_numpy()
    return {int(key): float(worth) for key, worth in zip(scores.index, told, strict=True)}


def _weights(exercise: Exercise) -> pd.DataFrame | None:
    """Members × criteria, each of sum 1."""
    if exercise.weights_revealed_at is None:
        return None
    rows = [one.weights for one in MemberWeights.objects.filter(exercise=exercise).standing()]
    table = pd.DataFrame(rows).fillna(0.0)
    return table.div(table.sum(axis=1), axis=0) if len(table) else None


def _scores(exercise: Exercise, criteria: list[str]) -> pd.DataFrame:
    """Projects with every score × criteria, as values of 0 to 100."""
    functions = {str(one.pk): one.function for one in exercise.criteria.exclude(kind="GROUP")}
    found = Score.objects.filter(candidate__exercise=exercise, candidate__withdrawn_at=None)
    rows: dict[int, dict[str, float]] = defaultdict(dict)
    for score in found.standing().select_related("candidate"):
        key = str(score.criterion_id)
        if score.central is not None and key in functions:
            value = functions[key].values(np.array([score.central]))
            rows[score.candidate.project_id][key] = float(value[0])
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=float).reindex(columns=criteria)
    return table.dropna()
