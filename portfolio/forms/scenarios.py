"""The forms of a scenario: its terms and envelopes, its candidates, its conditions."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import EurosField
from portfolio.machine_reasons import by_machine, in_words
from portfolio.models import (
    Exercise,
    Programme,
    Project,
    ScenarioCandidate,
    SelectionScenario,
    User,
)
from portfolio.models.scenario import LONGEST_DELAY
from portfolio.querysets import ProjectQuerySet
from portfolio.services import scenario_candidates, scenarios
from portfolio.services.scenario_candidates import CandidateTerms, VariantTerms
from portfolio.services.scenarios import ScenarioTerms

NAMES = (
    "name_fr", "name_en", "purpose_fr", "purpose_en", "first_year", "last_year", "ap_total_eur",
    "value_source", "exercise", "is_net", "delay_years", "delay_discount",
)  # fmt: skip
FEW_LINES = {"rows": 2}


class RefusingForm(forms.Form):
    """What a service refuses of a field that the form does not show is told at its head."""

    submit_label: Promise | str = _("Save")

    def add_error(self, field: str | None, error: Any) -> None:
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, refusals in error.error_dict.items():
            super().add_error(name if name in self.fields else None, refusals)


class ScenarioForm(RefusingForm):
    """Terms, and a field for each year of the scenario as it is stored."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=190)
    name_en = forms.CharField(label=_("Name in English"), max_length=190, required=False)
    purpose_fr = forms.CharField(
        label=_("Purpose in French"), required=False, widget=forms.Textarea(attrs=FEW_LINES)
    )
    purpose_en = forms.CharField(
        label=_("Purpose in English"), required=False, widget=forms.Textarea(attrs=FEW_LINES)
    )
    first_year = forms.IntegerField(label=_("First year"), min_value=1990, max_value=2100)
    last_year = forms.IntegerField(label=_("Last year"), min_value=1990, max_value=2100)
    ap_total_eur = EurosField(
        label=_("Total of authorisations (AP)"), required=False, help_text=_("Empty: no limit.")
    )
    value_source = forms.ChoiceField(
        label=_("What is made largest"), choices=SelectionScenario.Value.choices
    )
    exercise = forms.ModelChoiceField(
        label=_("Exercise of prioritisation"), queryset=Exercise.objects.none(), required=False
    )
    is_net = forms.BooleanField(label=_("Count amounts net of the grants notified"), required=False)
    delay_years = forms.IntegerField(
        label=_("Years of delay allowed"), min_value=0, max_value=LONGEST_DELAY
    )
    delay_discount = forms.DecimalField(
        label=_("Value lost for each year of delay, in percent"), min_value=0, max_value=99,
        max_digits=4, decimal_places=1, localize=True,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why this changes"), max_length=500, widget=forms.Textarea(attrs=FEW_LINES),
        help_text=_("Kept in the history of the scenario."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, scenario: SelectionScenario | None, reader: User, today_year: int
    ) -> None:
        self._scenario = scenario
        self.years = scenario.years if scenario else range(today_year + 1, today_year + 6)
        super().__init__(data, initial=self._stored())
        self.fields["exercise"].queryset = Exercise.objects.visible_to(reader)  # type: ignore[attr-defined]
        for year in self.years:
            label = gettext("Payments (CP) of %(year)s") % {"year": year}
            self.fields[f"cp_{year}"] = EurosField(label=label, required=False)
        self.order_fields([*self.fields][:7] + [f"cp_{year}" for year in self.years])
        self.saved: SelectionScenario | None = None

    def _stored(self) -> dict[str, Any]:
        if self._scenario is None:
            last = {"first_year": self.years[0], "last_year": self.years[-1]}
            return last | {"delay_years": 0, "delay_discount": 0}
        stored = {name: getattr(self._scenario, name) for name in NAMES}
        stored["delay_discount"] = self._scenario.delay_discount * 100
        rows = self._scenario.envelopes.all()
        return stored | {f"cp_{row.year}": row.cp_eur for row in rows}

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        fields = {name: given[name] for name in NAMES}
        fields["delay_discount"] = given["delay_discount"] / 100
        cp = {year: given[f"cp_{year}"] for year in self.years if given[f"cp_{year}"] is not None}
        terms = ScenarioTerms(**fields, cp=cp)
        signed = {"by": by, "reason": given["reason"], "at": at}
        if self._scenario is None:
            self.saved = scenarios.create(terms=terms, **signed)
        else:
            self.saved = scenarios.change(scenario=self._scenario, terms=terms, **signed)


class CandidatesForm(RefusingForm):
    """Projects to add: those under way of a programme, or chosen one by one."""

    projects = forms.ModelMultipleChoiceField(
        label=_("Projects"), queryset=Project.objects.none(),
        widget=forms.CheckboxSelectMultiple, error_messages={
            "required": _("Tick at least one project."),
        },
    )  # fmt: skip
    submit_label = _("Add to the scenario")

    def __init__(
        self, data: Any = None, *, scenario: SelectionScenario, offered: ProjectQuerySet
    ) -> None:
        super().__init__(data)
        self._scenario = scenario
        self.fields["projects"].queryset = offered  # type: ignore[attr-defined]
        self.added = 0

    def save(self, *, by: User, at: datetime) -> None:
        self.added = scenario_candidates.add(
            scenario=self._scenario, projects=self.cleaned_data["projects"], by=by,
            reason=by_machine(gettext_noop("Added from the list")), at=at,
        )  # fmt: skip


class CandidateForm(RefusingForm):
    """What a scenario says of one project. Empty: not known."""

    role = forms.ChoiceField(label=_("In the programme"), choices=ScenarioCandidate.Role.choices)
    reason = forms.CharField(
        label=_("Why it is forced"), max_length=500, required=False,
        help_text=_("Needed unless it is to be chosen: a forced project costs value."),
    )  # fmt: skip
    value = forms.DecimalField(
        label=_("Points"), min_value=0, max_digits=12, decimal_places=3, required=False,
        localize=True,
    )  # fmt: skip
    delay_most = forms.IntegerField(
        label=_("Years it may wait"), min_value=0, max_value=LONGEST_DELAY, required=False,
        help_text=_("Empty: as the scenario says."),
    )  # fmt: skip
    waits_years = forms.IntegerField(
        label=_("Years its grants wait for it"), min_value=0, max_value=LONGEST_DELAY,
        required=False, help_text=_("Empty: they are not lost by a delay."),
    )  # fmt: skip
    people = forms.DecimalField(
        label=_("Posts of its department while it is paid for"), min_value=0, max_digits=6,
        decimal_places=2, required=False, localize=True,
    )  # fmt: skip
    co2_t = forms.DecimalField(
        label=_("Tonnes of CO2 of its works"), min_value=0, max_digits=12, decimal_places=1,
        required=False, localize=True,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, candidate: ScenarioCandidate) -> None:
        names = CandidateTerms.__dataclass_fields__
        initial = {name: getattr(candidate, name) for name in names}
        initial["reason"] = in_words(candidate.reason)
        super().__init__(data, initial=initial, auto_id=f"candidate-{candidate.pk}-%s")
        self._candidate = candidate

    def save(self, *, by: User, at: datetime) -> None:
        terms = CandidateTerms(**self.cleaned_data)
        scenario_candidates.change(
            candidate=self._candidate, terms=terms, by=by, at=at,
            reason=terms.reason.strip() or by_machine(gettext_noop("Changed on its form")),
        )  # fmt: skip


class VariantForm(RefusingForm):
    """Another way of doing a project."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    cost_percent = forms.DecimalField(
        label=_("Its cost, in percent of the whole"), min_value=Decimal("0.1"), max_value=200,
        max_digits=4, decimal_places=1, initial=100, localize=True,
    )  # fmt: skip
    value_percent = forms.DecimalField(
        label=_("Its value, in percent of the whole"), min_value=0, max_value=200, max_digits=4,
        decimal_places=1, initial=100, localize=True,
    )  # fmt: skip
    extra_years = forms.IntegerField(
        label=_("Paid over how many years more"), min_value=0, max_value=LONGEST_DELAY, initial=0,
        help_text=_("A split into phases: the same sum, later."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, candidate: ScenarioCandidate) -> None:
        super().__init__(data, auto_id=f"variant-of-{candidate.pk}-%s")
        self._candidate = candidate

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        terms = VariantTerms(
            given["name_fr"], given["name_en"], given["cost_percent"] / 100,
            given["value_percent"] / 100, given["extra_years"],
        )  # fmt: skip
        scenario_candidates.add_variant(
            candidate=self._candidate, terms=terms, by=by, at=at,
            reason=by_machine(gettext_noop("Another way of doing it")),
        )  # fmt: skip


def projects_of(programme: str, offered: ProjectQuerySet) -> ProjectQuerySet:
    """Those of a programme and of all below it; all where it is empty. Raises ValidationError."""
    if not programme:
        return offered
    found = Programme.objects.filter(code=programme).first()
    if found is None:
        raise ValidationError(gettext("There is no such programme."))
    return offered.filter(programme__in=Programme.objects.within(found))
