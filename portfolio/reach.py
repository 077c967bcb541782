"""Which projects a person's roles reach: through the tree of departments, the tree of programmes,
or one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from portfolio.roles import MATRIX, Role

if TYPE_CHECKING:
    from portfolio.models import Project, User

NOTHING = Q(pk__in=())


@dataclass
class Reach:
    """Where one role holds: everywhere, or for the projects that have one of these keys in one of
    these fields (`lead_id`, `programme_id`, `manager_id`, `pk`)."""

    everywhere: bool = False
    given: bool = False  # by somebody, or marked on the account; not by the record alone
    keys: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def query(self) -> Q:
        """The same as `holds`, for a list of projects; `Q()` is everywhere."""
        if self.everywhere:
            return Q()
        found = NOTHING
        for name, keys in self.keys.items():
            found |= Q(**{f"{name}__in": sorted(keys)})
        return found

    def holds(self, project: Project) -> bool:
        return self.everywhere or any(
            getattr(project, name) in keys for name, keys in self.keys.items()
        )


@dataclass(frozen=True)
class Rights:
    """What one person may, as of one day: the reach of each of their roles."""

    reaches: Mapping[Role, Reach]

    def query(self, roles: Collection[Role]) -> Q:
        """Projects that one of these roles reaches."""
        found = [reach.query() for role, reach in self.reaches.items() if role in roles]
        if any(not query for query in found):
            return Q()
        return Q(NOTHING, *found, _connector=Q.OR)

    def on(self, project: Project) -> frozenset[str]:
        """What may be done to this project: columns of the table."""
        held = [role for role, reach in self.reaches.items() if reach.holds(project)]
        return frozenset().union(*(MATRIX[role] for role in held))

    def everywhere(self) -> frozenset[Role]:
        return frozenset(role for role, reach in self.reaches.items() if reach.everywhere)


_kept: ContextVar[dict[tuple[int, date], Rights] | None] = ContextVar("rights", default=None)


@contextmanager
def rights_kept() -> Iterator[None]:
    """Inside, the rights of a person are read once: for a page that only reads."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def rights_of(user: User | AnonymousUser, *, on: date | None = None) -> Rights:
    """One query, and one more for each tree that a role of `user` is given in."""
    if isinstance(user, AnonymousUser):
        return Rights({})
    day, kept = on or timezone.localdate(), _kept.get()
    if kept is None:
        return _read(user, day)
    if (user.pk, day) not in kept:
        kept[user.pk, day] = _read(user, day)
    return kept[user.pk, day]


def _read(user: User, on: date) -> Rights:
    reaches: dict[Role, Reach] = defaultdict(Reach)
    given = list(_assignments(user, on))
    _given(reaches, given)
    _by_facts(reaches, user, has_role=bool(given))
    return Rights(dict(reaches))


Given = tuple[str, int | None, int | None, int | None]


def _assignments(user: User, on: date) -> Iterable[Given]:
    assignments = apps.get_model("portfolio", "RoleAssignment").objects
    current = assignments.current(on).filter(user=user)
    return current.values_list("role", "organisation", "programme", "project")


def _given(reaches: dict[Role, Reach], given: list[Given]) -> None:
    departments = _tree("Organisation") if any(row[1] for row in given) else {}
    programmes = _tree("Programme") if any(row[2] for row in given) else {}
    for name, organisation, programme, project in given:
        reach = reaches[Role(name)]
        reach.given = True
        if organisation:
            reach.keys["lead_id"] |= _below(departments, organisation)
        elif programme:
            reach.keys["programme_id"] |= _below(programmes, programme)
        elif project:
            reach.keys["pk"].add(project)
        else:
            reach.everywhere = True


def _by_facts(reaches: dict[Role, Reach], user: User, *, has_role: bool) -> None:
    """What the record itself says: its manager, its lead department, the marks of an account.

    A member of the lead department works for its projects as their manager does, unless somebody
    gave them a role: then their roles say all, and a finance officer changes money alone.
    """
    for marked, role in (
        (user.is_superuser, Role.ADMINISTRATOR),
        (user.is_staff, Role.DATA_STEWARD),
    ):
        if marked:
            reaches[role].everywhere = reaches[role].given = True
    reaches[Role.PROJECT_MANAGER].keys["manager_id"].add(user.pk)
    if user.organisation_id and not has_role:
        reaches[Role.PROJECT_MANAGER].keys["lead_id"].add(user.organisation_id)


def _tree(name: str) -> dict[int, list[int]]:
    """Children by parent."""
    children: dict[int, list[int]] = defaultdict(list)
    for pk, parent in apps.get_model("portfolio", name).objects.values_list("pk", "parent"):
        children[parent].append(pk)
    return children


def _below(children: Mapping[int, list[int]], root: int) -> set[int]:
    found, waiting = {root}, [root]
    while waiting:
        fresh = [pk for pk in children.get(waiting.pop(), []) if pk not in found]
        found.update(fresh)
        waiting += fresh
    return found
