"""The criteria of an exercise and their scales, as long as nobody has seen a score."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Criterion, Exercise, User
from portfolio.services.exercises import draft
from portfolio.services.history import recorded

MOST = 40  # criteria of one exercise, groups included
Kind = Criterion.Kind


@dataclass(frozen=True)
class CriterionFields:
    """What is said of a criterion. `points`: pairs (score, value); `levels`: {"value", "fr", "en"}."""

    name_fr: str
    kind: str
    name_en: str = ""
    description_fr: str = ""
    description_en: str = ""
    parent: Criterion | None = None
    unit_fr: str = ""
    unit_en: str = ""
    points: list[list[float]] = field(default_factory=list)
    levels: list[dict[str, Any]] = field(default_factory=list)
    fact: str = ""
    indicator_code: str = ""
    indifference: float = 5.0
    strict: float = 25.0


NAMES = tuple(one.name for one in fields(CriterionFields))


def add(*, exercise: Exercise, given: CriterionFields, by: User | None, reason: str) -> Criterion:
    """One more, the last of its group. Raises ValidationError by field."""
    with recorded(by=by, reason=reason):
        held = draft(exercise)
        if held.criteria.count() >= MOST:
            raise ValidationError(_("An exercise has 40 criteria at most."))
        criterion = Criterion(exercise=held, position=held.criteria.count())
        _write(criterion, given)
        criterion.save(force_insert=True)
    return criterion


def change(
    *, criterion: Criterion, given: CriterionFields, by: User | None, reason: str
) -> Criterion:
    """Raises ValidationError by field, and once scoring is open."""
    with recorded(by=by, reason=reason):
        held = draft(criterion.exercise)
        stored = held.criteria.select_for_update(of=("self",)).get(pk=criterion.pk)
        if stored.is_group and given.kind != Kind.GROUP and stored.children.exists():
            raise ValidationError({"kind": _("This group holds criteria: move them first.")})
        _write(stored, given)
        stored.save()
    return stored


def remove(*, criterion: Criterion, by: User | None, reason: str) -> None:
    """With all below it, if it is a group. Raises ValidationError once scoring is open."""
    with recorded(by=by, reason=reason):
        held = draft(criterion.exercise)
        held.criteria.filter(pk=criterion.pk).delete()


def _write(criterion: Criterion, given: CriterionFields) -> None:
    for name in NAMES:
        value = getattr(given, name)
        setattr(criterion, name, value.strip() if isinstance(value, str) else value)
    _only_of_its_kind(criterion)
    criterion.full_clean(exclude={"exercise", "parent"}, validate_constraints=False)
    errors = _problems(criterion)
    if errors:
        raise ValidationError(errors)
    if not criterion.is_group:
        criterion.direction = criterion.function.direction


def _only_of_its_kind(criterion: Criterion) -> None:
    """What another kind of scale left in the form says nothing."""
    if criterion.kind not in {Kind.NUMERIC, Kind.MEASURED}:
        criterion.points = []
    if criterion.kind != Kind.LEVELS:
        criterion.levels = []
    if criterion.kind != Kind.MEASURED:
        criterion.fact = criterion.indicator_code = ""


def _problems(criterion: Criterion) -> dict[str, str]:
    found: dict[str, str] = {}
    parent = criterion.parent
    if parent is not None and (parent.exercise_id != criterion.exercise_id or not parent.is_group):
        found["parent"] = _("This is no group of the exercise.")
    elif parent is not None and (criterion.is_group or parent.parent_id is not None):
        found["parent"] = _("Groups stand at the top: a tree has two storeys.")
    if criterion.kind == Kind.MEASURED and bool(criterion.fact) == bool(criterion.indicator_code):
        found["fact"] = _("Choose one: a fact of the register, or a measure.")
    if not 0 <= criterion.indifference < criterion.strict <= 100:
        found["strict"] = _("Above the difference that does not count, and 100 at most.")
    if not criterion.is_group and (told := _scale_problem(criterion)):
        found["levels" if criterion.kind == Kind.LEVELS else "points"] = told
    return found


def _scale_problem(criterion: Criterion) -> str:
    try:
        function = criterion.function
    except (ValueError, TypeError, KeyError) as error:
        return scale_words(str(error))
    if criterion.kind == Kind.LEVELS and not all(
        str(one.get("fr", "")).strip() for one in criterion.levels
    ):
        return _("Each level is described in French.")
    if function.best == function.worst:
        return _("The best and the worst are the same.")
    return ""


def scale_words(code: str) -> str:
    """What is wrong with a scale, said to whoever writes it."""
    told = {
        "points: scores do not rise": _("The scores must rise from one line to the next."),
        "points: values do not go from 0 to 100": _(
            "The worst is worth 0 and the best 100: both must be there, and nothing beyond."
        ),
        "points: values go up and down": _("The values must go one way only, up or down."),
        "points: not a number": _("A number is missing."),
    }
    return told.get(code, _("Give two lines at least, each with a score and its value."))
