"""Rights as predicates: `user.has_perm("portfolio.change_money", project)`, and the same asked at
once for all parts of a project's page. Lists ask their queryset (`editable_by`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from portfolio.reach import rights_of
from portfolio.roles import DRAFTS, MATRIX, PROJECT_PARTS, WHOLE_METROPOLIS, Part, Role

if TYPE_CHECKING:
    from portfolio.models import Project, User

    Person = User | AnonymousUser


def parts_of(user: Person, project: Project) -> frozenset[str]:
    """The parts of this project that `user` may change, by name."""
    return rights_of(user).on(project) & frozenset(part.value for part in PROJECT_PARTS)


def roles_everywhere(user: Person) -> frozenset[Role]:
    """The roles that `user` holds for the whole metropolis."""
    return rights_of(user).everywhere()


def may(user: Person, part: Part) -> bool:
    """Whether `user` looks after a matter of the whole metropolis: parameters, sources, accounts."""
    if part not in WHOLE_METROPOLIS:
        raise ValueError(f"{part} belongs to projects: ask parts_of")
    return any(part in MATRIX[role] for role in roles_everywhere(user))


def reads_everything(user: Person) -> bool:
    """Administrators and auditors of the whole metropolis."""
    return bool(roles_everywhere(user) & {Role.ADMINISTRATOR, Role.AUDITOR})


def may_validate(user: Person, project: Project, *, author: User | None) -> bool:
    """Nobody validates what they wrote themselves."""
    return user != author and Part.VALIDATION in parts_of(user, project)


def require(request: HttpRequest, part: Part) -> None:
    """Raises Http404 where the reader does not look after that matter."""
    if not may(request.user, part):
        raise Http404


def _changes(part: Part) -> rules.Predicate:
    def check(user: Person, project: Project | None) -> bool:
        return project is not None and part in parts_of(user, project)

    return rules.predicate(check, name=f"changes_{part}")


def _looks_after(part: Part) -> rules.Predicate:
    def check(user: Person) -> bool:
        return may(user, part)

    return rules.predicate(check, name=f"looks_after_{part}")


def _reads(user: Person, project: Project | None) -> bool:
    if project is None:
        return False
    if project.visibility == "PUBLIC" or isinstance(user, AnonymousUser):
        return project.visibility == "PUBLIC"
    return project.visibility == "INTERNAL" or DRAFTS in rights_of(user).on(project)


def register() -> None:
    """Name the predicates, once, when the application starts."""
    rules.set_perm("portfolio.read_project", rules.predicate(_reads))
    for part in PROJECT_PARTS:
        rules.set_perm(f"portfolio.change_{part}", _changes(part))
    for part in WHOLE_METROPOLIS:
        rules.set_perm(f"portfolio.manage_{part}", _looks_after(part))
