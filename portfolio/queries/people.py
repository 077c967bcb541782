"""People, their roles and the state of their accounts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet

from portfolio.machine_reasons import in_words
from portfolio.models import Organisation, RoleAssignment, User
from portfolio.roles import Role

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
    order: int  # of changes of one instant
    author: str
    reason: str
    label: str
    what: str


@dataclass(frozen=True)
class PeopleAsked:
    """What a filter asks for; what is empty asks nothing. A role is one that holds on a day."""

    q: str = ""
    role: str = ""
    department: Organisation | None = None
    account: str = ""


ACCOUNTS = {
    "open": Q(is_active=True),
    "waiting": Q(is_active=True, last_login=None),
    "closed": Q(is_active=False),
}
# What the record and the account say by themselves: see `portfolio.reach`.
BY_FACTS = {
    Role.ADMINISTRATOR: Q(is_superuser=True),
    Role.DATA_STEWARD: Q(is_staff=True),
    Role.PROJECT_MANAGER: Q(managed_projects__isnull=False),
}


def people_found(asked: PeopleAsked, *, today: date) -> QuerySet[User]:
    """By name."""
    found = User.objects.order_by("last_name", "first_name", "username")
    for word in asked.q.split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(named | Q(username__icontains=word) | Q(email__icontains=word))
    if asked.role:
        role = Role(asked.role)
        held = RoleAssignment.objects.current(today).filter(role=role)
        given = Q(pk__in=held.values("user"))
        holders = User.objects.filter(given | BY_FACTS.get(role, Q(pk__in=())))
        found = found.filter(pk__in=holders.values("pk"))
    if asked.department:
        found = found.filter(organisation=asked.department)
    return found.filter(ACCOUNTS[asked.account]) if asked.account else found


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
    """What happened to this account and its roles, latest first."""
    account = list(_events(User).filter(pgh_obj=user.pk))
    given = list(_events(RoleAssignment).filter(user=user.pk))
    authors = _authors([*account, *given])
    changes = [
        _change(event, authors, label=_what_happened(before, event))
        for before, event in zip([None, *account], account, strict=False)
    ]
    changes += [
        _change(
            event,
            authors,
            label="role_taken_back" if event.withdrawn_at else "role_given",
            what=event.get_role_display(),
        )
        for event in given
    ]
    return sorted(changes, key=lambda change: (change.at, change.order), reverse=True)


def _events(model: Any) -> QuerySet[Any]:
    events: QuerySet[Any] = model.pgh_event_models["insert"].objects.all()
    return events.select_related("pgh_context").order_by("pgh_id")


def _what_happened(before: Any, event: Any) -> str:
    """Of an account, by what the event changed: opened, closed, reopened, bound to an identity,
    freed of its second factor, else changed."""
    if event.pgh_label != "update" or before is None:
        return str(event.pgh_label)
    if event.is_active != before.is_active:
        return "reopened" if event.is_active else "closed"
    return "bound" if event.provider_subject != before.provider_subject else "changed"


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
    found: dict[int, User] = User.objects.in_bulk(
        {pk for event in events if (pk := _context(event).get("user"))}
    )
    return found


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _change(event: Any, authors: dict[int, User], *, label: str, what: str = "") -> AccountChange:
    author = authors.get(_context(event).get("user") or 0)
    return AccountChange(
        at=event.pgh_created_at,
        order=event.pgh_id,
        author=str(author) if author else "",
        reason=in_words(str(_context(event).get("reason", ""))),
        label=label,
        what=what,
    )
