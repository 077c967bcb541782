"""The departments of the metropolis and its partners: entered, changed."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _

from portfolio.analysis.siret import is_siret
from portfolio.models import Organisation, User
from portfolio.services.history import first_come, recorded


@dataclass(frozen=True)
class OrganisationFields:
    """What an organisation is; `siret` may hold spaces."""

    name_fr: str
    kind: str
    name_en: str = ""
    parent: Organisation | None = None
    siret: str = ""


NAMES = tuple(field.name for field in fields(OrganisationFields))


def create(
    *, code: str, given: OrganisationFields, by: User | None, reason: str, at: datetime
) -> Organisation:
    """Enter an organisation. Raises ValidationError by field."""
    organisation = Organisation(code=code.strip())
    with recorded(by=by, reason=_why(reason)):
        try:
            validate_slug(organisation.code)
        except ValidationError as error:
            raise ValidationError({"code": error.messages}) from error
        _set(organisation, given)
        with first_come("code", _("There is an organisation of this code already.")):
            organisation.save(force_insert=True)
    return organisation


def update(
    *,
    organisation: Organisation,
    given: OrganisationFields,
    by: User | None,
    reason: str,
    at: datetime,
) -> Organisation:
    """Change an organisation; its code stays. Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        # One at a time: two moves at once could close the tree into a ring.
        list(Organisation.objects.select_for_update().order_by("pk").values_list("pk"))
        stored = Organisation.objects.get(pk=organisation.pk)
        before = {name: getattr(stored, name) for name in NAMES}
        _set(stored, given)
        if any(getattr(stored, name) != before[name] for name in NAMES):
            stored.save()
    return stored


def _set(organisation: Organisation, given: OrganisationFields) -> None:
    for name in NAMES:
        setattr(organisation, name, getattr(given, name))
    organisation.siret = "".join(given.siret.split())
    errors: dict[str, list[str]] = {}
    try:
        organisation.full_clean(validate_constraints=False)
    except ValidationError as error:
        errors.update(error.message_dict)
    if organisation.siret and "siret" not in errors and not is_siret(organisation.siret):
        errors["siret"] = [_("Its check digit is wrong: compare the number with its source.")]
    if ring := _ring(organisation):
        errors["parent"] = [
            _("An organisation would be above itself: %(ring)s.") % {"ring": " → ".join(ring)}
        ]
    if errors:
        raise ValidationError(errors)


def _ring(organisation: Organisation) -> list[str]:
    """Names on the way up that leads back to where it starts; empty if none does."""
    names, above = [organisation.name_fr], organisation.parent
    while above is not None:
        names.append(above.name_fr)
        if above.pk == organisation.pk and organisation.pk:
            return names
        above = above.parent
    return []


def _why(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the organisation changes.")})
    return reason.strip()
