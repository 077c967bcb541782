"""Roles in words: what each of them may, and what somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portfolio.models import Organisation, User
from portfolio.queries.people import HeldRole, people_rows
from portfolio.roles import DRAFTS, MATRIX, Part, Role


@dataclass(frozen=True)
class RoleWords:
    """`parts` are what the role changes; none: it only reads."""

    role: str
    reads_drafts: bool
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    held: HeldRole
    words: RoleWords


def role_words(roles: Iterable[Role] = tuple(Role)) -> list[RoleWords]:
    """The table of rights, a line a role."""
    return [_words(role) for role in roles]


def roles_in_words(user: User, *, today: date) -> list[Held]:
    """All that `user` holds: what was given, then what the record and the account say."""
    (row,) = people_rows(User.objects.filter(pk=user.pk), today=today)
    by_label = {str(role.label): role for role in Role}
    given = [Held(held, _words(by_label[held.role])) for held in row.roles]
    return given + [
        Held(_held(role, place), _words(role))
        for role, place in _by_facts(user, managed=row.managed, given=bool(current(row.roles)))
    ]


def current(roles: Iterable[HeldRole]) -> list[HeldRole]:
    return [held for held in roles if held.state == "current"]


def _by_facts(user: User, *, managed: int, given: bool) -> list[tuple[Role, str]]:
    """As `portfolio.reach` counts them."""
    if user.is_superuser:
        return [(Role.ADMINISTRATOR, "")]  # the others add nothing
    found = [(Role.DATA_STEWARD, "")] if user.is_staff else []
    if managed:
        found.append((Role.PROJECT_MANAGER, _("the projects you manage (%d)") % managed))
    if user.organisation_id and not given:
        department = Organisation.objects.get(pk=user.organisation_id)
        found.append((Role.PROJECT_MANAGER, _("projects led by: %s") % department))
    return found


def _held(role: Role, place: str) -> HeldRole:
    return HeldRole(None, str(role.label), place, None, None, "current")


def _words(role: Role) -> RoleWords:
    parts = tuple(str(part.label) for part in Part if part in MATRIX[role])
    return RoleWords(str(role.label), DRAFTS in MATRIX[role], parts)
