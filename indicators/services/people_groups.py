"""Groups of people that figures and targets speak of: added, and described otherwise."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import PeopleGroup
from portfolio.models import User
from portfolio.services.history import first_come, recorded, said

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class GroupFields:
    """What is said of a group, but its code."""

    name_fr: str
    name_en: str = ""
    definition_fr: str = ""
    definition_en: str = ""


def add(*, code: str, given: GroupFields, by: User | None, reason: str) -> PeopleGroup:
    """A group that feeds and targets may name from now on. Raises ValidationError by field."""
    reason = said(reason, _("Say why the group is added."))
    if not CODE.fullmatch(code):
        raise ValidationError({"code": [_("Small letters, figures and hyphens: moins-25.")]})
    found = PeopleGroup(code=code, **_fields(given))
    taken = _("There is a group of this code already.")
    with first_come("code", taken), recorded(by=by, reason=reason):
        found.save()
    return found


def describe(
    *, group: PeopleGroup, given: GroupFields, by: User | None, reason: str
) -> PeopleGroup:
    """Name it otherwise; its code stays, since feeds name it. Raises ValidationError by field."""
    reason = said(reason, _("Say why the group is described otherwise."))
    fields = _fields(given)
    with recorded(by=by, reason=reason):
        stored = PeopleGroup.objects.select_for_update().get(pk=group.pk)
        changed = [name for name, value in fields.items() if getattr(stored, name) != value]
        for name in changed:
            setattr(stored, name, fields[name])
        if changed:
            stored.save(update_fields=changed)
    return stored


def _fields(given: GroupFields) -> dict[str, str]:
    fields = {name: str(value).strip() for name, value in vars(given).items()}
    if not fields["name_fr"]:
        raise ValidationError({"name_fr": [_("Name the group.")]})
    return fields
