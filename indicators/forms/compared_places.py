"""Places to compare with: entering one, changing what is said of it, taking it off."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import ComparedPlace
from indicators.services import compared_places
from indicators.services.compared_places import NAMES, PlaceFields
from portfolio.forms.seen import Shows, reason_field
from portfolio.forms.shared import SharedForm
from portfolio.models import User


def _kept() -> forms.CharField:
    field = reason_field()
    field.help_text = _("Kept with the change.")
    return field


class PlaceForm(SharedForm):
    """A new place, or with one, its change: the code then stays."""

    code = forms.CharField(
        label=_("Code"), max_length=40,
        help_text=_("As sources write it, such as FR or FRL04. Feeds name the place by it: it stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"}),
    )  # fmt: skip
    name_fr = forms.CharField(
        label=_("Name in French"), max_length=40,
        help_text=_("Short: it stands beside a line of the charts."),
    )  # fmt: skip
    name_en = forms.CharField(label=_("Name in English"), max_length=40, required=False)
    kind = forms.ChoiceField(
        label=_("Kind of place"), choices=[("", _("Choose")), *ComparedPlace.Kind.choices]
    )
    purpose_fr = forms.CharField(
        label=_("What it is compared for, in French"), max_length=240, required=False,
        help_text=_("Which measures may be held against it, and with what care. Readers see it beside the figures."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    purpose_en = forms.CharField(
        label=_("What it is compared for, in English"), max_length=240, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    reason = _kept()

    def __init__(self, data: Any = None, *, place: ComparedPlace | None = None) -> None:
        told = {} if place is None else {name: getattr(place, name) for name in NAMES}
        super().__init__(data, initial=told)
        self.place = place
        if place is not None:
            del self.fields["code"]

    def shows(self) -> list[Shows]:
        """Nothing of a place to come."""
        return [Shows(self.place, NAMES)] if self.place else []

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        cleaned = self.cleaned_data
        given = PlaceFields(**{name: cleaned[name] for name in NAMES})
        signed: dict[str, Any] = {"by": by, "reason": cleaned["reason"], "at": at}
        if self.place is None:
            compared_places.add(code=cleaned["code"], given=given, **signed)
        else:
            compared_places.change(place=self.place, given=given, **signed)


class PlaceRemovalForm(forms.Form):
    """Why a place that nothing uses is taken off."""

    reason = _kept()

    def __init__(self, data: Any = None, *, place: ComparedPlace) -> None:
        super().__init__(data)
        self.place = place

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError."""
        reason = self.cleaned_data["reason"]
        compared_places.remove(place=self.place, by=by, reason=reason, at=at)
