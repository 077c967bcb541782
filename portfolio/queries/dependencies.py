"""What a project waits for, what waits for it, and what it excludes: as far as one may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from portfolio.analysis.schedule import lateness_of_prerequisite
from portfolio.models import Dependency, PhasePeriod, Project, User
from portfolio.queries.calendar import commissioning_of, held_span
from portfolio.results import Unknown

Kind = Dependency.Kind


@dataclass(frozen=True)
class Link:
    """One dependency seen from one of its projects. `other` is None where the reader may not see
    it; then nothing tells which one it is. `late_days` above zero: the prerequisite would serve
    that long after it is needed."""

    dependency: Dependency
    other: Project | None
    serves_on: date | None
    needed_on: date | None
    late_days: int | Unknown

    @property
    def is_late(self) -> bool:
        return not isinstance(self.late_days, Unknown) and self.late_days > 0


@dataclass(frozen=True)
class ProjectLinks:
    waits_for: tuple[Link, ...]
    waited_for_by: tuple[Link, ...]
    excludes: tuple[Link, ...]
    withdrawn: tuple[Link, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.waits_for or self.waited_for_by or self.excludes)

    @property
    def has_late(self) -> bool:
        return any(link.is_late for link in (*self.waits_for, *self.waited_for_by))


def links_of(project: Project, *, reader: User | AnonymousUser) -> ProjectLinks:
    """Both ways, in a constant number of queries."""
    own = list(project.dependencies.select_related("project", "other"))
    back = list(project.dependents.current().select_related("project", "other"))
    links = _Links(project, [*own, *back], reader)
    current = [one for one in own if one.withdrawn_at is None]
    exclusive = [one for one in (*current, *back) if one.kind == Kind.EXCLUSIVE]
    return ProjectLinks(
        waits_for=links.of(one for one in current if one.kind == Kind.PREREQUISITE),
        waited_for_by=links.of(one for one in back if one.kind == Kind.PREREQUISITE),
        excludes=links.of(exclusive),
        withdrawn=links.of(one for one in own if one.withdrawn_at is not None),
    )


def starts_of_works(projects: list[Project]) -> dict[int, date]:
    """The day each project needs what it waits for: the first day of its works, or of the
    project itself where its phases have no dates."""
    found = PhasePeriod.objects.current().filter(project__in=projects, phase__is_works=True)
    starts: dict[int, date] = {one.pk: one.starts_on for one in projects if one.starts_on}
    works: dict[int, date] = {}
    for period in found:
        first = held_span(period)[0]
        works[period.project_id] = min(first, works.get(period.project_id, first))
    return starts | works


class _Links:
    """What is read once for all the dependencies of a project."""

    def __init__(
        self, project: Project, found: list[Dependency], reader: User | AnonymousUser
    ) -> None:
        self._project = project
        others = {one.pk: one for pair in found for one in (pair.project, pair.other)}
        readable = Project.objects.visible_to(reader).filter(pk__in=others)
        self._seen = set(readable.values_list("pk", flat=True)) if others else set()
        self._serves = commissioning_of(others) if others else {}
        self._needed = starts_of_works(list(others.values())) if others else {}

    def of(self, dependencies: Iterable[Dependency]) -> tuple[Link, ...]:
        links = [self._link(one) for one in dependencies]
        return tuple(sorted(links, key=lambda link: link.other.name if link.other else "\uffff"))

    def _link(self, dependency: Dependency) -> Link:
        is_own = dependency.project_id == self._project.pk
        other = dependency.other if is_own else dependency.project
        serves, needed = self._dates(dependency)
        seen = other.pk in self._seen
        late = lateness_of_prerequisite(serves, needed)
        return Link(
            dependency=dependency,
            other=other if seen else None,
            serves_on=serves if seen else None,
            needed_on=needed if seen else None,
            late_days=late if seen else Unknown("NOT_VISIBLE"),
        )

    def _dates(self, dependency: Dependency) -> tuple[date | None, date | None]:
        if dependency.kind != Kind.PREREQUISITE:
            return None, None
        milestone = self._serves.get(dependency.other_id)
        serves = (milestone.actual_on or milestone.current_on) if milestone else None
        return serves, self._needed.get(dependency.project_id)
