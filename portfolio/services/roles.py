"""Giving a role to somebody, and taking it back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Organisation, Programme, Project, RoleAssignment, User
from portfolio.roles import METROPOLIS_ROLES, Role
from portfolio.services.history import recorded

Place = Organisation | Programme | Project
FIELDS: dict[type, str] = {
    Organisation: "organisation",
    Programme: "programme",
    Project: "project",
}


@dataclass(frozen=True)
class Given:
    """A role, where it holds (None: the whole metropolis) and when (no end: until taken back)."""

    role: Role
    where: Place | None
    from_on: date
    until_on: date | None = None


def grant(
    *, user: User, given: Given, by: User | None, reason: str, at: datetime
) -> RoleAssignment:
    """Give a role. Raises ValidationError by field: given already, a place that says nothing, an
    end before its beginning, an account that is closed."""
    place = {FIELDS[type(given.where)]: given.where} if given.where else {}
    assignment = RoleAssignment(
        user=user, role=given.role, from_on=given.from_on, until_on=given.until_on,
        granted_by=by, granted_at=at, **place,
    )  # fmt: skip
    with recorded(by=by, reason=reason):
        _check(assignment)
        assignment.save(force_insert=True)
    return assignment


def withdraw(*, assignment: RoleAssignment, by: User | None, reason: str, at: datetime) -> None:
    """Take a role back; it stays in the history. Raises ValidationError for the administrator who
    would shut themselves out, and for a role that was taken back already."""
    with recorded(by=by, reason=reason):
        stored = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
        if stored.withdrawn_at is not None:
            raise ValidationError(_("This role was taken back already."), code="withdrawn")
        if by is not None and stored.user_id == by.pk and stored.role == Role.ADMINISTRATOR:
            raise ValidationError(
                _("Another administrator has to take this role from you."), code="own"
            )
        stored.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])


def _check(assignment: RoleAssignment) -> None:
    errors = {}
    if not assignment.user.is_active:
        errors["user"] = _("This account is closed: open it first.")
    if assignment.role in METROPOLIS_ROLES and assignment.scope is not None:
        errors["scope"] = _("This role holds for the whole metropolis: choose no place.")
    if assignment.until_on and assignment.until_on < assignment.from_on:
        errors["until_on"] = _("The role would end before it begins.")
    if _same(assignment):
        errors["role"] = _("This person has this role there already.")
    if errors:
        raise ValidationError(errors)


def _same(assignment: RoleAssignment) -> bool:
    """Locks the person, so that two administrators at once give one role."""
    User.objects.select_for_update().get(pk=assignment.user_id)
    return RoleAssignment.objects.filter(
        user=assignment.user, role=assignment.role, organisation=assignment.organisation,
        programme=assignment.programme, project=assignment.project, withdrawn_at=None,
    ).exists()  # fmt: skip
