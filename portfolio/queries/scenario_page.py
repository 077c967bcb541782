"""The list of scenarios and the conditions of one, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.models import ScenarioCondition, SelectionResult, SelectionScenario
from portfolio.queries.scenario_inputs import Content
from portfolio.queries.selection_words import euros
from portfolio.templatetags.figures import figure, share_percent

Kind = ScenarioCondition.Kind


@dataclass(frozen=True)
class ScenarioRow:
    """`result`: the last answer, without its inputs; None: it was never solved."""

    scenario: SelectionScenario
    candidates: int
    result: SelectionResult | None


@dataclass(frozen=True)
class Sentence:
    """A condition in words; `is_idle`: a project of it is not weighed, so that it says nothing."""

    condition: ScenarioCondition
    text: str
    is_idle: bool


def rows_of(scenarios: Iterable[SelectionScenario]) -> list[ScenarioRow]:
    """Two queries, however many; annotated with `candidates_held`."""
    found = list(scenarios)
    last = SelectionResult.objects.light().filter(scenario__in=found)
    ordered = last.order_by("scenario", "-computed_at").distinct("scenario")
    results = {one.scenario_id: one for one in ordered}
    return [
        ScenarioRow(one, getattr(one, "candidates_held", 0), results.get(one.pk)) for one in found
    ]


def sentences_of(content: Content) -> list[Sentence]:
    idle = {one.pk for one in content.idle}
    return [Sentence(one, sentence(one), one.pk in idle) for one in content.conditions]


def sentence(one: ScenarioCondition) -> str:
    amount = one.amount or 0
    if one.kind == Kind.MINIMUM and one.figure == ScenarioCondition.Figure.COUNT:
        text = ngettext(
            "At least %(count)s project in %(name)s.", "At least %(count)s projects in %(name)s.",
            int(amount),
        )  # fmt: skip
        return text % {"count": int(amount), "name": one.programme}
    texts = {
        Kind.PREREQUISITE: _("“%(project)s” needs “%(other)s”, begun no later."),
        Kind.EXCLUSIVE: _("One of “%(project)s” and “%(other)s” at most."),
        Kind.CAPACITY: _("At most %(number)s posts of %(department)s in %(year)s."),
        Kind.MINIMUM: _("At least %(euros)s in %(programme)s."),
        Kind.ZONE_MINIMUM: _("At least %(euros)s in %(zone)s."),
        Kind.EQUITY: _("Each commune gets at least %(share)s of the average per inhabitant."),
        Kind.CLIMATE: _("At most %(number)s tonnes of CO2 for the works."),
    }
    return texts[Kind(one.kind)] % {
        "project": one.project, "other": one.other, "department": one.department,
        "programme": one.programme, "zone": one.zone, "year": one.year,
        "number": figure(amount, 0 if amount == int(amount) else 1),
        "euros": euros(float(amount)), "share": share_percent(one.amount, 1),
    }  # fmt: skip
