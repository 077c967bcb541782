"""Putting back what a recorded change replaced: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pghistory.models import Context

from portfolio.machine_reasons import by_machine, in_words
from portfolio.models import (
    CostEstimate,
    Dependency,
    Milestone,
    MilestoneRevision,
    PhasePeriod,
    PhasePeriodRevision,
    Project,
    ProjectDocument,
    StatusOverride,
    User,
)
from portfolio.queries import events as event_queries
from portfolio.queries import restoring
from portfolio.queries.events import Event
from portfolio.queries.restoring import Plan, Refusal, Step
from portfolio.services import dependencies, phases
from portfolio.services import projects as project_services
from portfolio.services.history import recorded, touch
from portfolio.templatetags.figures import moment

UNDOES = gettext_noop("Undoes the change of %(at)s: %(reason)s")


class NoSuchChangeError(LookupError):
    """The project's history holds no change of that name."""


def undo(*, project: Project, change: UUID, by: User | None, at: datetime) -> UUID:
    """Put back exactly what one change replaced; gives the name of the change that does it. Raises NoSuchChangeError, and ValidationError
    where the same facts were changed again since, or where it can only be corrected by an act."""
    with recorded(by=by, reason=undoing(change)) as name:
        Project.objects.select_for_update().get(pk=project.pk)
        events = event_queries.of_project(project)
        _check_made(events, change)
        said = in_words(undoing(change))  # rows keep it too, as a text
        _carry_out(project, restoring.plan(events, change), by=by, reason=said, at=at)
    return name


def restore_before(
    *, project: Project, change: UUID, by: User | None, reason: str, at: datetime
) -> UUID:
    """Put the records that a change touched back as they were before it, whatever was written
    since. Raises NoSuchChangeError and ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the record is put back.")})
    with recorded(by=by, reason=reason.strip()) as name:
        Project.objects.select_for_update().get(pk=project.pk)
        events = event_queries.of_project(project)
        _check_made(events, change)
        plan = restoring.plan(events, change, whole=True)
        _carry_out(project, plan, by=by, reason=reason.strip(), at=at)
    return name


def undoing(change: UUID) -> str:
    """The reason of an undoing: which change, and why it had been made."""
    context = Context.objects.filter(pk=change).first()
    if context is None:
        raise NoSuchChangeError(str(change))
    made = in_words(str(context.metadata.get("reason", "")))
    return by_machine(UNDOES, at=context.created_at.isoformat(), reason=made)


def refusal_in_words(refusal: Refusal) -> str:
    if refusal.code == "CHANGED_SINCE" and refusal.event:
        event = refusal.event
        words = {"moment": moment(event.at), "author": _author(event)}
        return _("This was changed again on %(moment)s (%(author)s). Undo that change first, or correct the record by hand.") % words  # fmt: skip
    return {
        "APPEND_ONLY": _("This act is kept for good: enter the opposite act, or decide again."),
        "OWN_ACTS": _(
            "A review, an alert, a role or a target has acts of its own: change it there."
        ),
        "CREATION": _("A project is not taken off the register: change its state instead."),
        "VERSION": _("A version of a document is kept: take the document off, or add a version."),
        "NOT_ALLOWED": _("It would change parts of this project that you may not change."),
        "NOTHING": _("The record already holds what it held before this change."),
    }.get(refusal.code, _("This change keeps no trace that would let it be undone."))


# ---------------------------------------------------------------- below


def _check_made(events: Sequence[Event], change: UUID) -> None:
    """A change of another project is none of this one."""
    if not any(event.context == change for event in events):
        raise NoSuchChangeError(str(change))


def _author(event: Event) -> str:
    context = Context.objects.filter(pk=event.context).first() if event.context else None
    metadata: Any = context.metadata if context else {}
    person = User.objects.filter(pk=metadata.get("user")).first()
    return str(person) if person else _("automatic")


def _carry_out(project: Project, plan: Plan, *, by: User | None, reason: str, at: datetime) -> None:
    if plan.refusal:
        raise ValidationError(refusal_in_words(plan.refusal), code=plan.refusal.code)
    # What leaves makes room for what comes back.
    for step in sorted(plan.steps, key=lambda one: (bool(one.then), not one.now)):
        _apply(step, by=by, reason=reason, at=at)
    project.refresh_from_db(fields=["updated_at"])
    touch(project, at=at)


def _apply(step: Step, *, by: User | None, reason: str, at: datetime) -> None:
    if not step.then:
        _take_off(step, at=at)
    elif not step.now:
        record = step.tracked.model(pk=step.pk, **step.then)
        _checked(record)
        record.save(force_insert=True)
    elif step.tracked.model is Project:
        _put_project_back(step, by=by, reason=reason, at=at)
    else:
        _put_back(step, by=by, reason=reason, at=at)


def _put_project_back(step: Step, *, by: User | None, reason: str, at: datetime) -> None:
    project = Project.objects.get(pk=step.pk)
    changes = {}
    for column in step.names:
        field: Any = next(f for f in Project._meta.concrete_fields if f.attname == column)
        setattr(project, column, step.then[column])
        changes[field.name] = getattr(project, field.name)
    project_services.update(project=project, changes=changes, by=by, reason=reason, at=at)


def _put_back(step: Step, *, by: User | None, reason: str, at: datetime) -> None:
    record = step.tracked.model._base_manager.select_for_update().get(pk=step.pk)
    for name in step.names:
        setattr(record, name, step.then[name])
    if hasattr(record, "recorded_at"):
        record.recorded_at = at
    _checked(record)
    _check_others(record, by=by)
    record.save()
    _keep_move(record, step, {"reason": reason, "author": by, "revised_at": at})


def _check_others(record: models.Model, *, by: User | None) -> None:
    """What no constraint of its table says."""
    if getattr(record, "withdrawn_at", None) is not None:
        return
    if isinstance(record, Dependency):
        dependencies.check(record, by=by)
    if isinstance(record, PhasePeriod):
        phases.check_set(record)


def _keep_move(record: models.Model, step: Step, signed: dict[str, Any]) -> None:
    """Rule 6: each move of a date keeps its reason, a move back too."""
    if isinstance(record, Milestone) and "current_on" in step.names:
        MilestoneRevision.objects.create(
            milestone=record, before_on=step.now["current_on"], after_on=record.current_on, **signed
        )
    if isinstance(record, PhasePeriod) and {"current_starts_on", "current_ends_on"} & {*step.names}:
        PhasePeriodRevision.objects.create(
            period=record,
            before_starts_on=step.now["current_starts_on"],
            before_ends_on=step.now["current_ends_on"],
            after_starts_on=record.current_starts_on,
            after_ends_on=record.current_ends_on,
            **signed,
        )


def _take_off(step: Step, *, at: datetime) -> None:
    """A record that can be withdrawn is; another one leaves, if nothing rests on it."""
    record: Any = step.tracked.model._base_manager.select_for_update().get(pk=step.pk)
    name = "ended_at" if isinstance(record, StatusOverride) else "withdrawn_at"
    if hasattr(record, name) and not _has_successor(record):
        setattr(record, name, at)
        record.save(update_fields=[name])
        return
    if _has_dependents(record) or _has_successor(record):
        raise ValidationError(_("Other records rest on this one: take them off first."))
    record.delete()


def _has_dependents(record: models.Model) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: record.pk}).exists()
        for relation in record._meta.related_objects
        if relation.related_model and not hasattr(relation.related_model, "pgh_tracked_model")
    )


def _has_successor(record: models.Model) -> bool:
    if isinstance(record, CostEstimate):
        later = CostEstimate.objects.filter(version__gt=record.version)
        return later.filter(project=record.project_id).exists()
    if isinstance(record, ProjectDocument):
        return ProjectDocument.objects.filter(replaces=record).exists()
    return False


def _checked(record: models.Model) -> None:
    """Fields and constraints, in words. What the register may leave unknown is not asked for."""
    unknown = {
        field.name
        for field in record._meta.concrete_fields
        if field.null and getattr(record, field.attname) is None
    }
    try:
        record.full_clean(exclude=unknown)
    except ValidationError as error:
        said = " ".join(error.messages)
        words = _("What was entered since does not allow it: %(errors)s") % {"errors": said}
        raise ValidationError(words, code="NOT_VALID") from error
