"""When the source is asked, and from which day on."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.forms.steps import StepForm
from indicators.models import Feed
from portfolio.forms.fields import DayField

DAY = 1440
EVERY = [
    (15, _("every quarter of an hour")), (60, _("every hour")), (360, _("every six hours")),
    (DAY, _("every day")), (7 * DAY, _("every week")), (30 * DAY, _("every 30 days")),
]  # fmt: skip
OTHER = "other"


class ScheduleForm(StepForm):
    """`code` names a new feed; that of a feed that exists stays."""

    code = forms.SlugField(
        label=_("Code of the feed"), max_length=60,
        help_text=_("Letters, figures and hyphens. It stays for good."),
    )  # fmt: skip
    every = forms.ChoiceField(
        label=_("The source is asked"), choices=[*EVERY, (OTHER, _("otherwise"))], initial=DAY
    )
    every_minutes = forms.IntegerField(
        label=_("Otherwise: minutes between two pulls"), min_value=1, max_value=525_600,
        required=False,
    )  # fmt: skip
    lookback_days = forms.IntegerField(
        label=_("Days asked again each time"), min_value=0, max_value=3650, initial=7,
        help_text=_("So that values published late or corrected are found."),
    )  # fmt: skip
    starts_on = DayField(
        label=_("First day to ask for"),
        help_text=_("The first pull asks for everything since then."),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[(n, str(n)) for n in range(1, 10)], coerce=int, initial=5,
        help_text=_("Where several feeds are due: 1 comes first, 9 last."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, is_known: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["code"].disabled = is_known

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not self.fields["code"].disabled and Feed.objects.filter(code=code).exists():
            raise ValidationError(gettext("Another feed has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_missing = not cleaned.get("every_minutes") and "every_minutes" not in self.errors
        if cleaned.get("every") == OTHER and is_missing:
            told = gettext("It is needed with what you chose.")
            self.add_error("every_minutes", ValidationError(told))
        return cleaned

    def part(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        is_other = cleaned["every"] == OTHER
        return {
            "code": cleaned["code"],
            "every_minutes": cleaned["every_minutes"] if is_other else int(cleaned["every"]),
            "lookback_days": cleaned["lookback_days"],
            "starts_on": cleaned["starts_on"].isoformat(),
            "priority": cleaned["priority"],
        }


class FinishForm(forms.Form):
    """The last step: why, and whether the source is asked at once."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with a new version of the contract."),
    )  # fmt: skip
    pull = forms.BooleanField(label=_("Pull at once"), required=False, initial=True)


def typed_of(part: dict[str, Any]) -> dict[str, Any]:
    """A schedule as the fields of the form."""
    minutes = part.get("every_minutes", DAY)
    known = minutes in {choice for choice, _label in EVERY}
    names = ("code", "lookback_days", "priority")
    found: dict[str, Any] = {name: part[name] for name in names if name in part}
    if "starts_on" in part:
        found["starts_on"] = date.fromisoformat(part["starts_on"])
    return found | {
        "every": minutes if known else OTHER, "every_minutes": None if known else minutes
    }  # fmt: skip
