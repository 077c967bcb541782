"""The ranking of an exercise, as a reader may see it: values, ranks, robustness, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from portfolio.analysis.ranking import (
    Checked,
    Preference,
    Study,
    Terms,
    WeightSpace,
    study,
)
from portfolio.models import Candidate, Criterion, Exercise
from portfolio.queries.prioritisation import (
    Reader,
    Weighting,
    leaves_in,
    tree_of,
    values_in,
    weighting_of,
)
from portfolio.queries.ranked import Divergence, Part, Ranked, Ranking, Stability
from portfolio.results import Unknown

HIGHEST = 100.0
Named = Mapping[str, Criterion]


def ranking_of(
    exercise: Exercise, reader: Reader | None, *, at: datetime | None = None
) -> Ranking | Unknown:
    """`reader` None: a machine that reads everything. Reasons of Unknown: NO_CANDIDATE, NO_SCORE."""
    leaves = leaves_in(tree_of(exercise))
    values = values_in(exercise, at=at)
    if values is None:
        return Unknown("NO_CANDIDATE")
    if values.central.isna().to_numpy().all():
        return Unknown("NO_SCORE")
    weighting = weighting_of(exercise, reader, at=at)
    found = study(values, weighting.weights, _terms(exercise, leaves, weighting))
    standing = exercise.candidates.standing(at)
    shown = standing if reader is None else standing.visible_to(reader)
    candidates = shown.select_related("project__programme", "project__lead").in_bulk()
    named = {str(leaf.pk): leaf for leaf in leaves}
    double = [(named[str(one.first)], named[str(one.second)], one) for one in found.correlated]
    return Ranking(
        exercise=exercise, weighting=weighting, leaves=leaves,
        rows=_rows(found, candidates, named, weighting), candidates=len(found.values),
        whole=len(values.whole), stability=_stability(found, named), double=tuple(double),
        study=found, values=values,
    )  # fmt: skip


def plausible(weighting: Weighting) -> WeightSpace:
    """Weightings between the least and the greatest weight that members give each criterion; all of
    them where fewer than two members are known."""
    names = tuple(str(name) for name in weighting.weights.index)
    if weighting.members is None or len(weighting.members) < 2:
        return WeightSpace(names)
    shares = weighting.members.div(weighting.members.sum(axis=1), axis=0)
    ends = {name: (float(shares[name].min()), float(shares[name].max())) for name in names}
    return WeightSpace(names, bounds=ends)


# ---------------------------------------------------------------- below


def _terms(exercise: Exercise, leaves: tuple[Criterion, ...], weighting: Weighting) -> Terms:
    how: dict[object, Preference] = {
        str(leaf.pk): Preference("LINEAR", indifference=leaf.indifference, strict=leaf.strict)
        for leaf in leaves
    }
    return Terms(
        plausible(weighting), how, exercise.retained, draws=exercise.draws, seed=exercise.seed
    )


def _rows(
    found: Study, candidates: Mapping[int, Candidate], named: Named, weighting: Weighting
) -> tuple[Ranked, ...]:
    ranks = found.values["middle"].round(9).rank(ascending=False, method="min").astype(int)
    keys = [int(key) for key in found.values.index.to_list()]
    return tuple(
        _row(found, candidates[key], named, weighting, int(ranks[key]))
        for key in keys
        if key in candidates
    )


def _row(
    found: Study, candidate: Candidate, named: Named, weighting: Weighting, rank: int
) -> Ranked:
    key = candidate.pk
    told = _at(found.values, key)
    shares = [float(share) for share in _at(found.acceptability.rank_acceptability, key).values()]
    return Ranked(
        candidate=candidate, rank=rank, central=_or_none(told["central"]), low=told["low"],
        high=told["high"], missing=int(told["missing"]), best=int(told["best"]),
        worst=int(told["worst"]), parts=_parts(_at(found.parts, key), named, weighting),
        first=shares[0], ranks=tuple(shares),
        within=None if isinstance(found.within, Unknown) else float(found.within[key]),
        standing="" if isinstance(found.standing, Unknown) else str(found.standing[key]),
        **_checked(found.checked, key), divergences=_divergences(found.checked, key, named),
    )  # fmt: skip


def _at(frame: pd.DataFrame, key: int) -> dict[Any, Any]:
    """One row of a table, by column."""
    return frame.loc[[key]].to_dict("records")[0]


def _parts(row: Mapping[Any, Any], named: Named, weighting: Weighting) -> tuple[Part, ...]:
    return tuple(
        Part(number, named[str(key)], _or_none(points), HIGHEST * float(weighting.weights[key]))
        for number, (key, points) in enumerate(row.items(), 1)
    )


def _checked(checked: Checked | Unknown, key: int) -> dict[str, Any]:
    if isinstance(checked, Unknown) or key not in checked.ranks.index:
        return {"checked": None, "closeness": None, "net": None}
    ranks = {str(name): int(rank) for name, rank in _at(checked.ranks, key).items()}
    return {"checked": ranks, "closeness": _or_none(checked.closeness[key]),
            "net": float(checked.net[key])}  # fmt: skip


def _divergences(checked: Checked | Unknown, key: int, named: Named) -> tuple[Divergence, ...]:
    if isinstance(checked, Unknown) or key not in checked.ranks.index:
        return ()
    ranks = _at(checked.ranks, key)
    return tuple(
        Divergence(str(method), int(ranks[method]), named.get(str(criterion)))
        for method, criterion in _at(checked.because, key).items()
        if criterion is not None
    )


def _stability(found: Study, named: Named) -> tuple[Stability, ...]:
    if isinstance(found.stability, Unknown):
        return ()
    rows = found.stability[["weight", "low", "high"]].itertuples(name=None)
    return tuple(Stability(named[str(key)], *ends) for key, *ends in rows)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
