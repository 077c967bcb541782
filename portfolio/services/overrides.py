"""A manager's word instead of a computed status: with a reason, for a time."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Project, StatusOverride, User
from portfolio.querysets import OverrideQuerySet
from portfolio.services.history import recorded

LONGEST = timedelta(days=183)  # six months


def override(  # noqa: PLR0913 - the facts of an override, each named
    *,
    project: Project,
    axis: str,
    status: str,
    expires_on: date,
    by: User | None,
    reason: str,
    at: datetime,
) -> StatusOverride:
    """Say another status than the computed one until a day; it replaces an earlier word on the
    same axis. Raises ValidationError by field."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the computed status is wrong.")})
    today = timezone.localdate(at)
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError({"expires_on": _("Choose a day within the next six months.")})
    made = StatusOverride(
        project=project, axis=axis, status=status, expires_on=expires_on, reason=reason.strip(),
        author=by, set_at=at,
    )  # fmt: skip
    made.full_clean(exclude={"project", "author"}, validate_constraints=False)
    with recorded(by=by, reason=reason):
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        _end(StatusOverride.objects.filter(project=project, axis=axis), at)
        made.save(force_insert=True)
    return made


def end_override(*, override: StatusOverride, by: User | None, reason: str, at: datetime) -> None:
    """The computed status stands again from now on; the history keeps the word and its reason."""
    with recorded(by=by, reason=reason):
        _end(StatusOverride.objects.filter(pk=override.pk), at)


def _end(overrides: OverrideQuerySet, at: datetime) -> None:
    overrides.filter(ended_at=None).update(ended_at=at)
