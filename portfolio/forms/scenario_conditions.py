"""The form of a condition of a scenario: which fields count depends on its kind."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portfolio.forms.fields import EurosField
from portfolio.forms.scenarios import RefusingForm
from portfolio.machine_reasons import by_machine
from portfolio.models import (
    Organisation,
    Programme,
    Project,
    ScenarioCondition,
    SelectionScenario,
    User,
    Zone,
)
from portfolio.services import scenario_conditions
from portfolio.services.scenario_conditions import ConditionTerms

Kind = ScenarioCondition.Kind
# Of each kind, what is asked for; the rest of the form is not shown.
ASKED = {
    Kind.PREREQUISITE: ("project", "other"),
    Kind.EXCLUSIVE: ("project", "other"),
    Kind.CAPACITY: ("department", "year", "posts"),
    Kind.MINIMUM: ("programme", "figure", "euros", "count"),
    Kind.ZONE_MINIMUM: ("zone", "euros"),
    Kind.EQUITY: ("percent",),
    Kind.CLIMATE: ("tonnes",),
}
AMOUNTS = ("posts", "euros", "count", "percent", "tonnes")


class ConditionForm(RefusingForm):
    """One condition of the kind that its address names."""

    project = forms.ModelChoiceField(label=_("This project"), queryset=Project.objects.none())
    other = forms.ModelChoiceField(label=_("The other project"), queryset=Project.objects.none())
    department = forms.ModelChoiceField(label=_("Department"), queryset=Organisation.objects.none())
    programme = forms.ModelChoiceField(
        label=_("Policy or programme"), queryset=Programme.objects.none()
    )
    zone = forms.ModelChoiceField(label=_("Zone"), queryset=Zone.objects.none())
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    figure = forms.ChoiceField(label=_("Counted in"), choices=ScenarioCondition.Figure.choices)
    posts = forms.DecimalField(
        label=_("Posts at most"), min_value=0, max_digits=8, decimal_places=2, localize=True
    )
    euros = EurosField(label=_("Euros at least"), required=False)
    count = forms.IntegerField(label=_("Projects at least"), min_value=0, required=False)
    percent = forms.DecimalField(
        label=_("Percent of the average per inhabitant, at least"), min_value=0, max_value=100,
        max_digits=4, decimal_places=1, localize=True,
    )  # fmt: skip
    tonnes = forms.DecimalField(
        label=_("Tonnes of CO2 at most"), min_value=0, max_digits=12, decimal_places=1,
        localize=True,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, scenario: SelectionScenario, kind: str) -> None:
        super().__init__(data)
        self._scenario, self.kind = scenario, Kind(kind)
        for name in set(self.fields) - set(ASKED[self.kind]):
            del self.fields[name]
        self._offer(scenario)

    def _offer(self, scenario: SelectionScenario) -> None:
        held = scenario.candidates.current().values("project")
        projects = Project.objects.filter(pk__in=held).order_by("name_fr")
        offered: dict[str, Any] = {
            "project": projects, "other": projects,
            "department": Organisation.objects.filter(kind="DEPARTMENT").order_by("name_fr"),
            "programme": Programme.objects.order_by("code"),
            "zone": Zone.objects.exclude(kind=Zone.Kind.COMPARATOR).order_by("kind", "name"),
        }  # fmt: skip
        for name, found in offered.items():
            if name in self.fields:
                self.fields[name].queryset = found  # type: ignore[attr-defined]
        if "year" in self.fields:
            self.fields["year"].choices = [(year, str(year)) for year in scenario.years]  # type: ignore[attr-defined]

    def save(self, *, by: User, at: datetime) -> None:
        given = self.cleaned_data
        kept = ("project", "other", "department", "programme", "zone", "year")
        told = {name: given[name] for name in kept if name in given}
        figure = given.get("figure", ScenarioCondition.Figure.AP)
        scenario_conditions.add(
            scenario=self._scenario,
            terms=ConditionTerms(kind=self.kind, **told, figure=figure, amount=self._amount()),
            by=by, reason=by_machine(gettext_noop("Condition added")), at=at,
        )  # fmt: skip

    def _amount(self) -> Any:
        given = self.cleaned_data
        if given.get("figure") == ScenarioCondition.Figure.COUNT:
            return given.get("count")
        if "percent" in given:
            return given["percent"] / 100
        amounts = (given.get(name) for name in ("posts", "euros", "tonnes"))
        return next((amount for amount in amounts if amount is not None), None)

    def add_error(self, field: str | None, error: Any) -> None:
        """The amount is asked for under the name of its unit."""
        if field is None and "amount" in getattr(error, "error_dict", {}):
            name = next((name for name in AMOUNTS if name in self.fields), None)
            super().add_error(name, error.error_dict["amount"])
            return
        super().add_error(field, error)
