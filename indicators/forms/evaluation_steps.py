"""The forms of the evaluation designer: each writes some columns of a draft, or its zones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators import evaluation_words as words
from indicators.forms.steps import StepForm
from indicators.models import Evaluation, Indicator
from indicators.queries.comparisons import Candidate, candidates
from indicators.services.evaluation_checks import (
    PLACEBO_IS_ANOTHER,
    SEVERAL_STARTS,
)
from portfolio.models import Zone

Data = QueryDict | None


class PlanForm(StepForm):
    """`columns`: what `Evaluation` keeps of it as it is; `zones`: by role, the field that holds
    codes of zones."""

    slug = ""
    columns: tuple[str, ...] = ()
    zones: dict[str, str] = {}

    def __init__(self, plan: Evaluation, data: Data = None) -> None:
        self.plan = plan
        initial = {name: getattr(plan, name) for name in self.columns}
        super().__init__(data, initial=initial | self.held() | plan.typed.get(self.slug, {}))

    def held(self) -> dict[str, Any]:
        """What the draft holds besides its columns."""
        return {
            field: list(self.plan.evaluation_zones.filter(role=role)
                        .values_list("zone__code", flat=True))
            for role, field in self.zones.items()
        }  # fmt: skip

    def part(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.columns}

    def starts(self) -> dict[str, date | None] | None:
        """By treated zone, its own date; None where the step does not ask for it."""
        return None

    def chosen(self, field: str) -> list[Zone]:
        return list(Zone.objects.filter(code__in=self.cleaned_data[field]))


class QuestionForm(PlanForm):
    slug = "question"
    columns = ("question", "expected_direction")

    question = forms.CharField(
        label=_("Question, in a sentence"), max_length=240,
        help_text=_("What did the project change, and where? For instance: did the cycle route bring"
                    " more people to ride in Pessanges?"),
    )  # fmt: skip
    expected_direction = forms.ChoiceField(
        label=_("What is expected of the figure"), choices=Evaluation.Direction.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip


class MeasureForm(PlanForm):
    slug = "mesure"
    zones = {"TREATED": "treated"}

    indicator = forms.ChoiceField(label=_("Indicator"))
    treated = forms.MultipleChoiceField(
        label=_("Where the effect is expected"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Zones of the project come first."),
        error_messages={"required": _("Choose at least one zone.")},
    )  # fmt: skip
    placebo_indicator = forms.ChoiceField(
        label=_("A measure that the project cannot change (optional)"), required=False,
        help_text=_("The same design is run on it: an effect found there too means that something"
                    " else moves the zone. Those that the project has a target of are not offered."),
    )  # fmt: skip

    def __init__(self, plan: Evaluation, data: Data = None) -> None:
        super().__init__(plan, data)
        fields: dict[str, Any] = self.fields
        fields["indicator"].choices = [("", "—"), *_indicators(plan)]
        fields["treated"].choices = _zones(plan)
        fields["placebo_indicator"].choices = [("", _("None")), *_not_aimed_at(plan)]

    def held(self) -> dict[str, Any]:
        return super().held() | {
            "indicator": self.plan.indicator.code if self.plan.indicator else "",
            "placebo_indicator": (
                self.plan.placebo_indicator.code if self.plan.placebo_indicator else ""
            ),
        }

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("indicator") and told["indicator"] == told.get("placebo_indicator"):
            self.add_error("placebo_indicator", PLACEBO_IS_ANOTHER)
        return told

    def part(self) -> dict[str, Any]:
        codes = (self.cleaned_data["indicator"], self.cleaned_data["placebo_indicator"])
        found = {one.code: one for one in Indicator.objects.filter(code__in=codes)}
        return {"indicator": found[codes[0]], "placebo_indicator": found.get(codes[1])}


def _indicators(plan: Evaluation) -> Iterable[tuple[str, str]]:
    """Those that the project has a target of come first."""
    own = _aimed_at(plan)
    found = sorted(Indicator.objects.all(), key=lambda one: (one.pk not in own, one.name))
    return [(one.code, f"{one.name} ({one.unit})") for one in found]


def _not_aimed_at(plan: Evaluation) -> Iterable[tuple[str, str]]:
    """What the project aims to move is no measure that it cannot move."""
    found = sorted(Indicator.objects.exclude(pk__in=_aimed_at(plan)), key=lambda one: one.name)
    return [(one.code, f"{one.name} ({one.unit})") for one in found]


def _aimed_at(plan: Evaluation) -> set[int]:
    return set(plan.project.targets.values_list("indicator_id", flat=True))


def _zones(plan: Evaluation) -> Iterable[tuple[str, str]]:
    own = Q(project_zones__project=plan.project) | Q(targets__project=plan.project)
    first = list(Zone.objects.filter(own).distinct().order_by("name"))
    # A place to compare figures with is no place that a project acts on.
    rest = Zone.objects.exclude(kind="COMPARATOR").exclude(pk__in=[zone.pk for zone in first])
    return [(zone.code, zone.name) for zone in [*first, *rest.order_by("name")]]


class ComparisonForm(PlanForm):
    slug = "comparaison"
    columns = ("design", "reason")
    zones = {"COMPARISON": "comparison"}

    design = forms.ChoiceField(label=_("Design"), choices=Evaluation.Design.choices,
                               widget=forms.RadioSelect)  # fmt: skip
    comparison = forms.MultipleChoiceField(
        label=_("Zones to compare with"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Proposed: of a like level and trend before, with all their figures, neither touched by the project nor neighbours of its zones. Fewer than 19 zones can never give 5%."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why this design and these zones"), widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )  # fmt: skip

    def __init__(self, plan: Evaluation, data: Data = None) -> None:
        self.candidates = candidates(plan)
        super().__init__(plan, data)
        choices: Any = self.fields["comparison"]
        choices.choices = [(one.zone.code, described(one)) for one in self.candidates
                           if one.against != "TOUCHED"]  # fmt: skip

    def held(self) -> dict[str, Any]:
        told = super().held()
        proposed = [one.zone.code for one in self.candidates if one.is_proposed]
        return {"comparison": told["comparison"] or proposed}

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        self._check_starts(told)
        alone = told.get("design") in {"", "BEFORE_AFTER", "INTERRUPTED"}
        if alone:
            told["comparison"] = []
        elif "comparison" in told and len(told["comparison"]) < 2:
            self.add_error(
                "comparison", _("This design compares: choose at least two zones to compare with.")
            )
        return told

    def _check_starts(self, told: dict[str, Any]) -> None:
        several = self.plan.evaluation_zones.exclude(starts_on=None).exists()
        if several and told.get("design") not in {None, "", "DIFFERENCE_IN_DIFFERENCES"}:
            self.add_error("design", SEVERAL_STARTS)


def described(one: Candidate) -> str:
    """A zone that may be compared with, and how alike it is."""
    told = [one.zone.name]
    if one.level is not None and one.trend is not None:
        told.append(gettext("level %(level)s, trend %(trend)s a year") % {
            "level": words.share(one.level), "trend": words.share(one.trend, signed=True)})  # fmt: skip
    against = {"NEIGHBOUR": gettext("neighbour"), "MISSING": gettext("figures missing"),
               "UNLIKE": gettext("unlike")}.get(one.against)  # fmt: skip
    return " · ".join([*told, *([against] if against else [])])


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=500,
                             widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
