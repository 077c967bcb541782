"""The contract of a feed, by form: what holds is edited, what the form does not show stays."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from indicators.forms.steps import StepForm, text

ANY_NUMBER = {"step": "any"}
GRAINS = [
    ("", _("Not agreed on")), ("PT15M", _("every quarter of an hour")), ("PT1H", _("every hour")),
    ("P1D", _("every day")), ("P1W", _("every week")), ("P1M", _("every month")),
    ("P3M", _("every quarter")), ("P1Y", _("every year")),
]  # fmt: skip
DATA = [
    ("", _("Not agreed on")), ("NONE", _("none")), ("PSEUDONYMISED", _("pseudonymised")),
    ("PERSONAL", _("personal data")),
]  # fmt: skip
PLAIN = ("minimum", "maximum", "spike", "freshness_days", "grain", "personal_data", "owner",
         "support")  # fmt: skip
ONLY_ITS_AGE = _(
    "Its values are computed, not received: only how old they may be is watched. Bound the values that "
    "they are made of, in the contracts of their feeds."
)
TYPES = {
    "number": pgettext_lazy("kind", "number"), "text": pgettext_lazy("kind", "text"),
    "boolean": pgettext_lazy("kind", "yes or no"), "time": pgettext_lazy("kind", "time"),
    "point": pgettext_lazy("kind", "place"), "any": pgettext_lazy("kind", "anything"),
}  # fmt: skip


class TermsForm(StepForm):
    """`base`: the contract that is changed, or proposed. `value`: the field of the value, whose
    unit is asked for; `point`: a field that holds a place, which may be kept in the territory."""

    kept = forms.MultipleChoiceField(
        label=_("Fields that every answer has"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One that goes missing or changes its type stops the pull, and is named."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("Unit of the value"), max_length=40, required=False,
        help_text=_("As the source measures it. It documents the contract; where the source writes its unit in a field, agree on that in the ODCS file."),
    )  # fmt: skip
    minimum = forms.FloatField(
        label=_("Least plausible value"), required=False,
        widget=forms.NumberInput(attrs=ANY_NUMBER),
        help_text=_("In the unit of the indicator. What is below is set aside."),
    )  # fmt: skip
    maximum = forms.FloatField(
        label=_("Greatest plausible value"), required=False,
        widget=forms.NumberInput(attrs=ANY_NUMBER),
        help_text=_("What is above is set aside."),
    )  # fmt: skip
    in_territory = forms.BooleanField(
        label=_("Places are inside the territory"), required=False,
        help_text=_("A place outside is set aside, with its likely cause."),
    )  # fmt: skip
    spike = forms.FloatField(
        label=_("A jump of so many times is held"), required=False,
        widget=forms.NumberInput(attrs=ANY_NUMBER),
        help_text=_("A value so many times above what its series usually says waits for a decision. Empty: none does."),
    )  # fmt: skip
    drop = forms.FloatField(
        label=_("A loss of this share of the values is held, in %"), required=False, min_value=0.1,
        max_value=99, widget=forms.NumberInput(attrs=ANY_NUMBER),
        help_text=_("The volume: an answer that lacks so many of the values it gave before waits for a decision."),
    )  # fmt: skip
    grain = forms.ChoiceField(
        label=_("How often a measure is made"), choices=GRAINS, required=False
    )
    freshness_days = forms.IntegerField(
        label=_("Days until a value is overdue"), min_value=0, max_value=3650, required=False
    )
    personal_data = forms.ChoiceField(label=_("Personal data"), choices=DATA, required=False)
    owner = forms.CharField(label=_("Who answers for the data"), max_length=200, required=False)
    support = forms.CharField(
        label=_("Whom to ask"), max_length=200, required=False,
        help_text=_("An address or a mailbox."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, base: Mapping[str, Any], value: str, point: str | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=typed_of(base, value) | dict(initial or {}))
        self.base, self.value, self.point = base, value, base.get("point") or point
        named = base.get("fields", {})
        kept = self.fields["kept"]
        assert isinstance(kept, forms.MultipleChoiceField)
        kept.choices = [(name, f"{name} ({TYPES[one['type']]})") for name, one in named.items()]
        if not named:
            del self.fields["kept"]
        if self.point is None:
            del self.fields["in_territory"]

    def groups(self) -> list[tuple[Any, Any, Any]]:
        return [
            (_("Shape"), "", ("kept", "unit")),
            (_("Plausible values"), "", ("minimum", "maximum", "in_territory")),
            (_("What is held until a steward decides"), "", ("spike", "drop")),
            (_("What was agreed on besides"), _("The steps, the days and personal data are watched over; who answers is kept and shown."),
             ("grain", "freshness_days", "personal_data", "owner", "support")),
        ]  # fmt: skip

    def clean_spike(self) -> float | None:
        times: float | None = self.cleaned_data["spike"]
        if times is not None and times <= 1:
            raise ValidationError(gettext("It is more than one."))
        return times

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("minimum"), cleaned.get("maximum")
        if low is not None and high is not None and low >= high:
            told = gettext("It is not above the least plausible value.")
            self.add_error("maximum", ValidationError(told))
        return cleaned

    def part(self) -> dict[str, Any]:
        """A contract, as `contract.schema.json` has it."""
        cleaned = self.cleaned_data
        found = {name: value for name, value in self.base.items() if name not in PLAIN}
        if fields := self._fields(cleaned):
            found["fields"] = fields
        else:
            found.pop("fields", None)
        found |= {n: _plain(cleaned[n]) for n in PLAIN if cleaned.get(n) not in (None, "")}
        found.pop("drop", None)
        if cleaned.get("drop"):
            found["drop"] = round(cleaned["drop"] / 100, 6)
        if self.point is not None:
            found.pop("point", None)
            found |= {"point": self.point} if cleaned.get("in_territory") else {}
        return found

    def _fields(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        kept = {
            name: dict(one)
            for name, one in self.base.get("fields", {}).items()
            if name in cleaned.get("kept", ())
        }
        if self.value in kept:
            kept[self.value].pop("unit", None)
            if unit := text(cleaned, "unit"):
                kept[self.value]["unit"] = unit
        return kept


class ContractForm(TermsForm):
    """The step of the assistant: a contract is proposed, and may be left out."""

    agreed = forms.BooleanField(
        label=_("Agree on a contract"), required=False,
        help_text=_("It is proposed from the rows that were read. It can be changed later, with a reason."),
    )  # fmt: skip
    field_order = ["agreed"]

    def part(self) -> dict[str, Any]:
        return super().part() if self.cleaned_data["agreed"] else {}


class AgreeForm(TermsForm):
    """Another version of a contract that holds."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays with the version: say what was agreed on, and with whom."),
    )  # fmt: skip

    def groups(self) -> list[tuple[Any, Any, Any]]:
        return [*super().groups(), (_("Why"), "", ("reason",))]


class ComputedTermsForm(AgreeForm):
    """Of a feed that is computed: nothing is received, so only its age is watched. What a file sent
    besides stays in the contract."""

    OFFERED = ("freshness_days", "owner", "support")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in set(self.fields) - {*self.OFFERED, "reason"}:
            del self.fields[name]

    def groups(self) -> list[tuple[Any, Any, Any]]:
        return [(_("What is watched"), ONLY_ITS_AGE, self.OFFERED), (_("Why"), "", ("reason",))]

    def part(self) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in self.OFFERED}
        found = {name: value for name, value in self.base.items() if name not in told}
        return found | {name: one for name, one in told.items() if one not in (None, "")}


class OdcsForm(forms.Form):
    """A contract as a file."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".yml,.yaml"}),
        help_text=_("Open Data Contract Standard, version 3, in YAML."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays with the version: say what was agreed on, and with whom."),
    )  # fmt: skip


def typed_of(base: Mapping[str, Any], value: str) -> dict[str, Any]:
    """A contract as the fields of the form."""
    fields = base.get("fields", {})
    found = {name: base.get(name) for name in PLAIN}
    drop = base.get("drop")
    return found | {
        "kept": list(fields),
        "unit": fields.get(value, {}).get("unit", ""),
        "drop": _plain(round(drop * 100, 4)) if drop else None,
        "in_territory": "point" in base,
    }


def _plain(value: Any) -> Any:
    """30.0 is written 30."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
