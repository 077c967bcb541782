"""The ranking of an exercise as it is shown: frozen records, no question asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portfolio.analysis.ranking import BORDERLINE, CORE, OUT, Correlated, Study, Values
from portfolio.models import Candidate, Criterion, Exercise
from portfolio.queries.prioritisation import Weighting
from portfolio.results import Unknown


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
        rows = group.disagreement[["low", "median", "high"]].itertuples(name=None)
        return [Disagreement(named[str(key)], *ends) for key, *ends in rows]

    @property
    def struck_out(self) -> list[str]:
        """Names of the criteria that one member's zero takes out."""
        group = self.weighting.group
        named = {str(leaf.pk): leaf for leaf in self.leaves}
        return [named[str(key)].name for key in group.struck_out] if group is not None else []
