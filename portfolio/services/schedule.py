"""Milestones: planned once, postponed with a reason, completed. The original date stays."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
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
    is_commissioning: bool = False


@dataclass(frozen=True)
class MilestoneWords:
    """What a milestone is, apart from its dates."""

    name_fr: str
    name_en: str = ""
    is_public: bool = True
    is_commissioning: bool = False


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
        for milestone in milestones:
            _check_commissioning(milestone)
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
        is_commissioning=planned.is_commissioning,
    )
    milestone.full_clean(exclude={"project"}, validate_constraints=False)
    return milestone


def postpone(
    *, milestone: Milestone, to: date, by: User | None, reason: str, at: datetime
) -> MilestoneRevision:
    """Move the current date, later or earlier, and keep why. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(milestone)
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
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(milestone)
        if stored.actual_on != on:
            stored.actual_on = milestone.actual_on = on
            stored.save(update_fields=["actual_on"])
            touch(milestone.project, at=at)
    return stored


def reopen(*, milestone: Milestone, by: User | None, reason: str, at: datetime) -> Milestone:
    """Take back a completion that was entered by mistake. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(milestone)
        if stored.actual_on is None:
            raise ValidationError({"actual_on": _("This milestone is not completed.")})
        stored.actual_on = milestone.actual_on = None
        stored.save(update_fields=["actual_on"])
        touch(milestone.project, at=at)
    return stored


def correct(
    *, milestone: Milestone, words: MilestoneWords, by: User | None, reason: str, at: datetime
) -> Milestone:
    """Change its name, who sees it, whether it is the commissioning; what is already so is not
    recorded. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(milestone)
        changes = {k: v for k, v in asdict(words).items() if getattr(stored, k) != v}
        if not changes:
            return stored
        for name, value in changes.items():
            setattr(stored, name, value)
        stored.full_clean(exclude={"project"}, validate_constraints=False)
        _check_commissioning(stored)
        stored.save(update_fields=list(changes))
        touch(stored.project, at=at)
    return stored


def withdraw(*, milestone: Milestone, by: User | None, reason: str, at: datetime) -> Milestone:
    """Take a milestone off the calendar; it can be brought back. Raises ValidationError by
    field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = _locked(milestone)
        stored.withdrawn_at = milestone.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


def bring_back(*, milestone: Milestone, by: User | None, reason: str, at: datetime) -> Milestone:
    """Put a withdrawn milestone back, as it was. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = Milestone.objects.select_for_update().get(pk=milestone.pk)
        if stored.withdrawn_at is None:
            raise ValidationError({"reason": _("This milestone is not withdrawn.")})
        stored.withdrawn_at = milestone.withdrawn_at = None
        _check_commissioning(stored)
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


# ---------------------------------------------------------------- below


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the date changes.")})
    return reason.strip()


def _locked(milestone: Milestone) -> Milestone:
    stored = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if stored.withdrawn_at is not None:
        raise ValidationError({"reason": _("This milestone is withdrawn: bring it back first.")})
    return stored


def _check_commissioning(milestone: Milestone) -> None:
    if not milestone.is_commissioning:
        return
    others = Milestone.objects.current().filter(project=milestone.project, is_commissioning=True)
    other = others.exclude(pk=milestone.pk).first()
    if other is not None:
        raise ValidationError(
            {
                "is_commissioning": _("“%(name)s” is already the commissioning of this project.")
                % {"name": other}
            }
        )
