"""Who takes part in a project, and what an organisation takes part in."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portfolio.models import Organisation, Project, Stakeholder, User


@dataclass(frozen=True)
class People:
    """`past` are those whose part is over."""

    present: tuple[Stakeholder, ...]
    past: tuple[Stakeholder, ...]
    withdrawn: tuple[Stakeholder, ...]


@dataclass(frozen=True)
class OrganisationNode:
    """An organisation in its tree; `depth` starts at 0."""

    organisation: Organisation
    depth: int
    leads: int
    takes_part: int


@dataclass(frozen=True)
class OrganisationPart:
    """A project that an organisation takes part in, and as what."""

    project: Project
    roles: tuple[str, ...]


def people_of(project: Project, *, today: date) -> People:
    """In the order of the roles, in one query."""
    order = {role: place for place, role in enumerate(Stakeholder.Role.values)}
    found = sorted(
        project.stakeholders.select_related("organisation"),
        key=lambda one: (order[one.role], str(one.organisation or ""), one.person),
    )
    kept = [one for one in found if one.withdrawn_at is None]
    past = {one.pk for one in kept if one.until_on and one.until_on < today}
    return People(
        present=tuple(one for one in kept if one.pk not in past),
        past=tuple(one for one in kept if one.pk in past),
        withdrawn=tuple(one for one in found if one.withdrawn_at is not None),
    )


def public_parts(project: Project, *, today: date) -> list[Stakeholder]:
    """The organisations that residents read, in the order of their roles, each once a role."""
    shown = Stakeholder.objects.public(today).filter(project=project)
    order = {role: place for place, role in enumerate(Stakeholder.Role.values)}
    once = {(one.role, one.organisation_id): one for one in shown.select_related("organisation")}
    return sorted(once.values(), key=lambda one: (order[one.role], str(one.organisation)))


def tree(kinds: Iterable[str], user: User) -> list[OrganisationNode]:
    """Organisations of these kinds, each below the one it is part of, by name; the counts are of
    the projects that `user` may see. One whose parent is of another kind stands at the top."""
    found = Organisation.objects.filter(kind__in=list(kinds)).order_by("pk")
    shown = sorted(found, key=lambda one: _letters(one.name_fr))
    keys = {one.pk for one in shown}
    below: dict[int | None, list[Organisation]] = {}
    for one in shown:
        below.setdefault(one.parent_id if one.parent_id in keys else None, []).append(one)
    leads, parts = _counts(user)
    nodes: list[OrganisationNode] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        nodes.append(OrganisationNode(one, depth, leads.get(one.pk, 0), parts.get(one.pk, 0)))
        waiting += [(child, depth + 1) for child in reversed(below.get(one.pk, []))]
    return nodes


def _letters(name: str) -> str:
    """As a French reader looks a name up: État among the E."""
    return unicodedata.normalize("NFKD", name.casefold())


def _counts(user: User) -> tuple[dict[int, int], dict[int, int]]:
    seen = Project.objects.visible_to(user)
    leads: dict[int, int] = {}
    for key in seen.exclude(lead=None).values_list("lead_id", flat=True):
        leads[key] = leads.get(key, 0) + 1
    kept = Stakeholder.objects.current().filter(project__in=seen).exclude(organisation=None)
    parts: dict[int, int] = {}
    for key, _project in kept.order_by().values_list("organisation_id", "project_id").distinct():
        parts[key] = parts.get(key, 0) + 1
    return leads, parts


def parts_of(organisation: Organisation, user: User) -> list[OrganisationPart]:
    """The projects that `user` may see and `organisation` takes part in, by name."""
    seen = Project.objects.visible_to(user)
    kept = Stakeholder.objects.current().filter(organisation=organisation, project__in=seen)
    roles: dict[int, dict[str, None]] = {}
    projects: dict[int, Project] = {}
    for part in kept.select_related("project").order_by("project__name_fr", "project_id", "pk"):
        projects[part.project_id] = part.project
        roles.setdefault(part.project_id, {})[str(part.get_role_display())] = None
    return [OrganisationPart(projects[key], tuple(roles[key])) for key in projects]
