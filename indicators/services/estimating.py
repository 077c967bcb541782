"""From the figures of a plan to an effect, or to the reasons why none can be said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pandas as pd

from indicators.analysis import impact
from indicators.analysis.impact import Effect, NotIdentified
from indicators.analysis.impact.settings import SETTINGS
from indicators.models import Evaluation, Indicator
from indicators.queries.evaluation_figures import TREATED, Figures, figures_of

SEED = 1
METHOD_VERSION = "2026-12-2"
Answer = Effect | NotIdentified
Estimator = Callable[[Figures, impact.Design], Answer]


def design_of(evaluation: Evaluation, *, donors_touched: bool = False) -> impact.Design:
    """What was declared, and what the register says of the zones compared with. Registered in advance: locked before the day of the intervention."""
    return impact.Design(
        fixed_on=evaluation.locked_on, looked_on=evaluation.intervention_on,
        definition_changed=evaluation.definition_changed, other_shock=evaluation.other_shock,
        chosen_for_its_level=evaluation.chosen_for_its_level, donors_touched=donors_touched,
        breaks=tuple((pd.Timestamp(one["first"]), pd.Timestamp(one["last"]))
                     for one in evaluation.breaks),
    )  # fmt: skip


def estimate(evaluation: Evaluation, figures: Figures, *, donors_touched: bool = False) -> Answer:
    """The answer of the design to the figures; a figure that the method cannot read (a series that
    jumps, two points in a period) is a reason, not a fault."""
    if not len(figures.table) or not figures.outcome.notna().any():
        return NotIdentified(("NOTHING_BEFORE",))
    try:
        design = design_of(evaluation, donors_touched=donors_touched)
        return ESTIMATORS[evaluation.design](figures, design)
    except ValueError as error:
        return NotIdentified(("UNREADABLE",), {"detail": str(error)})


def placebo_figures(evaluation: Evaluation, *, as_of: datetime | None) -> Figures | None:
    """Those of the measure that the project cannot change; None where the plan names none."""
    other = evaluation.placebo_indicator
    return None if other is None else figures_of(evaluation, as_of=as_of, indicator=other)


def estimate_placebo(evaluation: Evaluation, figures: Figures) -> Answer:
    """What the same design finds there; nothing that describes alone can be judged."""
    if evaluation.design == Evaluation.Design.BEFORE_AFTER:
        return NotIdentified(("DESCRIPTIVE",))
    return estimate(evaluation, figures)


def _before_after(figures: Figures, design: impact.Design) -> Answer:
    if design.reasons:
        return NotIdentified(design.reasons)
    return impact.before_after(figures.outcome, start=figures.start)


def _interrupted(figures: Figures, design: impact.Design) -> Answer:
    return impact.interrupted_series(figures.outcome, start=figures.start, season=figures.season,
                                     counts=_counts(figures), design=design, seed=SEED)  # fmt: skip


def _counts(figures: Figures) -> bool:
    """Events that were counted: whole numbers of what adds up over zones, not a rounded level."""
    adds_up = figures.rule == Indicator.ZoneAggregation.SUM
    return adds_up and impact.are_counts(figures.outcome)


def _differences(figures: Figures, design: impact.Design) -> Answer:
    return impact.difference_in_differences(figures.panel, unit="zone", time="on", value="value", treated_from=figures.begins,
                                            design=design, seed=SEED)  # fmt: skip


def _synthetic(figures: Figures, design: impact.Design) -> Answer:
    return impact.synthetic_control(figures.comparison, unit="zone", time="on", value="value", treated=TREATED,
                                    start=figures.start, design=design, seed=SEED)  # fmt: skip


def _synthetic_did(figures: Figures, design: impact.Design) -> Answer:
    return impact.synthetic_difference_in_differences(
        figures.comparison,
        unit="zone",
        time="on",
        value="value",
        treated=TREATED,
        start=figures.start,
        design=design,
    )


ESTIMATORS: dict[str, Estimator] = {
    Evaluation.Design.BEFORE_AFTER: _before_after,
    Evaluation.Design.INTERRUPTED: _interrupted,
    Evaluation.Design.DIFFERENCE_IN_DIFFERENCES: _differences,
    Evaluation.Design.SYNTHETIC_CONTROL: _synthetic,
    Evaluation.Design.SYNTHETIC_DID: _synthetic_did,
}


def periods_awaited(evaluation: Evaluation) -> int:
    """Since the intervention: as many as the plan says, and as the method needs."""
    least = SETTINGS.min_after if evaluation.design == Evaluation.Design.INTERRUPTED else 1
    return max(evaluation.minimum_after, least)


def too_early(evaluation: Evaluation, figures: Figures, answer: Answer, *, today: date) -> bool:
    """Whether what is missing may still come: the window is open, and its points are too few."""
    if evaluation.after_until is None or today > evaluation.after_until:
        return False
    if figures.after < evaluation.minimum_after:
        return True
    waiting = {"TOO_FEW_AFTER", "NOTHING_AFTER"}
    return isinstance(answer, NotIdentified) and set(answer.reasons) <= waiting
