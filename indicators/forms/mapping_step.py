"""Which field is the time, the value, the zone, the series."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.forms.steps import NONE, Choice, StepForm, fields_as_choices, text
from indicators.models import Indicator
from indicators.services.guesses import Seen
from portfolio.models import Zone

NO_ZONE, BY_CODE, BY_PLACE, FIXED, BY_AREA = "none", "code", "place", "fixed", "area"
# What names the series of a feed: fixed once it has values.
NAMING = (
    "period", "timezone", "zone_by", "zone_field", "zone_point", "zone_within", "zone_code",
    "series", "gather", "every_minutes", "minimum",
)  # fmt: skip
KEPT = ("zone", "series", "gather", "group")
# Kinds of zones that have a shape.
DRAWN = [one for one in Zone.Kind.choices if one[0] != Zone.Kind.COMPARATOR]


class MappingForm(StepForm):
    """`seen`: the fields of the sample. `fixed`: the mapping of a feed that has values, of which
    what names its series stays as it is. `area`: the zone of a mapping that shares polygons among
    zones; it is kept as a file of sources wrote it, and offered to no other feed. So is `people`,
    the groups of people that rows speak of."""

    time = forms.ChoiceField(
        label=_("Time"), help_text=_("The field that dates a row."),
    )  # fmt: skip
    period = forms.ChoiceField(
        label=_("Period that a value stands for"), choices=Indicator.Frequency.choices,
        help_text=_("Any date inside a period stands for that period."),
    )  # fmt: skip
    timezone = forms.CharField(
        label=_("Time zone of times without offset"), max_length=60,
        help_text=_("Such as Europe/Paris. Days, months and years are those of this zone."),
    )  # fmt: skip
    value = forms.ChoiceField(label=_("Value"), help_text=_("The field of the number."))
    scale = forms.FloatField(
        label=_("Multiplied by"), initial=1, required=False,
        help_text=_("Where the source writes another unit than the indicator: 0.001 from kg to t."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    zone_by = forms.ChoiceField(
        label=_("How a row says its zone"), widget=forms.RadioSelect, initial=NO_ZONE,
        choices=[
            (BY_CODE, _("a field holds the code of the zone")),
            (BY_PLACE, _("a field holds a place: longitude and latitude")),
            (FIXED, _("all rows are of one zone")),
            (NO_ZONE, _("rows have no zone")),
        ],
    )  # fmt: skip
    zone_field = forms.ChoiceField(label=_("Field of the code"), required=False)
    zone_point = forms.ChoiceField(label=_("Field of the place"), required=False)
    zone_within = forms.ChoiceField(
        label=_("Kind of zone around the place"), choices=DRAWN, required=False,
        initial=Zone.Kind.COMMUNE,
    )  # fmt: skip
    zone_code = forms.ChoiceField(label=_("The zone of all rows"), required=False)
    series = forms.MultipleChoiceField(
        label=_("Fields that together name a series"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A counter, a station, a sensor. Without any, a zone has one series."),
    )  # fmt: skip
    label = forms.ChoiceField(label=_("Name to show"), required=False)
    gather = forms.ChoiceField(
        label=_("Several rows a period become"), required=False,
        choices=[
            ("", _("nothing: there is one row a period and series")),
            ("SUM", _("their sum")), ("MEAN", _("their mean")), ("MIN", _("the least")),
            ("MAX", _("the greatest")), ("LAST", _("the last one")),
        ],
    )  # fmt: skip
    every_minutes = forms.FloatField(
        label=_("Minutes between two measures"), required=False,
        widget=forms.NumberInput(attrs={"step": "any", "min": "0"}),
    )  # fmt: skip
    minimum = forms.IntegerField(
        label=_("Least share of the period that was measured, in %"), min_value=0, max_value=100,
        required=False, initial=75, help_text=_("Where there is less, the period has no value."),
    )  # fmt: skip
    status = forms.ChoiceField(label=_("Field of the status"), required=False)
    provisional = forms.CharField(
        label=_("Words that mean “provisional”"), max_length=300, required=False,
        help_text=_("Separated by commas, as the source writes them."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, seen: list[Seen], initial: Mapping[str, Any],
        fixed: Mapping[str, Any] | None = None, area: Mapping[str, Any] | None = None,
        people: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial))
        self._fixed, self._area, self._people = fixed, area, people
        more = [initial.get(name) for name in ("time", "value", "zone_field", "zone_point",
                                               "label", "status")]  # fmt: skip
        every = fields_as_choices(seen, *more, *(initial.get("series") or ()))
        for name in ("time", "value"):
            self._fill(name, [("", _("Choose")), *every])
        for name in ("zone_field", "zone_point", "label", "status"):
            self._fill(name, [NONE, *every])
        self._fill("series", every)
        zones = Zone.objects.order_by("kind", "name").values_list("code", "name")
        self._fill("zone_code", [NONE, *((code, f"{name} ({code})") for code, name in zones)])
        if area:
            told = _("polygons are shared among zones, as the file of sources says")
            self._fill("zone_by", [*self.base_zones(), (BY_AREA, told)])
        for name in NAMING if fixed else ():
            self.fields[name].disabled = True

    def base_zones(self) -> list[Choice]:
        field = self.base_fields["zone_by"]
        assert isinstance(field, forms.ChoiceField)
        return [(str(code), label) for code, label in field.choices]  # type: ignore[union-attr,misc]

    def _fill(self, name: str, choices: list[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def groups(self) -> list[tuple[Any, Any, Any]]:
        return [
            (_("When"), "", ("time", "period", "timezone")),
            (_("How much"), "", ("value", "scale")),
            (_("Where"), "", ("zone_by", "zone_field", "zone_point", "zone_within", "zone_code")),
            (_("Which series"), "", ("series", "label")),
            (_("Finer than the period"), _("Where the source measures by the hour, say, and the period is a day."),
             ("gather", "every_minutes", "minimum")),
            (_("Still to be confirmed"), _("Where the source says that a value may still change."),
             ("status", "provisional")),
        ]  # fmt: skip

    def clean_timezone(self) -> str:
        name = str(self.cleaned_data["timezone"])
        if name not in available_timezones():
            raise ValidationError(gettext("No time zone has this name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        needs = {
            BY_CODE: ("zone_field",), BY_PLACE: ("zone_point", "zone_within"), FIXED: ("zone_code",)
        }  # fmt: skip
        wanted = list(needs.get(str(cleaned.get("zone_by")), ()))
        wanted += ["every_minutes"] if cleaned.get("gather") else []
        wanted += ["provisional"] if cleaned.get("status") else []
        for name in wanted:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(gettext("It is needed with what you chose.")))
        if cleaned.get("time") and cleaned.get("time") == cleaned.get("value"):
            self.add_error("value", ValidationError(gettext("It cannot be the time as well.")))
        return cleaned

    def clean_every_minutes(self) -> float | None:
        minutes: float | None = self.cleaned_data["every_minutes"]
        if minutes is not None and minutes <= 0:
            raise ValidationError(gettext("It is more than zero."))
        return minutes

    def part(self) -> dict[str, Any]:
        """A mapping, as `sources.schema.json` has it."""
        cleaned = self.cleaned_data
        found: dict[str, Any] = {
            "time": {name: cleaned[of] for name, of in
                     (("field", "time"), ("timezone", "timezone"), ("period", "period"))},
            "value": {"field": cleaned["value"]},
        }  # fmt: skip
        if cleaned.get("scale") not in (None, 1, 1.0):
            found["value"]["scale"] = cleaned["scale"]
        if zone := self._zone(cleaned):
            found["zone"] = zone
        if cleaned.get("series"):
            found["series"] = cleaned["series"]
        if cleaned.get("label"):
            found["label"] = cleaned["label"]
        if cleaned.get("status"):
            words = [word.strip() for word in cleaned["provisional"].split(",") if word.strip()]
            found["status"] = {"field": cleaned["status"], "provisional": words}
        if cleaned.get("gather"):
            found["gather"] = self._gathering(cleaned)
        if self._people:
            found["group"] = self._people
        return found if self._fixed is None else _with_names_of(self._fixed, found)

    def _zone(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {
            BY_AREA: self._area,
            BY_CODE: {"field": text(cleaned, "zone_field")},
            BY_PLACE: {"field": text(cleaned, "zone_point"), "within": text(cleaned, "zone_within")},
            FIXED: {"code": text(cleaned, "zone_code")},
        }.get(cleaned["zone_by"])  # fmt: skip

    def _gathering(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        share = cleaned.get("minimum")
        told = {"how": cleaned["gather"], "every_minutes": cleaned["every_minutes"]}
        # A feed's own minimum stays as it is written: 0.75 need not be.
        return told | ({} if share in (None, 75) else {"minimum": share / 100})


def _with_names_of(fixed: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The mapping, with what names the series as it was written, to the last figure."""
    kept = {name: part for name, part in found.items() if name not in KEPT}
    kept |= {name: fixed[name] for name in KEPT if name in fixed}
    return kept | {"time": fixed["time"] | {"field": found["time"]["field"]}}


def typed_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping as the fields of the form."""
    time, value, zone = (mapping.get(name, {}) for name in ("time", "value", "zone"))
    status, gather = mapping.get("status", {}), mapping.get("gather", {})
    by = NO_ZONE
    if zone:
        ways = (("code", FIXED), ("within", BY_PLACE), ("by_area", BY_AREA), ("field", BY_CODE))
        by = next(way for name, way in ways if name in zone)
    found = {
        "time": time.get("field"), "period": time.get("period"), "timezone": time.get("timezone"),
        "value": value.get("field"), "scale": value.get("scale", 1), "zone_by": by,
        "zone_field": zone.get("field") if by == BY_CODE else None,
        "zone_point": zone.get("field") if by == BY_PLACE else None,
        "zone_within": zone.get("within"), "zone_code": zone.get("code"),
        "series": mapping.get("series", []), "label": mapping.get("label"),
        "gather": gather.get("how", ""), "every_minutes": gather.get("every_minutes"),
        "minimum": round(gather.get("minimum", 0.75) * 100),
        "status": status.get("field"),
        "provisional": ", ".join(map(str, status.get("provisional", []))),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}
