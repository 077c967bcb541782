"""The ranking of an exercise, as a reader may see it: values, ranks, robustness, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from portfolio.analysis.ranking import (
    BORDERLINE,
    CORE,
    OUT,
    Challenge,
    Checked,
    Correlated,
    Preference,
    Study,
    Terms,
    Values,
    WeightSpace,
    study,
    to_beat,
    tornado,
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
from portfolio.results import Unknown

HIGHEST = 100.0


@dataclass(frozen=True)
class Part:
    """What one criterion adds: `points` of the value (None: score not known), of at most `most`."""

    number: int
    criterion: Criterion
    points: float | None
    most: float


@dataclass(frozen=True)
class Divergence:
    """Another method ranks a project otherwise: mostly because of `criterion`."""

    method: str
    rank: int
    criterion: Criterion | None


@dataclass(frozen=True)
class Ranked:
    """`rank` by the middle of its bounds; `best` and `worst`: what missing and unsure scores leave.
    `within`: share of the plausible weightings in which it is retained; None: nobody said how many
    are. `checked`: among projects with every score, its additive rank and that of each method."""

    candidate: Candidate
    rank: int
    central: float | None
    low: float
    high: float
    missing: int
    best: int
    worst: int
    parts: tuple[Part, ...]
    first: float
    within: float | None
    standing: str
    ranks: tuple[float, ...]
    checked: Mapping[str, int] | None
    closeness: float | None
    net: float | None
    divergences: tuple[Divergence, ...]

    @property
    def is_unsure(self) -> bool:
        return self.high - self.low > 0.05


@dataclass(frozen=True)
class Stability:
    """Between which weights of one criterion the same projects lead."""

    criterion: Criterion
    weight: float
    low: float
    high: float


@dataclass(frozen=True)
class Disagreement:
    """The least, the middle and the greatest weight that members give one criterion."""

    criterion: Criterion
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Ranking:
    """`rows`: what the reader may see, best first; ranks count all candidates."""

    exercise: Exercise
    weighting: Weighting
    leaves: tuple[Criterion, ...]
    rows: tuple[Ranked, ...]
    candidates: int
    whole: int
    stability: tuple[Stability, ...]
    double: tuple[tuple[Criterion, Criterion, Correlated], ...]
    study: Study
    values: Values

    @property
    def hidden(self) -> int:
        return self.candidates - len(self.rows)

    @property
    def retained(self) -> int | None:
        return self.exercise.retained

    @property
    def weights(self) -> list[tuple[Criterion, float]]:
        return [(leaf, float(self.weighting.weights[str(leaf.pk)])) for leaf in self.leaves]

    def row(self, candidate: Candidate) -> Ranked | None:
        return next((one for one in self.rows if one.candidate.pk == candidate.pk), None)

    @property
    def core(self) -> list[Ranked]:
        return [row for row in self.rows if row.standing == CORE]

    @property
    def borderline(self) -> list[Ranked]:
        return [row for row in self.rows if row.standing == BORDERLINE]

    @property
    def out(self) -> list[Ranked]:
        return [row for row in self.rows if row.standing == OUT]

    @property
    def compared(self) -> list[Ranked]:
        """Those that other methods rank too."""
        return [row for row in self.rows if row.checked is not None]

    @property
    def agreement(self) -> float | None:
        """Kendall's W of the members; None where it is not measured."""
        group = self.weighting.group
        told = group.kendall_w if group is not None else Unknown("NOT_REVEALED")
        return None if isinstance(told, Unknown) else told

    @property
    def disagreement(self) -> list[Disagreement]:
        """The most disputed criterion first."""
        group = self.weighting.group
        if group is None:
            return []
        named = {str(leaf.pk): leaf for leaf in self.leaves}
        return [
            Disagreement(named[str(key)], float(row["low"]), float(row["median"]),
                         float(row["high"]))
            for key, row in group.disagreement.iterrows()
        ]  # fmt: skip

    @property
    def struck_out(self) -> list[str]:
        """Names of the criteria that one member's zero takes out."""
        group = self.weighting.group
        named = {str(leaf.pk): leaf for leaf in self.leaves}
        return [named[str(key)].name for key in group.struck_out] if group is not None else []


def ranking_of(
    exercise: Exercise, reader: Reader, *, at: datetime | None = None
) -> Ranking | Unknown:
    """Reasons of Unknown: NO_CANDIDATE, NO_SCORE."""
    leaves = leaves_in(tree_of(exercise))
    values = values_in(exercise, at=at)
    if values is None:
        return Unknown("NO_CANDIDATE")
    if values.central.isna().to_numpy().all():
        return Unknown("NO_SCORE")
    weighting = weighting_of(exercise, reader, at=at)
    found = study(values, weighting.weights, _terms(exercise, leaves, weighting))
    shown = exercise.candidates.standing(at).visible_to(reader)
    candidates = shown.select_related("project__programme", "project__lead").in_bulk()
    named = {str(leaf.pk): leaf for leaf in leaves}
    return Ranking(
        exercise=exercise, weighting=weighting, leaves=leaves,
        rows=_rows(found, candidates, named, weighting), candidates=len(found.values),
        whole=len(values.whole), stability=_stability(found, named),
        double=tuple((named[str(one.first)], named[str(one.second)], one)
                     for one in found.correlated),
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
    return tuple(
        Swing(named[str(key)], float(row["value_low"]), float(row["value_high"]),
              int(row["rank_low"]), int(row["rank_high"]))
        for key, row in table.iterrows()
    )  # fmt: skip


def challenge_of(ranking: Ranking, leader: Candidate, challenger: Candidate) -> Challenge | Unknown:
    """What would have to be true for the challenger to beat the leader. Unknown: MISSING_SCORE."""
    whole = set(ranking.values.whole)
    if not {leader.pk, challenger.pk} <= whole:
        return Unknown("MISSING_SCORE")
    return to_beat(ranking.values.central, ranking.weighting.weights, leader=leader.pk,
                   challenger=challenger.pk, highest=HIGHEST)  # fmt: skip


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
    found: Study, candidates: Mapping[int, Candidate], named: Mapping[str, Criterion],
    weighting: Weighting,
) -> tuple[Ranked, ...]:  # fmt: skip
    ranks = found.values["middle"].round(9).rank(ascending=False, method="min").astype(int)
    return tuple(
        _row(found, candidates[int(key)], named, weighting, int(ranks[key]))  # type: ignore[call-overload]
        for key in found.values.index
        if key in candidates
    )


def _row(
    found: Study, candidate: Candidate, named: Mapping[str, Criterion], weighting: Weighting,
    rank: int,
) -> Ranked:  # fmt: skip
    key = candidate.pk
    told: Mapping[str, Any] = found.values.loc[key].to_dict()
    shares = found.acceptability.rank_acceptability.loc[key]
    standing = found.standing
    checked = _checked(found.checked, key)
    return Ranked(
        candidate=candidate, rank=rank, central=_or_none(told["central"]), low=told["low"],
        high=told["high"], missing=int(told["missing"]), best=int(told["best"]),
        worst=int(told["worst"]), parts=_parts(found.parts.loc[key], named, weighting),
        first=float(shares.iloc[0]), ranks=tuple(float(share) for share in shares),
        within=None if isinstance(found.within, Unknown) else float(found.within[key]),
        standing="" if isinstance(standing, Unknown) else str(standing[key]),
        **checked, divergences=_divergences(found.checked, key, named),
    )  # fmt: skip


def _parts(
    row: pd.Series, named: Mapping[str, Criterion], weighting: Weighting
) -> tuple[Part, ...]:
    return tuple(
        Part(number, named[str(key)], _or_none(points), HIGHEST * float(weighting.weights[key]))
        for number, (key, points) in enumerate(row.items(), 1)
    )


def _checked(checked: Checked | Unknown, key: int) -> dict[str, Any]:
    if isinstance(checked, Unknown) or key not in checked.ranks.index:
        return {"checked": None, "closeness": None, "net": None}
    ranks = {str(name): int(rank) for name, rank in checked.ranks.loc[key].items()}
    return {"checked": ranks, "closeness": _or_none(checked.closeness[key]),
            "net": float(checked.net[key])}  # fmt: skip


def _divergences(
    checked: Checked | Unknown, key: int, named: Mapping[str, Criterion]
) -> tuple[Divergence, ...]:
    if isinstance(checked, Unknown) or key not in checked.ranks.index:
        return ()
    return tuple(
        Divergence(str(method), int(checked.ranks.loc[key, method]), named.get(str(criterion)))
        for method, criterion in checked.because.loc[key].items()
        if criterion is not None
    )


def _stability(found: Study, named: Mapping[str, Criterion]) -> tuple[Stability, ...]:
    if isinstance(found.stability, Unknown):
        return ()
    return tuple(
        Stability(named[str(key)], float(row["weight"]), float(row["low"]), float(row["high"]))
        for key, row in found.stability.iterrows()
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
