"""Rights as predicates: `user.has_perm("portfolio.change_money", project)`, and the same asked at
once for all parts of a project's page. Lists ask their queryset (`editable_by`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest

from portfolio.reach import rights_of
from portfolio.roles import DRAFTS, MATRIX, PROJECT_PARTS, WHOLE_METROPOLIS, Part, Role

if TYPE_CHECKING:
    from portfolio.models import Programme, Project, User

library: Any = rules  # it has no types


def parts_of(user: User | AnonymousUser, project: Project) -> frozenset[str]:
    """The parts of this project that `user` may change, by name."""
    return rights_of(user).on(project) & frozenset(part.value for part in PROJECT_PARTS)


def roles_everywhere(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles that `user` holds for the whole metropolis."""
    return rights_of(user).everywhere()


def may(user: User | AnonymousUser, part: Part) -> bool:
    """Whether `user` looks after a matter of the whole metropolis: parameters, sources, accounts."""
    if part not in WHOLE_METROPOLIS:
        raise ValueError(f"{part} belongs to projects: ask parts_of")
    return any(part in MATRIX[role] for role in roles_everywhere(user))


def may_edit_programme(user: User | AnonymousUser, programme: Programme) -> bool:
    """Its directors, and those of a programme above it; administrators of it or of everything."""
    reaches = rights_of(user).reaches
    held = [reaches[role] for role in (Role.ADMINISTRATOR, Role.PROGRAMME_DIRECTOR)
            if role in reaches]  # fmt: skip
    return any(r.everywhere or programme.pk in r.keys.get("programme_id", ()) for r in held)


def reads_everything(user: User | AnonymousUser) -> bool:
    """Administrators and auditors of the whole metropolis."""
    return bool(roles_everywhere(user) & {Role.ADMINISTRATOR, Role.AUDITOR})


def may_validate(user: User | AnonymousUser, project: Project, *, author: User | None) -> bool:
    """Nobody validates what they wrote themselves."""
    return user != author and Part.VALIDATION in parts_of(user, project)


def require(request: HttpRequest, part: Part) -> None:
    """Raises Http404 where the reader does not look after that matter."""
    if not may(request.user, part):
        raise Http404


def _changes(part: Part) -> Any:
    def check(user: User | AnonymousUser, project: Project | None) -> bool:
        return project is not None and part in parts_of(user, project)

    return library.predicate(check, name=f"changes_{part}")


def _looks_after(part: Part) -> Any:
    def check(user: User | AnonymousUser) -> bool:
        return may(user, part)

    return library.predicate(check, name=f"looks_after_{part}")


def _reads(user: User | AnonymousUser, project: Project | None) -> bool:
    if project is None:
        return False
    if project.visibility == "PUBLIC" or isinstance(user, AnonymousUser):
        return project.visibility == "PUBLIC"
    return project.visibility == "INTERNAL" or DRAFTS in rights_of(user).on(project)


def register() -> None:
    """Name the predicates, once, when the application starts."""
    library.set_perm("portfolio.read_project", library.predicate(_reads))
    for part in PROJECT_PARTS:
        library.set_perm(f"portfolio.change_{part}", _changes(part))
    for part in WHOLE_METROPOLIS:
        library.set_perm(f"portfolio.manage_{part}", _looks_after(part))
