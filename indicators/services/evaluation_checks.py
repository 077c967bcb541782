"""What a plan lacks before it can be locked, by field and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import Evaluation, EvaluationZone, Indicator
from portfolio.models import ProjectZone

Problem = tuple[str, str]
Design = Evaluation.Design
ONE_TREATED = {Design.SYNTHETIC_CONTROL, Design.SYNTHETIC_DID, Design.INTERRUPTED,
               Design.BEFORE_AFTER}  # fmt: skip
PLACEBO_IS_ANOTHER = gettext_lazy(
    "Choose another measure than the one that judges the project, or none."
)
ONE_BEGINS = gettext_lazy(
    "The date of the intervention is that of the first zone: leave its own date empty."
)
SEVERAL_STARTS = gettext_lazy(
    "The zones begin on several dates: only a difference-in-differences compares each of them from"
    " its own start."
)
FEWEST_DONORS: dict[str, int] = {Design.DIFFERENCE_IN_DIFFERENCES: 2, Design.SYNTHETIC_CONTROL: 2,
                 Design.SYNTHETIC_DID: 2}  # fmt: skip


def problems(plan: Evaluation) -> dict[str, list[str]]:
    """Empty where the plan may be locked."""
    found: dict[str, list[str]] = {}
    for name, text in [*_empty(plan), *_dates(plan), *_starts(plan), *_zones(plan)]:
        found.setdefault(name, []).append(text)
    return found


def _empty(plan: Evaluation) -> Iterator[Problem]:
    needed = {
        "question": _("Write the question."),
        "expected_direction": _("Say which way the figure is expected to go."),
        "indicator": _("Choose the indicator."),
        "intervention_on": _("Give the date of the intervention."),
        "before_from": _("Say from when the figures are looked at."),
        "after_until": _("Say until when the figures are looked at."),
        "design": _("Choose a design."),
        "reason": _("Say why this design was chosen."),
    }
    for name, text in needed.items():
        if not getattr(plan, name):
            yield name, text


def _dates(plan: Evaluation) -> Iterator[Problem]:
    on = plan.intervention_on
    if on and plan.before_from and plan.before_from >= on:
        yield "before_from", _("This day must come before the intervention.")
    if on and plan.after_until and plan.after_until <= on:
        yield "after_until", _("This day must come after the intervention.")


def _starts(plan: Evaluation) -> Iterator[Problem]:
    """Of zones that begin on days of their own."""
    treated = plan.evaluation_zones.filter(role=EvaluationZone.Role.TREATED)
    days = [day for day in treated.values_list("starts_on", flat=True) if day is not None]
    if not days:
        return
    yield from start_problems(plan.intervention_on, plan.after_until, days)
    if len(days) == treated.count():
        yield "intervention_on", str(ONE_BEGINS)
    if plan.design and plan.design != Design.DIFFERENCE_IN_DIFFERENCES:
        yield "design", str(SEVERAL_STARTS)


def start_problems(on: date | None, last: date | None, days: Iterable[date]) -> Iterator[Problem]:
    """What is wrong with days of their own."""
    if any(on is not None and day < on for day in days):
        yield "intervention_on", _("The date of the intervention is that of the first zone: none begins before it.")  # fmt: skip
    if any(last is not None and day >= last for day in days):
        yield "after_until", _("A zone begins after the last day looked at.")


def _zones(plan: Evaluation) -> Iterator[Problem]:
    held = list(plan.evaluation_zones.values_list("zone_id", "role"))
    treated = {zone for zone, role in held if role == EvaluationZone.Role.TREATED}
    donors = {zone for zone, role in held if role == EvaluationZone.Role.COMPARISON}
    if not treated:
        yield "treated", _("Choose the zone where the effect is expected.")
    if len(treated) > 1 and plan.design in ONE_TREATED:
        yield from _not_added_up(plan)
    if len(donors) < FEWEST_DONORS.get(plan.design, 0):
        yield "comparison", _("This design compares: choose at least two zones to compare with.")
    touched = ProjectZone.objects.filter(project=plan.project_id, zone__in=donors)
    names = list(touched.order_by("zone__name").values_list("zone__name", flat=True))
    if names:
        yield "comparison", _("The project touches these zones, they cannot be compared with: %s.") % ", ".join(names)  # fmt: skip


def _not_added_up(plan: Evaluation) -> Iterator[Problem]:
    """Several zones are taken as one: both measures must have a rule for it."""
    if plan.indicator is None or _has_no_rule(plan.indicator):
        yield "treated", _("This indicator does not add up over zones: choose one, or a"
                           " difference-in-differences.")  # fmt: skip
    if plan.placebo_indicator is not None and _has_no_rule(plan.placebo_indicator):
        yield "placebo_indicator", _("The measure that the project cannot change does not add up"
                                     " over zones: choose one zone, or another measure.")  # fmt: skip


def _has_no_rule(indicator: Indicator) -> bool:
    return indicator.zone_aggregation == Indicator.ZoneAggregation.NONE
