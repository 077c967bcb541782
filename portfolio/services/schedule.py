"""Milestones: planned once, postponed with a reason, completed. The original date stays."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Milestone, MilestoneRevision, Project, User
from portfolio.services.history import recorded, touch


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
    milestone = Milestone(
        project=project,
        code=code,
        name_fr=name_fr,
        name_en=name_en,
        original_on=on,
        current_on=on,
        is_public=is_public,
    )
    milestone.full_clean(exclude={"project"}, validate_constraints=False)
    with recorded(by=by, reason=reason):
        if project.milestones.filter(code=code).exists():
            raise ValidationError({"code": _("The project already has this milestone.")})
        milestone.save(force_insert=True)
        touch(project, at=at)
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
