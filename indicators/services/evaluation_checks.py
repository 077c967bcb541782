"""What a plan lacks before it can be locked, by field and in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from indicators.models import Evaluation, EvaluationZone, Indicator
from portfolio.models import ProjectZone

Problem = tuple[str, str]
Design = Evaluation.Design
ONE_TREATED = {Design.SYNTHETIC_CONTROL, Design.SYNTHETIC_DID, Design.INTERRUPTED,
               Design.BEFORE_AFTER}  # fmt: skip
FEWEST_DONORS: dict[str, int] = {Design.DIFFERENCE_IN_DIFFERENCES: 2, Design.SYNTHETIC_CONTROL: 2,
                 Design.SYNTHETIC_DID: 2}  # fmt: skip


def problems(plan: Evaluation) -> dict[str, list[str]]:
    """Empty where the plan may be locked."""
    found: dict[str, list[str]] = {}
    for name, text in [*_empty(plan), *_dates(plan), *_zones(plan)]:
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


def _zones(plan: Evaluation) -> Iterator[Problem]:
    held = list(plan.evaluation_zones.values_list("zone_id", "role"))
    treated = {zone for zone, role in held if role == EvaluationZone.Role.TREATED}
    donors = {zone for zone, role in held if role == EvaluationZone.Role.COMPARISON}
    if not treated:
        yield "treated", _("Choose the zone where the effect is expected.")
    if len(treated) > 1 and plan.design in ONE_TREATED and not _adds_up(plan):
        yield "treated", _("This indicator does not add up over zones: choose one, or a"
                           " difference-in-differences.")  # fmt: skip
    if len(donors) < FEWEST_DONORS.get(plan.design, 0):
        yield "comparison", _("This design compares: choose at least two zones to compare with.")
    touched = ProjectZone.objects.filter(project=plan.project_id, zone__in=donors)
    names = list(touched.order_by("zone__name").values_list("zone__name", flat=True))
    if names:
        yield "comparison", _("The project touches these zones, they cannot be compared with: %s.") % ", ".join(names)  # fmt: skip


def _adds_up(plan: Evaluation) -> bool:
    none = Indicator.ZoneAggregation.NONE
    return plan.indicator is not None and plan.indicator.zone_aggregation != none
