"""People, their roles and the state of their accounts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, QuerySet

from portfolio.models import RoleAssignment, User

PLACES = ("organisation", "programme", "project")


@dataclass(frozen=True)
class HeldRole:
    """A role in words. `place` is empty for the whole metropolis; `state` is current, coming or
    ended; `pk` is None for what the record or the account itself says."""

    pk: int | None
    role: str
    place: str
    from_on: date | None
    until_on: date | None
    state: str


@dataclass(frozen=True)
class PersonRow:
    user: User
    roles: tuple[HeldRole, ...]
    managed: int
    has_factor: bool

    @property
    def is_waiting(self) -> bool:
        """Invited, and has not signed in yet."""
        return self.user.last_login is None


@dataclass(frozen=True)
class AccountChange:
    """One thing that happened to an account or to a role of its owner."""

    at: datetime
    author: str
    reason: str
    label: str
    what: str


def people_rows(users: QuerySet[User], *, today: date) -> list[PersonRow]:
    """In four queries, whatever their number."""
    shown = list(users.select_related("organisation").annotate(managed=Count("managed_projects")))
    keys = [user.pk for user in shown]
    given = RoleAssignment.objects.filter(user__in=keys, withdrawn_at=None)
    roles: dict[int, list[HeldRole]] = defaultdict(list)
    for assignment in given.select_related(*PLACES).order_by("role", "from_on", "pk"):
        roles[assignment.user_id].append(_held(assignment, today))
    factors = set(
        Authenticator.objects.filter(user__in=keys, type="totp").values_list("user", flat=True)
    )
    return [
        PersonRow(user, tuple(roles[user.pk]), user.managed, user.pk in factors) for user in shown
    ]


def account_changes(user: User) -> list[AccountChange]:
    """What administrators did to this account and its roles, latest first."""
    tracked: Any = (User, RoleAssignment)
    own = {User: {"pgh_obj": user.pk}, RoleAssignment: {"user": user.pk}}
    found = [
        (model, event)
        for model in tracked
        for event in model.pgh_event_models["insert"]
        .objects.filter(**own[model])
        .select_related("pgh_context")
        .order_by("pgh_id")
    ]
    authors = _authors(event for _model, event in found)
    changes = [_change(model, event, authors) for model, event in found]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _held(assignment: RoleAssignment, today: date) -> HeldRole:
    state = "current"
    if assignment.from_on > today:
        state = "coming"
    elif assignment.until_on and assignment.until_on < today:
        state = "ended"
    return HeldRole(
        pk=assignment.pk,
        role=assignment.get_role_display(),
        place=str(assignment.scope or ""),
        from_on=assignment.from_on,
        until_on=assignment.until_on,
        state=state,
    )


def _authors(events: Iterable[Any]) -> dict[int, User]:
    return User.objects.in_bulk({pk for event in events if (pk := _context(event).get("user"))})


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _change(model: Any, event: Any, authors: dict[int, User]) -> AccountChange:
    author = authors.get(_context(event).get("user") or 0)
    label = event.pgh_label
    if model is RoleAssignment:
        label = "role_taken_back" if event.withdrawn_at else "role_given"
    elif label == "update":
        label = "open" if event.is_active else "closed"
    return AccountChange(
        at=event.pgh_created_at,
        author=str(author) if author else "",
        reason=str(_context(event).get("reason", "")),
        label=label,
        what=event.get_role_display() if model is RoleAssignment else "",
    )
