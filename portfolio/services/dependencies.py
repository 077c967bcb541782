"""Which project waits for which, and which exclude each other. No cycle of prerequisites."""

from collections import defaultdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Func, Q, Value
from django.db.models.fields import CharField
from django.utils.translation import gettext as _

from portfolio.analysis.schedule import cycle_through
from portfolio.models import Dependency, Project, User
from portfolio.services.history import recorded, touch

Kind = Dependency.Kind
LOCK = 3_040  # any number that nothing else uses


class _WaitForOthers(Func):
    """A lock of the whole transaction, in the database: the next one waits here."""

    function = "pg_advisory_xact_lock"
    template = "%(function)s(%(expressions)s)::text"
    output_field = CharField()


def depend(  # noqa: PLR0913 - the facts of a dependency, each named
    *,
    project: Project,
    other: Project,
    kind: str,
    note: str = "",
    by: User | None,
    reason: str,
    at: datetime,
) -> Dependency:
    """`project` waits for `other`, or excludes it. Raises ValidationError by field: on itself,
    already said, or a cycle of prerequisites, whose path the message names."""
    dependency = Dependency(
        project=project, other=other, kind=kind, note=note.strip(), recorded_at=at
    )
    with recorded(by=by, reason=_reason(reason)):
        _lock(project)
        _check(dependency, by=by)
        dependency.save(force_insert=True)
        touch(project, at=at)
    return dependency


def withdraw_dependency(
    *, dependency: Dependency, by: User | None, reason: str, at: datetime
) -> Dependency:
    """Take a dependency off the record; it can be brought back. Raises ValidationError by
    field."""
    with recorded(by=by, reason=_reason(reason)):
        stored = Dependency.objects.select_for_update().get(pk=dependency.pk)
        stored.withdrawn_at = at
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


def bring_dependency_back(
    *, dependency: Dependency, by: User | None, reason: str, at: datetime
) -> Dependency:
    """Put a withdrawn dependency back, if it closes no cycle now. Raises ValidationError by
    field."""
    with recorded(by=by, reason=_reason(reason)):
        _lock(dependency.project)
        stored = Dependency.objects.select_for_update().get(pk=dependency.pk)
        stored.withdrawn_at = None
        _check(stored, by=by)
        stored.save(update_fields=["withdrawn_at"])
        touch(stored.project, at=at)
    return stored


def check(dependency: Dependency, *, by: User | None) -> None:
    """That it may hold among those of today, none of which changes before the transaction ends.
    Raises ValidationError by field."""
    _lock(dependency.project)
    _check(dependency, by=by)


# ---------------------------------------------------------------- below


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the dependency changes.")})
    return reason.strip()


def _lock(project: Project) -> None:
    """The project first, as the screens do; then the graph, one change after the other: two
    dependencies entered at once could close a cycle that neither sees."""
    stored = Project.objects.select_for_update(no_key=True).filter(pk=project.pk)
    stored.get()
    list(stored.values_list(_WaitForOthers(Value(LOCK))))


def _check(dependency: Dependency, *, by: User | None) -> None:
    one, other = dependency.project, dependency.other
    if one == other:
        raise ValidationError({"other": _("A project does not depend on itself.")})
    if dependency.kind not in Kind.values:
        raise ValidationError({"kind": _("Choose what holds between the two projects.")})
    pair = Q(project=one, other=other) | Q(project=other, other=one)
    said = Dependency.objects.current().filter(pair).exclude(pk=dependency.pk).first()
    if said is not None and _is_new(said, dependency):
        raise ValidationError({"other": _said(said, dependency)})
    if dependency.kind == Kind.PREREQUISITE:
        _check_cycle(one, other, by=by)


def _is_new(said: Dependency, asked: Dependency) -> bool:
    """A prerequisite the other way round is a cycle: the message that names it says more."""
    both = said.kind == asked.kind == Kind.PREREQUISITE
    return not (both and said.project_id == asked.other_id)


def _said(said: Dependency, asked: Dependency) -> str:
    if said.kind == asked.kind:
        return _("This dependency is already entered.")
    return _("These two projects already depend on each other otherwise: withdraw that first.")


def _check_cycle(one: Project, other: Project, *, by: User | None) -> None:
    needs: dict[int, list[int]] = defaultdict(list)
    known = Dependency.objects.current().filter(kind=Kind.PREREQUISITE)
    for waiting, needed in known.values_list("project_id", "other_id"):
        needs[waiting].append(needed)
    path = cycle_through(needs, one.pk, other.pk)
    if path:
        message = _("The projects would wait for each other in a circle: %(path)s.")
        raise ValidationError({"other": message % {"path": _named(path, by)}})


def _named(path: list[int], by: User | None) -> str:
    """The codes and names along a path; what `by` may not see stays without a name."""
    readable = Project.objects.visible_to(by) if by else Project.objects.all()
    projects = readable.in_bulk(path)
    names = [
        f"{projects[pk].code} ({projects[pk].name})"
        if pk in projects
        else _("a project you may not see")
        for pk in path
    ]
    return " → ".join(names)
