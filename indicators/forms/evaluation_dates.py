"""The dates of a plan: its windows, those of each zone, the known breaks, the circumstances."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.forms.evaluation_steps import Data, PlanForm
from indicators.models import Evaluation
from indicators.queries.plan_breaks import declared_breaks
from indicators.services.evaluation_checks import ONE_BEGINS, start_problems
from portfolio.templatetags.figures import day

FEWEST_BREAKS, MOST_BREAKS = 3, 5  # lines for known breaks: shown, kept


def day_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required,
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))  # fmt: skip


class DatesForm(PlanForm):
    slug = "dates"
    columns = ("intervention_on", "before_from", "after_until", "minimum_after",
               "definition_changed", "other_shock", "chosen_for_its_level")  # fmt: skip

    intervention_on = day_field(
        _("Date of the intervention"), help_text=_("The first day with the project, not the vote.")
    )
    before_from = day_field(_("Figures looked at from"))
    after_until = day_field(_("Figures looked at until"))
    minimum_after = forms.IntegerField(
        label=_("Periods awaited after the intervention"), min_value=1, max_value=1000,
        help_text=_("Until they are known, the page says that it is too early to tell."),
    )  # fmt: skip
    definition_changed = forms.BooleanField(
        label=_("The definition or the source changes in between"), required=False
    )
    other_shock = forms.BooleanField(
        label=_("Another project or event acts there at the same time"), required=False
    )
    chosen_for_its_level = forms.BooleanField(
        label=_("The place was chosen because its figure was the worst, or the best"),
        required=False,
    )  # fmt: skip

    def __init__(self, plan: Evaluation, data: Data = None) -> None:
        self.declared = declared_breaks(plan)
        treated = plan.evaluation_zones.filter(role="TREATED").select_related("zone")
        self.treated = list(treated.order_by("zone__name"))
        super().__init__(plan, data)
        for one in self.treated if len(self.treated) > 1 else ():
            self.fields[f"start_{one.zone.code}"] = day_field(one.zone.name, required=False)
        for number in range(1, self._lines(data) + 1):
            self.fields[f"first_{number}"] = day_field(_("From"), required=False)
            self.fields[f"last_{number}"] = day_field(_("Until"), required=False)
            self.fields[f"why_{number}"] = forms.CharField(
                label=_("What was different"), max_length=240, required=False
            )

    def held(self) -> dict[str, Any]:
        told: dict[str, Any] = {f"start_{one.zone.code}": one.starts_on for one in self.treated}
        for number, one in enumerate(self._breaks()[:MOST_BREAKS], start=1):
            told |= {f"{name}_{number}": one[name] for name in ("first", "last", "why")}
        return told

    def _lines(self, data: Data) -> int:
        """Those that are filled in, and no fewer than a few; whatever is sent is read."""
        if data is not None:
            return MOST_BREAKS
        filled = (n for n in range(1, MOST_BREAKS + 1) if self.initial.get(f"first_{n}"))
        return max(FEWEST_BREAKS, *filled, 0)

    def _breaks(self) -> list[dict[str, Any]]:
        """Those of the plan; those that are declared, until the step is settled for the first time
        (one that was taken off does not come back)."""
        if self.plan.intervention_on is not None or self.plan.breaks:
            return list(self.plan.breaks)
        return [{"first": one.from_on, "last": one.until_on, "why": one.reason_fr}
                for one in self.declared.periods]  # fmt: skip

    def _about_breaks(self) -> str:
        told = [gettext("Periods unlike the others (a lockdown, a counter replaced): the result is given with them and without.")]  # fmt: skip
        if self.declared.periods:
            told.append(gettext("Those declared for this measure and these zones are filled in; change them, or empty what does not count."))  # fmt: skip
        if len(self.declared.periods) > MOST_BREAKS:
            told.append(gettext("Only the first %(count)s of those declared fit here.") % {"count": MOST_BREAKS})  # fmt: skip
        if self.declared.lasting:
            told.append(gettext("Declared without an end, so not a period that can be left out: %(breaks)s. Forecasts reckon with it; here, say above if the definition or the source changes.") % {
                "breaks": "; ".join(f"{day(one.from_on)}, {one.reason}" for one in self.declared.lasting)})  # fmt: skip
        return " ".join(told)

    def groups(self) -> list[tuple[Any, Any, Iterable[str]]]:
        names = [f"{name}_{number}" for number in range(1, MOST_BREAKS + 1)
                 for name in ("first", "last", "why")]  # fmt: skip
        circumstances = ("definition_changed", "other_shock", "chosen_for_its_level")
        return [
            (gettext("Dates"), "", ("intervention_on", "before_from", "after_until",
                                    "minimum_after")),
            (gettext("Each zone its own date"), gettext("Where the project reached a zone later than the first one: its first day there. Empty: the date of the intervention. Only a difference-in-differences takes several dates."),
             [f"start_{one.zone.code}" for one in self.treated if len(self.treated) > 1]),
            (gettext("Circumstances"), gettext("The first two make the case impossible to judge; say them all the same."), circumstances),
            (gettext("Known breaks"), self._about_breaks(), names),
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        on, first, last = (told.get(name) for name in ("intervention_on", "before_from",
                                                       "after_until"))  # fmt: skip
        if on and first and first >= on:
            self.add_error("before_from", _("This day must come before the intervention."))
        if on and last and last <= on:
            self.add_error("after_until", _("This day must come after the intervention."))
        for number in range(1, MOST_BREAKS + 1):
            self._check_break(number, told)
        self._check_starts(told)
        return told

    def _check_starts(self, told: dict[str, Any]) -> None:
        on, last = told.get("intervention_on"), told.get("after_until")
        begins = {
            name: told[name] for name in self.fields if name.startswith("start_") and told.get(name)
        }
        for name, start in begins.items():
            for _field, message in start_problems(on, last, [start]):
                self.add_error(name, message)
        every = begins and len(begins) == len(self.treated)
        if every and on not in begins.values():
            self.add_error("intervention_on", ONE_BEGINS)

    def starts(self) -> dict[str, date | None] | None:
        if len(self.treated) < 2:
            return {}
        return {one.zone.code: self.cleaned_data[f"start_{one.zone.code}"] for one in self.treated}

    def _check_break(self, number: int, told: dict[str, Any]) -> None:
        first, last, why = (told.get(f"{name}_{number}") for name in ("first", "last", "why"))
        if any((first, last, why)) and not all((first, last, why)):
            self.add_error(f"why_{number}", _("Give both days and what was different."))
        elif first and last and last < first:
            self.add_error(f"last_{number}", _("It ends before it begins."))

    def part(self) -> dict[str, Any]:
        told = self.cleaned_data
        breaks = [
            {"first": told[f"first_{n}"].isoformat(), "last": told[f"last_{n}"].isoformat(),
             "why": told[f"why_{n}"]}
            for n in range(1, MOST_BREAKS + 1) if told[f"first_{n}"]
        ]  # fmt: skip
        return super().part() | {"breaks": breaks}
