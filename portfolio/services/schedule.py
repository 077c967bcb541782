"""Milestones: planned once, postponed with a reason, completed. The original date stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Milestone, MilestoneRevision, Project, User
from portfolio.services.history import recorded, touch


@dataclass(frozen=True)
class PlannedMilestone:
    """A milestone to come into being; `on` is its first date."""

    code: str
    name_fr: str
    on: date
    name_en: str = ""
    is_public: bool = True


def plan_milestone(  # noqa: PLR0913 - the facts of a milestone, each named
    *,
    project: Project,
    code: str,
    name_fr: str,
    name_en: str = "",
    on: date,
    by: User | None,
    reason: str,
    at: datetime,
    is_public: bool = True,
) -> Milestone:
    """Add a milestone whose first date is `on`. Raises ValidationError by field."""
    planned = PlannedMilestone(code, name_fr, on, name_en, is_public)
    return plan_milestones(project=project, planned=[planned], by=by, reason=reason, at=at)[0]


def plan_milestones(
    *,
    project: Project,
    planned: Iterable[PlannedMilestone],
    by: User | None,
    reason: str,
    at: datetime,
) -> list[Milestone]:
    """Add several at once. Raises ValidationError by field; none is added then."""
    milestones = [_milestone(project, item) for item in planned]
    codes = [milestone.code for milestone in milestones]
    with recorded(by=by, reason=reason):
        known = project.milestones.filter(code__in=codes).exists()
        if known or len(set(codes)) < len(codes):
            raise ValidationError({"code": _("The project already has this milestone.")})
        Milestone.objects.bulk_create(milestones)
        touch(project, at=at)
    return milestones


def _milestone(project: Project, planned: PlannedMilestone) -> Milestone:
    milestone = Milestone(
        project=project,
        code=planned.code,
        name_fr=planned.name_fr,
        name_en=planned.name_en,
        original_on=planned.on,
        current_on=planned.on,
        is_public=planned.is_public,
    )
    milestone.full_clean(exclude={"project"}, validate_constraints=False)
    return milestone


def postpone(
    *, milestone: Milestone, to: date, by: User | None, reason: str, at: datetime
) -> MilestoneRevision:
    """Move the current date, later or earlier, and keep why. Raises ValidationError by field."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the date changes.")})
    with recorded(by=by, reason=reason):
        stored = Milestone.objects.select_for_update().get(pk=milestone.pk)
        if stored.actual_on is not None:
            raise ValidationError({"current_on": _("This milestone is already completed.")})
        if stored.current_on == to:
            raise ValidationError({"current_on": _("This is already the date.")})
        revision = MilestoneRevision.objects.create(
            milestone=stored,
            before_on=stored.current_on,
            after_on=to,
            reason=reason.strip(),
            author=by,
            revised_at=at,
        )
        stored.current_on = milestone.current_on = to
        stored.save(update_fields=["current_on"])
        touch(milestone.project, at=at)
    return revision


def complete(
    *, milestone: Milestone, on: date, by: User | None, reason: str, at: datetime
) -> Milestone:
    """Enter the date on which it happened, or correct it. Raises ValidationError by field."""
    if on > timezone.localdate(at):
        raise ValidationError({"actual_on": _("A date to come is not yet a fact.")})
    with recorded(by=by, reason=reason):
        stored = Milestone.objects.select_for_update().get(pk=milestone.pk)
        if stored.actual_on != on:
            stored.actual_on = milestone.actual_on = on
            stored.save(update_fields=["actual_on"])
            touch(milestone.project, at=at)
    return stored
