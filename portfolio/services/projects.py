"""Creating and changing a project."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Organisation, Phase, PhaseSet, Programme, Project, User
from portfolio.services import places
from portfolio.services.history import recorded


@dataclass(frozen=True)
class ProjectFields:
    """What a project is made of; texts may be empty, an unknown date is None."""

    code: str
    name_fr: str
    phase_set: PhaseSet
    name_en: str = ""
    summary_fr: str = ""
    summary_en: str = ""
    programme: Programme | None = None
    lead: Organisation | None = None
    manager: User | None = None
    phase: Phase | None = None
    state: str = Project.State.ACTIVE
    visibility: str = Project.Visibility.DRAFT
    geometry: GEOSGeometry | None = None
    address: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    source_url: str = ""


RELATED = ("programme", "lead", "manager", "phase_set", "phase")
EDITABLE = frozenset(field.name for field in fields(ProjectFields)) - {"code"}


def create(*, fields: ProjectFields, by: User | None, reason: str, at: datetime) -> Project:
    """Enter a project in the register and find its zones. Raises ValidationError by field."""
    project = Project(created_at=at, updated_at=at, **_values(fields))
    _check(project, geometry=True)
    with recorded(by=by, reason=reason):
        project.save(force_insert=True)
        if project.geometry is not None:
            places.locate(project=project)
    return project


def update(
    *, project: Project, changes: Mapping[str, object], by: User | None, reason: str, at: datetime
) -> Project:
    """Change named fields; what is already so is not recorded. Returns the stored project.

    Raises ValidationError by field; nothing is stored then.
    """
    _check_names(changes)
    with recorded(by=by, reason=reason):
        stored = Project.objects.select_for_update().get(pk=project.pk)
        before = {name: getattr(stored, name) for name in changes}
        for name, value in changes.items():
            setattr(stored, name, value)
        _check(stored, geometry="geometry" in changes)
        changed = [name for name in changes if getattr(stored, name) != before[name]]
        if changed:
            stored.updated_at = at
            stored.save(update_fields=[*changed, "updated_at"])
        if "geometry" in changed:
            places.locate(project=stored)
    return stored


def _values(given: ProjectFields) -> dict[str, object]:
    # dataclasses.asdict would copy the model instances.
    return {field.name: getattr(given, field.name) for field in fields(given)}


def _check_names(changes: Mapping[str, object]) -> None:
    foreign = sorted(changes.keys() - EDITABLE)
    if foreign:
        raise ValidationError({name: _("This field cannot be changed.") for name in foreign})


def _check(project: Project, *, geometry: bool) -> None:
    errors: dict[str, list[str]] = {}
    try:
        # The constraints are checked below, with a message that names the field. A related
        # record in hand exists: the database's own keys vouch for it.
        at_hand = {name for name in RELATED if getattr(project, f"{name}_id")}
        project.full_clean(exclude={"geometry", *at_hand}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    try:
        if geometry and project.geometry is not None:
            project.geometry = places.checked(project.geometry)
    except ValidationError as error:
        errors.update(error.message_dict)
    if project.phase is not None and project.phase.phase_set_id != project.phase_set_id:
        errors["phase"] = [_("This phase does not belong to the project's phase set.")]
    if project.starts_on and project.ends_on and project.starts_on > project.ends_on:
        errors["ends_on"] = [_("The project would end before it starts.")]
    if errors:
        raise ValidationError(errors)
