"""The weights of a member, in four ways; what was asked and answered is kept with them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.analysis.ranking import (
    Choice,
    Contradiction,
    Triad,
    ahp,
    by_choices,
    leaf_weights,
)
from portfolio.models import Criterion, Exercise, MemberWeights, User
from portfolio.services.exercises import leaves_of, locked
from portfolio.services.history import recorded

Method = MemberWeights.Method
Key = int
MOST_COMPARED = 15  # beyond, no random index is published


def share_points(
    *, exercise: Exercise, member: User, points: Mapping[Key, float], at: datetime
) -> MemberWeights:
    """Any number of points for each criterion; their proportions count. Raises ValidationError by
    field (`points_<key>`)."""
    return _rated(exercise, member, Method.DIRECT, points, at)


def rate_swings(
    *, exercise: Exercise, member: User, swings: Mapping[Key, float], at: datetime
) -> MemberWeights:
    """The swing from worst to best that matters most has 100, the others their part of it. Raises
    ValidationError by field (`points_<key>`)."""
    if swings and max(swings.values()) != 100:
        raise ValidationError(_("Give 100 to the swing that matters most, and no more to any."))
    return _rated(exercise, member, Method.SWING, swings, at)


def compare(
    *, exercise: Exercise, member: User, ratios: Mapping[str, float], at: datetime
) -> MemberWeights:
    """Swings compared two by two among siblings: `ratios` by "key-key", how many times the swing of
    the first matters more than that of the second (Saaty's 1/9 to 9). Kept even where they
    contradict each other: the ratio is kept with them. Raises ValidationError by field.
    """
    if max(map(len, families(exercise)), default=0) > MOST_COMPARED:
        raise ValidationError(
            _("More than 15 criteria stand side by side: group them, or weigh in another way.")
        )
    wanted = dict(pairs_of(exercise))
    _check_ratios(ratios, wanted)
    local: dict[Hashable, float] = {}
    worst = 0.0
    for siblings in families(exercise):
        found = ahp(matrix_of(siblings, ratios), [one.pk for one in siblings])
        local |= dict(zip(found.criteria, found.weights, strict=True))
        worst = max(worst, found.consistency_ratio)
    parents: dict[Hashable, Hashable | None] = {one.pk: one.parent_id for one in _nodes(exercise)}
    weights = leaf_weights(local, parents)
    told = {"ratios": dict(ratios)}
    return _keep(exercise, member, (Method.AHP, told, weights, worst), at)


def choose(
    *, exercise: Exercise, member: User, choices: Sequence[Choice], at: datetime
) -> MemberWeights:
    """Weights that the choices leave in the middle. Raises ValidationError where they contradict each
    other, with their numbers."""
    if not choices:
        raise ValidationError(_("Answer one question at least."))
    leaves = [one.pk for one in leaves_of(exercise)]
    try:
        found = by_choices(leaves, choices)
    except ValueError as error:
        raise ValidationError(_("These answers are not about this exercise.")) from error
    if isinstance(found, Contradiction):
        numbers = ", ".join(str(place + 1) for place in found.choices)
        raise ValidationError(_("Answers %s contradict each other: change one of them.") % numbers)
    told = {
        "choices": [
            {"one": one.one, "other": one.other, "part": one.part, "answer": one.answer}
            for one in choices
        ],
        "low": {str(key): round(float(value), 6) for key, value in found.low.items()},
        "high": {str(key): round(float(value), 6) for key, value in found.high.items()},
        "undecided": [list(pair) for pair in found.undecided],
    }
    weights = dict(zip(leaves, found.weights.to_numpy(), strict=True))
    return _keep(exercise, member, (Method.CHOICES, told, weights, None), at)


def families(exercise: Exercise) -> list[list[Criterion]]:
    """Criteria that are compared with each other: those at the top, then those of each group."""
    nodes = _nodes(exercise)
    parents = [None, *[one.pk for one in nodes if one.is_group]]
    found = [[one for one in nodes if one.parent_id == parent] for parent in parents]
    return [siblings for siblings in found if siblings]


def pairs_of(exercise: Exercise) -> list[tuple[str, tuple[Criterion, Criterion]]]:
    """Every comparison that is asked, by name ("key-key")."""
    return [
        (f"{one.pk}-{other.pk}", (one, other))
        for siblings in families(exercise)
        for one, other in combinations(siblings, 2)
    ]


def triads_of(exercise: Exercise, ratios: Mapping[str, float]) -> list[Triad]:
    """Comparisons that contradict each other the most, where the ratio is above 0.10."""
    found = [
        triad
        for siblings in families(exercise)
        for triad in ahp(matrix_of(siblings, ratios), siblings).inconsistent
    ]
    return sorted(found, key=lambda triad: -triad.ratio)


def matrix_of(siblings: Sequence[Criterion], ratios: Mapping[str, float]) -> np.ndarray:
    """Of the comparisons of one family; reciprocal."""
    table = np.ones((len(siblings), len(siblings)))
    for (row, one), (column, other) in combinations(enumerate(siblings), 2):
        ratio = float(ratios[f"{one.pk}-{other.pk}"])
        table[row, column], table[column, row] = ratio, 1 / ratio
    return table


# ---------------------------------------------------------------- below


def _nodes(exercise: Exercise) -> list[Criterion]:
    return list(exercise.criteria.order_by("position", "pk"))


def _rated(
    exercise: Exercise, member: User, method: str, points: Mapping[Key, float], at: datetime
) -> MemberWeights:
    leaves = leaves_of(exercise)
    if set(points) != {one.pk for one in leaves}:
        raise ValidationError(_("Give a number to every criterion; 0 where it does not count."))
    wrong = {f"points_{key}": _("Not below zero.") for key, told in points.items() if told < 0}
    if wrong:
        raise ValidationError(wrong)
    total = sum(points.values())
    if total <= 0:
        raise ValidationError(_("One criterion at least must count."))
    weights = {key: told / total for key, told in points.items()}
    told = {"points": {str(key): value for key, value in points.items()}}
    return _keep(exercise, member, (method, told, weights, None), at)


def _check_ratios(ratios: Mapping[str, float], wanted: Mapping[str, object]) -> None:
    if set(ratios) != set(wanted):
        raise ValidationError(_("Answer every comparison."))
    wrong = {
        f"pair_{name}": _("From 1/9 to 9.")
        for name, ratio in ratios.items()
        if not 1 / 9.01 <= ratio <= 9.01
    }
    if wrong:
        raise ValidationError(wrong)


def _keep(
    exercise: Exercise, member: User, told: tuple[str, dict[str, Any], Mapping[Any, float], float | None],
    at: datetime,
) -> MemberWeights:  # fmt: skip
    """A new version; the same answers once more add none."""
    method, judgements, weights, consistency = told
    shares = {str(key): round(float(share), 9) for key, share in weights.items()}
    with recorded(by=member, reason=_("Weights of a member")):
        held = locked(exercise)
        if not held.is_scoring:
            raise ValidationError(
                _("Weights are not taken now: scoring is not open, or is closed.")
            )
        last = held.member_weights.filter(member=member).order_by("-version").first()
        if last is not None and (last.method, last.judgements) == (method, judgements):
            return last
        kept = MemberWeights(
            exercise=held, member=member, version=last.version + 1 if last else 1, method=method,
            judgements=judgements, weights=shares, consistency=consistency, given_at=at,
        )  # fmt: skip
        kept.save(force_insert=True)
    return kept
