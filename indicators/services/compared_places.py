"""Places to compare with: entered, renamed, and taken off as long as nothing uses them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from indicators.models import ComparedPlace
from indicators.queries.compared_places import uses_of
from portfolio.models import User, Zone
from portfolio.services.history import first_come, recorded, said

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}")


@dataclass(frozen=True)
class PlaceFields:
    """What is said of a place; empty: nothing is."""

    name_fr: str
    name_en: str = ""
    kind: str = ""
    purpose_fr: str = ""
    purpose_en: str = ""


NAMES = tuple(field.name for field in fields(PlaceFields))


def add(
    *, code: str, given: PlaceFields, by: User | None, reason: str, at: datetime
) -> ComparedPlace:
    """Feeds may name it as their zone from now on. Raises ValidationError by field."""
    if not CODE.fullmatch(code):
        raise ValidationError(
            {"code": [_("A code is made of letters without accents, figures and . : _ -.")]}
        )
    taken = Zone.objects.filter(code=code).first()
    if taken is not None:
        raise ValidationError({"code": [_("This code is that of %(zone)s.") % {"zone": taken}]})
    with recorded(by=by, reason=_why(reason)):
        _check(ComparedPlace(**vars(given)))
        with first_come("code", _("Somebody has just entered a place of this code.")):
            zone = Zone.objects.create(code=code, name=given.name_fr, kind=Zone.Kind.COMPARATOR)
        return ComparedPlace.objects.create(zone=zone, **vars(given))


def change(
    *, place: ComparedPlace, given: PlaceFields, by: User | None, reason: str, at: datetime
) -> ComparedPlace:
    """What is said of it; its code stays, since feeds name it. Raises ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        stored = ComparedPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
        _say(stored, vars(given))
    return stored


def remove(*, place: ComparedPlace, by: User | None, reason: str, at: datetime) -> None:
    """It leaves the lists, not the history. Raises ValidationError where something uses it."""
    with recorded(by=by, reason=_why(reason)):
        zone = Zone.objects.select_for_update().get(pk=place.zone_id)
        uses = uses_of(zone)
        if uses:
            named = {"place": place.name, "uses": ", ".join(uses)}
            raise ValidationError(_("%(place)s stays: it is used by %(uses)s.") % named)
        try:
            zone.delete()
        except ProtectedError as error:
            message = _("%(place)s stays: something refers to it.") % {"place": place.name}
            raise ValidationError(message) from error


def write(entry: Mapping[str, Any]) -> tuple[bool, dict[str, tuple[object, object]]]:
    """As a file of sources has it: `name` is the French one, and what it does not say stays as it
    is. Whether it is new, and what changed: field → (before, after)."""
    told = {"name_fr" if name == "name" else name: value for name, value in entry.items()}
    code = told.pop("code")
    zone, is_new = Zone.objects.get_or_create(
        code=code, defaults={"name": told["name_fr"], "kind": Zone.Kind.COMPARATOR}
    )
    place, _made = ComparedPlace.objects.get_or_create(zone=zone, defaults={"name_fr": zone.name})
    return is_new, _say(place, told)


def _say(place: ComparedPlace, told: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    changed = {
        name: (getattr(place, name), value)
        for name, value in told.items()
        if getattr(place, name) != value
    }
    for name, (_before, value) in changed.items():
        setattr(place, name, value)
    _check(place)
    if changed:
        place.save(update_fields=list(changed))
    if place.zone.name != place.name_fr:
        place.zone.name = place.name_fr
        place.zone.save(update_fields=["name"])
    return changed


def _check(place: ComparedPlace) -> None:
    """Raises ValidationError by field."""
    place.name_fr = place.name_fr.strip()
    if not place.name_fr:
        raise ValidationError({"name_fr": [_("Give the place a name.")]})
    place.clean_fields(exclude=["zone"])


def _why(reason: str) -> str:
    return said(reason, _("Say why the places to compare with change."))
