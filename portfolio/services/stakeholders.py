"""Who takes part in a project: entered, changed. They are taken off by `services.withdrawal`."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Organisation, Project, Stakeholder, User
from portfolio.services.history import recorded, touch


@dataclass(frozen=True)
class Part:
    """What somebody is in a project; texts may be empty, an unknown day is None."""

    role: str
    organisation: Organisation | None = None
    person: str = ""
    job: str = ""
    email: str = ""
    phone: str = ""
    since_on: date | None = None
    until_on: date | None = None
    is_public: bool = False


NAMES = tuple(field.name for field in fields(Part))


def add(*, project: Project, part: Part, by: User | None, reason: str, at: datetime) -> Stakeholder:
    """Enter somebody. Raises ValidationError by field."""
    stakeholder = Stakeholder(project=project, recorded_at=at, **_values(part))
    with recorded(by=by, reason=_why(reason)):
        Project.objects.select_for_update().get(pk=project.pk)
        _check(stakeholder)
        stakeholder.save(force_insert=True)
        touch(project, at=at)
    return stakeholder


def change(
    *, stakeholder: Stakeholder, part: Part, by: User | None, reason: str, at: datetime
) -> Stakeholder:
    """Change what somebody is; what is already so is not recorded. Raises ValidationError by
    field."""
    with recorded(by=by, reason=_why(reason)):
        stored = Stakeholder.objects.select_for_update(of=("self",)).get(pk=stakeholder.pk)
        changed = [name for name in NAMES if getattr(stored, name) != getattr(part, name)]
        for name in changed:
            setattr(stored, name, getattr(part, name))
        _check(stored)
        if changed:
            stored.recorded_at = at
            stored.save(update_fields=[*changed, "recorded_at"])
            touch(stored.project, at=at)
    return stored


def _values(part: Part) -> dict[str, object]:
    return {name: getattr(part, name) for name in NAMES}


def _check(stakeholder: Stakeholder) -> None:
    errors: dict[str, list[str]] = {}
    for name in ("person", "job", "phone"):
        setattr(stakeholder, name, getattr(stakeholder, name).strip())
    try:
        stakeholder.full_clean(exclude={"project"}, validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if stakeholder.organisation is None and not stakeholder.person:
        errors["organisation"] = [_("Give an organisation, a person, or both.")]
    if stakeholder.is_public and stakeholder.organisation is None:
        errors["is_public"] = [_("Only an organisation is shown to residents.")]
    if not stakeholder.person and (stakeholder.job or stakeholder.email or stakeholder.phone):
        errors["person"] = [_("Say whose function, e-mail or phone this is.")]
    if stakeholder.since_on and stakeholder.until_on and (
        stakeholder.since_on > stakeholder.until_on
    ):  # fmt: skip
        errors["until_on"] = [_("The part would end before it starts.")]
    errors |= repeated(stakeholder) if not errors else {}
    if errors:
        raise ValidationError(errors)


def repeated(stakeholder: Stakeholder) -> dict[str, list[str]]:
    """What to say where the same is entered in the same role already."""
    same = Stakeholder.objects.current().filter(
        project=stakeholder.project_id,
        role=stakeholder.role,
        organisation=stakeholder.organisation_id,
        person__iexact=stakeholder.person,
        until_on=None,
    )
    if stakeholder.until_on is None and same.exclude(pk=stakeholder.pk).exists():
        return {"role": [_("Already entered in this role.")]}
    return {}


def _why(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the stakeholders change.")})
    return reason.strip()
