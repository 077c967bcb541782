"""An exercise of prioritisation as it is read: its tree, its table of scores, its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from django.contrib.auth.models import AnonymousUser

from portfolio.analysis.ranking import Group, Values, aggregate, values_of
from portfolio.models import Candidate, Criterion, Exercise, MemberWeights, Score, User

GROUP, OWN, EQUAL = "GROUP", "OWN", "EQUAL"
Reader = User | AnonymousUser


@dataclass(frozen=True)
class Branch:
    """A criterion at the top of the tree, with those below it if it is a group."""

    criterion: Criterion
    leaves: tuple[Criterion, ...]


@dataclass(frozen=True)
class Cell:
    """`value`: of 0..100; None where the score is not known. `label`: the score as people read it."""

    criterion: Criterion
    score: Score | None
    value: float | None

    @property
    def is_known(self) -> bool:
        return self.score is not None and self.score.is_known


@dataclass(frozen=True)
class Row:
    candidate: Candidate
    cells: tuple[Cell, ...]

    @property
    def missing(self) -> int:
        return sum(not cell.is_known for cell in self.cells)


@dataclass(frozen=True)
class Board:
    """`rows`: candidates whose project the reader may see; `hidden`: how many they may not."""

    exercise: Exercise
    tree: tuple[Branch, ...]
    leaves: tuple[Criterion, ...]
    rows: tuple[Row, ...]
    hidden: int

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.rows)

    @property
    def cells(self) -> int:
        return len(self.rows) * len(self.leaves)

    @property
    def known(self) -> int:
        return self.cells - self.missing

    @property
    def has_facts(self) -> bool:
        """Some criterion is read in the register."""
        return any(leaf.fact for leaf in self.leaves)

    @property
    def has_indicators(self) -> bool:
        return any(leaf.indicator_code for leaf in self.leaves)


@dataclass(frozen=True)
class Weighting:
    """The weights that a reader is shown. GROUP: of all members, once they are revealed; OWN: the
    reader's; EQUAL: nobody's, all criteria the same. `weights` by key of criterion as a text, sum 1;
    `members`: members × criteria, only where they may be shown."""

    kind: str
    weights: pd.Series
    members: pd.DataFrame | None
    group: Group | None
    given: int


def tree_of(exercise: Exercise) -> tuple[Branch, ...]:
    nodes = list(exercise.criteria.order_by("position", "pk"))
    return tuple(
        Branch(node, tuple(one for one in nodes if one.parent_id == node.pk))
        for node in nodes
        if node.parent_id is None
    )


def leaves_in(tree: Sequence[Branch]) -> tuple[Criterion, ...]:
    """What is scored, in the order of the tree."""
    return tuple(
        leaf
        for branch in tree
        for leaf in (branch.leaves if branch.criterion.is_group else (branch.criterion,))
    )


def board_of(exercise: Exercise, reader: Reader, *, at: datetime | None = None) -> Board:
    """In a constant number of queries; as known at an instant if one is given."""
    tree = tree_of(exercise)
    leaves = leaves_in(tree)
    standing = exercise.candidates.standing(at)
    shown = standing.visible_to(reader).select_related("project__programme", "project__lead")
    candidates = list(shown.order_by("project__name_fr", "pk"))
    scores = _scores(exercise, at)
    return Board(
        exercise=exercise,
        tree=tree,
        leaves=leaves,
        rows=tuple(
            Row(one, tuple(_cell(leaf, scores.get((one.pk, leaf.pk))) for leaf in leaves))
            for one in candidates
        ),
        hidden=standing.count() - len(candidates),
    )


def values_in(exercise: Exercise, *, at: datetime | None = None) -> Values | None:
    """Of all candidates, whoever asks: key of candidate × key of criterion (texts). None without
    candidates or criteria."""
    leaves = leaves_in(tree_of(exercise))
    keys = list(exercise.candidates.standing(at).order_by("pk").values_list("pk", flat=True))
    if not leaves or not keys:
        return None
    scores = _scores(exercise, at)
    low, central, high = (
        pd.DataFrame(
            [[_number(scores.get((key, leaf.pk)), end) for leaf in leaves] for key in keys],
            index=keys, columns=[str(leaf.pk) for leaf in leaves], dtype=float,
        )
        for end in ("low", "central", "high")
    )  # fmt: skip
    return values_of(low, central, high, {str(leaf.pk): leaf.function for leaf in leaves})


def weighting_of(
    exercise: Exercise, reader: Reader | None, *, at: datetime | None = None
) -> Weighting:
    """What the reader may see of the weights; one of others stays hidden until all are revealed."""
    names = [str(leaf.pk) for leaf in leaves_in(tree_of(exercise))]
    given = list(exercise.member_weights.standing(at).order_by("member_id"))
    revealed_at = exercise.weights_revealed_at
    if given and revealed_at is not None and (at is None or revealed_at <= at):
        table = pd.DataFrame(
            [[one.weights[name] for name in names] for one in given], columns=names, dtype=float
        )
        group = aggregate(table)
        return Weighting(GROUP, group.weights, table, group, len(given))
    own = next((one for one in given if reader and one.member_id == reader.pk), None)
    if own is not None:
        mine = pd.Series({name: own.weights[name] for name in names}, dtype=float)
        return Weighting(OWN, mine, None, None, len(given))
    equal = pd.Series(1 / max(1, len(names)), index=names, dtype=float)
    return Weighting(EQUAL, equal, None, None, len(given))


def own_weights(exercise: Exercise, member: User) -> MemberWeights | None:
    """The last ones that the member gave."""
    given: MemberWeights | None = (
        exercise.member_weights.filter(member=member).order_by("-version").first()
    )
    return given


# ---------------------------------------------------------------- below


def _scores(exercise: Exercise, at: datetime | None) -> dict[tuple[int, int], Score]:
    found = Score.objects.filter(candidate__exercise=exercise).standing(at)
    return {
        (one.candidate_id, one.criterion_id): one
        for one in found.select_related("author", "criterion")
    }


def _cell(criterion: Criterion, score: Score | None) -> Cell:
    value = None
    if score is not None and score.central is not None:
        value = float(criterion.function.values([score.central])[0])  # type: ignore[arg-type]  # a list will do
    return Cell(criterion, score, value)


def _number(score: Score | None, end: str) -> float:
    told = getattr(score, end) if score is not None else None
    return float("nan") if told is None else float(told)
