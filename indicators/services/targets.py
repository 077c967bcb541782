"""Targets: set once, revised with a reason. The history keeps what was promised before (rule 6)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import Indicator, PeopleGroup, Target, TargetPoint
from indicators.results import Point
from portfolio.models import Project, User, Zone
from portfolio.services.history import recorded, said, touch

Problem = tuple[str, str]  # the field, and what is wrong with it


@dataclass(frozen=True)
class Terms:
    """What is promised. Without a baseline or without points the status is unknown, and says so.

    `points` ascend by date; their value is a pair (low, high) for a RANGE indicator alone. `effect`:
    what the project alone would change (low, central, high), in the unit of the indicator.
    """

    points: Sequence[Point] = ()
    baseline_value: float | None = None
    baseline_on: date | None = None
    path: str = Target.Path.LINEAR
    note: str = ""
    baseline_method: str = ""
    effect: tuple[float, float, float] | None = None
    effect_basis: str = ""


def terms_of(target: Target) -> Terms:
    """What is promised now."""
    points = (Point(point.due_on, _value(point)) for point in target.points.order_by("due_on"))
    return Terms(
        points=tuple(points), baseline_value=target.baseline_value, baseline_on=target.baseline_on,
        path=target.path, note=target.note, baseline_method=target.baseline_method,
        effect=_effect(target), effect_basis=target.effect_basis,
    )  # fmt: skip


def _effect(target: Target) -> tuple[float, float, float] | None:
    low, central, high = target.effect_low, target.effect_central, target.effect_high
    if low is None or central is None or high is None:
        return None
    return low, central, high


def _value(point: TargetPoint) -> float | tuple[float, float]:
    if point.value is not None:
        return point.value
    return (point.low, point.high)  # type: ignore[return-value]  # a constraint says so


def set_target(  # noqa: PLR0913 - what the target is about, each named
    *,
    indicator: Indicator,
    zone: Zone,
    terms: Terms,
    by: User | None,
    reason: str,
    at: datetime,
    project: Project | None = None,
    group: PeopleGroup | None = None,
) -> Target:
    """Promise `terms` for an indicator in a zone, by a project or (None) by the territory, for
    everyone or (with `group`) for some of its people.

    Raises ValidationError by field.
    """
    _check(terms, indicator, reason)
    if zone.kind == Zone.Kind.COMPARATOR:
        raise ValidationError(
            {"zone": _("Nothing can be promised there: it lies outside the territory.")}
        )
    with recorded(by=by, reason=reason):
        target, created = Target.objects.get_or_create(
            project=project, indicator=indicator, zone=zone, group=group, defaults=_fields(terms)
        )
        if not created:
            raise ValidationError({"indicator": [_already(target)]})
        _write_points(target, terms.points)
        _touch(target, at)
    return target


def _already(target: Target) -> str:
    if target.withdrawn_at is not None:
        return _("This target was taken off: bring it back, then revise it.")
    return _("This target is set already: revise it.")


def withdraw(*, target: Target, by: User | None, reason: str, at: datetime) -> None:
    """Take a target off: no page shows it any more, the history and pages as of then do. Raises
    ValidationError by field."""
    _move(target, at, by=by, reason=said(reason, _("Say why the target is taken off.")), at=at)


def bring_back(*, target: Target, by: User | None, reason: str, at: datetime) -> None:
    """Show a target again as it was. Raises ValidationError by field."""
    _move(target, None, by=by, reason=said(reason, _("Say why the target comes back.")), at=at)


def _move(
    target: Target, withdrawn_at: datetime | None, *, by: User | None, reason: str, at: datetime
) -> None:
    with recorded(by=by, reason=reason):
        stored = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
        if (stored.withdrawn_at is None) != (withdrawn_at is None):
            stored.withdrawn_at = withdrawn_at
            stored.save(update_fields=["withdrawn_at"])
            _touch(stored, at)


def revise(*, target: Target, terms: Terms, by: User | None, reason: str, at: datetime) -> Target:
    """Replace what was promised by `terms`, if they differ. Raises ValidationError by field."""
    _check(terms, target.indicator, reason)
    with recorded(by=by, reason=reason):
        stored = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
        changed = [name for name, value in _fields(terms).items() if getattr(stored, name) != value]
        for name, value in _fields(terms).items():
            setattr(stored, name, value)
            setattr(target, name, value)
        if changed:
            stored.save(update_fields=changed)
        if _write_points(stored, terms.points) or changed:
            _touch(stored, at)
    return target


def _fields(terms: Terms) -> dict[str, Any]:
    low, central, high = terms.effect or (None, None, None)
    return {
        "baseline_value": terms.baseline_value,
        "baseline_on": terms.baseline_on,
        "path": terms.path,
        "note": terms.note.strip(),
        "baseline_method": terms.baseline_method.strip(),
        "effect_low": low,
        "effect_central": central,
        "effect_high": high,
        "effect_basis": terms.effect_basis.strip(),
    }


def _write_points(target: Target, points: Sequence[Point]) -> bool:
    """Make the stored points those given; False where they were so already."""
    before = {point.due_on: point for point in target.points.all()}
    given = {point.due_on: _bounds(point) for point in points}
    dropped = [point for due_on, point in before.items() if due_on not in given]
    for old in dropped:
        old.delete()
    written = 0
    for due_on, bounds in given.items():
        point = before.get(due_on)
        if point is not None and (point.value, point.low, point.high) == bounds:
            continue
        point = point or TargetPoint(target=target, due_on=due_on)
        point.value, point.low, point.high = bounds
        point.save()
        written += 1
    return bool(dropped or written)


def _bounds(point: Point) -> tuple[float | None, float | None, float | None]:
    """Value, low, high: as the columns hold them."""
    if isinstance(point.value, tuple):
        return None, *point.value
    return point.value, None, None


def _touch(target: Target, at: datetime) -> None:
    if target.project is not None:
        touch(target.project, at=at)


# ---------------------------------------------------------------- wrong input


def _check(terms: Terms, indicator: Indicator, reason: str) -> None:
    errors: dict[str, list[str]] = {}
    for name, message in [
        *_baseline_problems(terms), *_point_problems(terms, indicator), *_effect_problems(terms),
    ]:  # fmt: skip
        errors.setdefault(name, []).append(message)
    if not errors and terms.points:
        errors.update({name: [message] for name, message in _course_problems(terms, indicator)})
    if terms.path not in Target.Path.values:
        errors["path"] = [_("Choose one of the paths.")]
    if not reason.strip():
        errors["reason"] = [_("Say why the target is set or changes.")]
    if errors:
        raise ValidationError(errors)


def _baseline_problems(terms: Terms) -> Iterator[Problem]:
    if terms.baseline_value is None and terms.baseline_on is not None:
        yield "baseline_value", _("Give the starting value of this date.")
    if terms.baseline_value is not None and terms.baseline_on is None:
        yield "baseline_on", _("Give the date of the starting value.")
    if terms.baseline_value is not None and not math.isfinite(terms.baseline_value):
        yield "baseline_value", _("The starting value must be a number.")


def _effect_problems(terms: Terms) -> Iterator[Problem]:
    if terms.effect is None:
        return
    if not all(math.isfinite(bound) for bound in terms.effect):
        yield "effect_central", _("The expected effect must be a number.")
    elif sorted(terms.effect) != list(terms.effect):
        yield (
            "effect_central",
            _("The expected effect lies between its bounds, the lower one first."),
        )
    if not terms.effect_basis.strip():
        yield "effect_basis", _("Say what the expected effect rests on: a study, a like project.")


def _point_problems(terms: Terms, indicator: Indicator) -> Iterator[Problem]:
    days = [point.due_on for point in terms.points]
    if any(later <= earlier for earlier, later in pairwise(days)):
        yield "points", _("Give the dates in their order, each one once.")
    if terms.baseline_on and days and min(days) <= terms.baseline_on:
        yield "points", _("The first date must come after that of the starting value.")
    for point in terms.points:
        yield from _value_problems(point, indicator)


def _value_problems(point: Point, indicator: Indicator) -> Iterator[Problem]:
    ranged = indicator.direction == Indicator.Direction.RANGE
    bounds = point.value if isinstance(point.value, tuple) else (point.value,)
    if ranged and len(bounds) == 1:
        yield "points", _("This indicator is best within a range: give both bounds.")
    elif not ranged and len(bounds) == 2:
        yield "points", _("Give one value: bounds are for an indicator that is best in a range.")
    if not all(math.isfinite(bound) for bound in bounds):
        yield "points", _("The value to reach must be a number.")
    elif len(bounds) == 2 and bounds[0] >= bounds[1]:
        yield "points", _("The lower bound must be below the upper one.")


def _course_problems(terms: Terms, indicator: Indicator) -> Iterator[Problem]:
    """The last value must be an improvement; on the way there it may first get worse."""
    start, goal = terms.baseline_value, terms.points[-1].value
    if start is None or isinstance(goal, tuple):
        return
    if indicator.direction == Indicator.Direction.UP and goal <= start:
        yield "points", _("Higher is better here: the last value must be above the starting one.")
    if indicator.direction == Indicator.Direction.DOWN and goal >= start:
        yield "points", _("Lower is better here: the last value must be below the starting one.")
