"""Where a project is: drawn, pasted or sent as a file; shown as it was understood; then saved."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.charts.maps.project import maps_of
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.imports import geometry_text
from portfolio.imports.geometry_text import GivenPlace
from portfolio.imports.table import FileRefusedError
from portfolio.models import Project, User, Zone
from portfolio.queries.places import Extent, extent_of
from portfolio.services import place_reading, places
from portfolio.services import projects as project_services
from portfolio.services.place_reading import ReadPlace

KINDS = [("POINTS", _("one or several points")), ("LINE", _("a line")), ("AREA", _("an area"))]


@dataclass(frozen=True)
class Preview:
    """What was understood of a place; `read` is None where the place is taken away."""

    given: GivenPlace | None
    read: ReadPlace | None
    extent: Extent | None
    zones: Sequence[Zone]
    map: SafeString | None


class PlaceForm(RecordForm):
    """Sent once, it shows what it understood; sent again unchanged, it saves.

    `offer` is what one more button would do: "swap" the coordinates, "repair" the outline.
    """

    fields_template = "portfolio/forms/place_fields.html"
    place = forms.CharField(
        label=_("Place, as text"),
        required=False,
        help_text=_(
            "GeoJSON, WKT, or a pair of coordinates a line: longitude and latitude, or metres in "
            "Lambert-93. Empty: the project has no place."
        ),
        widget=forms.Textarea(
            attrs={"rows": 5, "spellcheck": "false", "class": "draw__text", "data-draw-text": ""}
        ),
    )
    kind = forms.ChoiceField(
        label=_("A list of coordinates draws"), choices=KINDS, required=False, initial="POINTS"
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("GeoJSON or WKT, 2 MB at most. It takes the place of the text."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,.wkt,.txt"}),
    )
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=300,
        help_text=_("In words, for people: a street, a station, a bank of the river."),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        stored = geometry_text.written(project.geometry)
        initial = {"place": stored, "address": project.address, "kind": "POINTS"}
        super().__init__(data, project=project, initial=initial, **options)
        self._stored = stored
        self.preview: Preview | None = None
        self.offer = ""
        self.submit_label = _("Check what was understood")

    @property
    def is_confirmed(self) -> bool:
        text = self.data.get("place", "")
        return self.preview is None or self.cleaned_data.get("confirmed") == _digest(text)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        try:
            text = self._text(cleaned)
            if text == self._stored and not self._asks("swap"):
                cleaned["geometry"] = self.project.geometry
                self.submit_label = _("Save")
                return cleaned
            cleaned["geometry"] = self._understood(text, cleaned.get("kind") or "POINTS")
        except FileRefusedError as error:
            self.add_error("place", str(error))
        except ValidationError as error:
            self._refuse(error)
        return cleaned

    def save(self, *, by: User, at: datetime) -> None:
        project_services.update(
            project=self.project,
            changes={name: self.cleaned_data[name] for name in ("geometry", "address")},
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )

    def _text(self, cleaned: dict[str, Any]) -> str:
        file = cleaned.get("file")
        if file is None:
            return str(cleaned.get("place", "")).strip()
        return geometry_text.as_text(file.read(geometry_text.MAX_BYTES + 1))

    def _understood(self, text: str, kind: str) -> Any:
        given = read = geometry = None
        if text.strip():
            given = geometry_text.read(text, kind=kind)
            read = place_reading.recognised(
                given, swap=self._asks("swap"), repair=self._asks("repair")
            )
            geometry = read.geometry
        self.preview = self._preview(given, read)
        self._show_again(geometry_text.written(geometry))
        self.submit_label = _("Save this place") if read else _("Save without a place")
        return geometry

    def _preview(self, given: GivenPlace | None, read: ReadPlace | None) -> Preview:
        if read is None:
            return Preview(given, None, None, (), None)
        found = Zone.objects.filter(pk__in=places.zones_touched(read.geometry))
        zones = list(found.order_by("kind", "name"))
        names = [zone.name for zone in zones if zone.kind == Zone.Kind.COMMUNE]
        drawn = maps_of(read.geometry, name=self.project.name, communes=names)
        return Preview(given, read, extent_of(read.geometry), zones, drawn[0])

    def _show_again(self, text: str) -> None:
        """The form now holds the place as it would be stored, and that it was shown."""
        data: Any = self.data
        self.data = data = data.copy()
        data["place"], data["confirmed"] = text, _digest(text)

    def _asks(self, what: str) -> bool:
        return self.data.get("ask") == what

    def _refuse(self, error: ValidationError) -> None:
        details = error.error_dict["geometry"]
        self.offer = {"swapped": "swap", "crossed": "repair"}.get(str(details[0].code), "")
        self.add_error("place", details)


class ZoneAddForm(RecordForm):
    """A commune or a district that the geometry does not show."""

    zone = forms.ModelChoiceField(queryset=Zone.objects.none(), label=_("Commune or district"))

    def __init__(self, data: Any = None, *, project: Project, **options: Any) -> None:
        super().__init__(data, project=project, **options)
        others = Zone.objects.filter(kind__in=places.FOUND_KINDS).exclude(projects=project)
        self.fields["zone"].queryset = others.order_by("kind", "name")  # type: ignore[attr-defined]

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        places.add_zone(
            project=self.project,
            zone=self.cleaned_data["zone"],
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


class ZoneRemoveForm(RecordForm):
    """Why a zone is taken off."""

    submit_label = _("Take off")

    def __init__(self, data: Any = None, *, project: Project, zone: Zone, **options: Any) -> None:
        super().__init__(data, project=project, **options)
        self.zone = zone

    def shows(self) -> Sequence[Shows]:
        return []

    def save(self, *, by: User, at: datetime) -> None:
        places.remove_zone(
            project=self.project,
            zone=self.zone,
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
