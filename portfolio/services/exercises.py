"""Exercises of prioritisation: prepared, opened to scores, revealed, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Candidate, Criterion, Exercise, Project, User
from portfolio.services.history import recorded, said

TEXTS = ("name_fr", "name_en", "purpose_fr", "purpose_en", "reference_fr", "reference_en")
WRITTEN = (*TEXTS, "retained", "draws", "seed")
State = Exercise.State


def create(*, fields: Mapping[str, Any], by: User | None, reason: str, at: datetime) -> Exercise:
    """A draft that `by` owns. Raises ValidationError by field."""
    exercise = Exercise(owner=by, created_at=at, updated_at=at)
    with recorded(by=by, reason=_why(reason)):
        _write(exercise, fields)
        exercise.save(force_insert=True)
    return exercise


def describe(
    *, exercise: Exercise, fields: Mapping[str, Any], by: User | None, reason: str, at: datetime
) -> Exercise:
    """Change the texts and terms of a draft. Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        held = draft(exercise)
        _write(held, fields)
        held.updated_at = at
        held.save()
    return held


def add_candidates(
    *, exercise: Exercise, projects: Iterable[Project], by: User | None, at: datetime
) -> int:
    """Let projects in; how many were not there yet. Raises ValidationError on a closed exercise."""
    with recorded(by=by, reason=_("Candidates of an exercise of prioritisation")):
        held = locked(exercise)
        _not_closed(held)
        there = set(held.candidates.current().values_list("project_id", flat=True))
        new = {project.pk: project for project in projects if project.pk not in there}
        Candidate.objects.bulk_create(
            [Candidate(exercise=held, project=one, added_by=by, added_at=at)
             for one in new.values()]
        )  # fmt: skip
    return len(new)


def remove_candidate(*, candidate: Candidate, by: User | None, reason: str, at: datetime) -> None:
    """Taken out of a draft; withdrawn, with its reason, once scores may be seen. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_("Candidates of an exercise of prioritisation")):
        held = locked(candidate.exercise)
        _not_closed(held)
        if held.is_draft:
            candidate.delete()
            return
        stored = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
        if stored.withdrawn_at is not None:
            raise ValidationError(_("This project is withdrawn already."))
        stored.withdrawn_reason = said(reason, _("Say why it is withdrawn: the reason stays."))
        stored.withdrawn_at, stored.withdrawn_by = at, by
        stored.save()


def open_scoring(*, exercise: Exercise, by: User | None, at: datetime) -> Exercise:
    """Fix criteria and scales for ever; scores and weights may come. Raises ValidationError with all
    that is missing."""

    def change(held: Exercise) -> None:
        if not held.is_draft:
            raise ValidationError(_("Scoring is open already."))
        if missing := lacks(held):
            raise ValidationError(missing)
        held.state, held.opened_at = State.SCORING, at

    return _change(exercise, change, by=by, reason=_("Scoring opened: scales are fixed"), at=at)


def reveal_weights(*, exercise: Exercise, by: User | None, at: datetime) -> Exercise:
    """Show the weights of the members to all, without names: an act of the owner, as long as their
    account is open. Raises ValidationError."""

    def change(held: Exercise) -> None:
        owner = held.owner
        if by is not None and owner is not None and owner.is_active and owner != by:
            raise ValidationError(_("Who owns the exercise reveals the weights: %s.") % owner)
        if held.is_draft:
            raise ValidationError(_("Nobody could give weights yet."))
        if held.weights_revealed_at is not None:
            raise ValidationError(_("The weights are revealed already."))
        if not held.member_weights.exists():
            raise ValidationError(_("No member has given weights yet."))
        held.weights_revealed_at = at

    return _change(exercise, change, by=by, reason=_("Weights revealed"), at=at)


def close(*, exercise: Exercise, by: User | None, at: datetime) -> Exercise:
    """Nothing of it changes any more. Raises ValidationError."""

    def change(held: Exercise) -> None:
        if not held.is_scoring:
            raise ValidationError(_("Only an exercise that is being scored is closed."))
        held.state, held.closed_at = State.CLOSED, at

    return _change(exercise, change, by=by, reason=_("Exercise closed"), at=at)


def discard(*, exercise: Exercise, by: User | None) -> None:
    """Throw a draft away. Raises ValidationError on one that was opened."""
    with recorded(by=by, reason=_("Draft of an exercise thrown away")):
        held = draft(exercise)
        held.candidates.all().delete()
        held.delete()


def lacks(exercise: Exercise) -> list[str]:
    """What a draft still wants before it can be opened, in words."""
    criteria = list(exercise.criteria.all())
    leaves = [one for one in criteria if not one.is_group]
    parents = {one.parent_id for one in criteria}
    empty = [one.name for one in criteria if one.is_group and one.pk not in parents]
    found = []
    if len(leaves) < 2:
        found.append(_("Two criteria at least are needed."))
    if empty:
        found.append(_("No criterion in the group: %s.") % ", ".join(empty))
    if exercise.candidates.current().count() < 2:
        found.append(_("Two candidates at least are needed."))
    if not exercise.reference_fr:
        found.append(_("Say which reference option candidates are compared with."))
    return found


# ---------------------------------------------------------------- below


def locked(exercise: Exercise) -> Exercise:
    """The row, held until the transaction ends."""
    return Exercise.objects.select_for_update(of=("self",)).get(pk=exercise.pk)


def draft(exercise: Exercise) -> Exercise:
    """The same, of an exercise that is not open yet. Raises ValidationError."""
    held = locked(exercise)
    if not held.is_draft:
        raise ValidationError(
            _("Scoring is open: criteria and scales were fixed before scores were seen.")
        )
    return held


def leaves_of(exercise: Exercise) -> list[Criterion]:
    """What is scored and weighed, in the order of the screens."""
    leaves = exercise.criteria.exclude(kind=Criterion.Kind.GROUP)
    return list(leaves.order_by("parent__position", "position", "pk"))


def _not_closed(exercise: Exercise) -> None:
    if exercise.state == State.CLOSED:
        raise ValidationError(_("This exercise is closed: nothing of it changes."))


def _change(
    exercise: Exercise, change: Callable[[Exercise], None], *, by: User | None, reason: str,
    at: datetime,
) -> Exercise:  # fmt: skip
    with recorded(by=by, reason=reason):
        held = locked(exercise)
        change(held)
        held.updated_at = at
        held.save()
    return held


def _write(exercise: Exercise, fields: Mapping[str, Any]) -> None:
    if unknown := set(fields) - set(WRITTEN):
        raise ValueError(f"fields: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(exercise, name, value.strip() if isinstance(value, str) else value)
    others = {field.name for field in Exercise._meta.concrete_fields} - set(WRITTEN)
    exercise.full_clean(exclude=others, validate_unique=False, validate_constraints=False)
    if exercise.retained is not None and exercise.retained < 1:
        raise ValidationError({"retained": _("One project at least; empty: not known.")})
    if not 100 <= exercise.draws <= 100_000:
        raise ValidationError({"draws": _("From 100 to 100,000 weightings.")})


def _why(reason: str) -> str:
    return said(reason, _("Say why the exercise changes."))
