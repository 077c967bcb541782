"""Targets in words: the value to reach, why a status is not known and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext_lazy as _

from indicators.charts import wording
from indicators.models import Indicator
from indicators.results import Observation, Point
from portfolio.moments import Asked
from portfolio.templatetags.figures import figure

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

register = template.Library()


@dataclass(frozen=True)
class Explanation:
    why: StrPromise
    next_action: StrPromise


ASK_STEERING = _("The department in charge has to complete the target.")
WAIT = _("The figure appears here as soon as the source publishes it.")
CHASE = _("The metropolis asks the producer of the data when it will be published.")
EXPLANATIONS = {
    "NO_BASELINE": Explanation(_("The starting value was not recorded."), ASK_STEERING),
    "NO_TARGET": Explanation(_("No value to reach was set."), ASK_STEERING),
    "TARGET_EQUALS_BASELINE": Explanation(
        _("The value to reach is the starting value: progress cannot be computed."), ASK_STEERING
    ),
    "INVALID_TARGET": Explanation(
        _("The target contradicts the direction in which the indicator improves."), ASK_STEERING
    ),
    "NO_OBSERVATION": Explanation(_("Nothing has been measured yet."), WAIT),
    "NO_OBSERVATION_SINCE_BASELINE": Explanation(
        _("Nothing has been measured since the starting date."), WAIT
    ),
    "LAST_VALUE_MISSING": Explanation(_("The source publishes no value since the start."), CHASE),
    "STALE": Explanation(_("The last measure is too old to say where we stand today."), CHASE),
}
OTHERWISE = Explanation(_("The status cannot be computed."), ASK_STEERING)


@register.simple_tag
def explanation(reason: str) -> Explanation:
    """Why a status is not known, in words, and what happens next."""
    return EXPLANATIONS.get(reason, OTHERWISE)


@register.simple_tag
def goal(point: Point, decimals: int) -> str:
    """The value to reach, or "low – high"."""
    if isinstance(point.value, tuple):
        low, high = point.value
        return f"{figure(low, decimals)} – {figure(high, decimals)}"
    return figure(point.value, decimals)


@register.simple_tag
def period(observation: Observation, indicator: Indicator) -> str:
    """The period of a measure in words: a day, a month, a quarter or a year."""
    return wording.period(observation, indicator)


@register.simple_tag
def part_measured(observation: Observation) -> str:
    """How much of its period or zone was measured, where that was not the whole of it."""
    return wording.share_measured(observation)


@register.simple_tag
def effect_csv(page_address: str, target_id: int, asked: Asked) -> str:
    """Where the figures of a target's chart are downloaded, as known at the same instant."""
    return _carried(f"{page_address}effets/{target_id}.csv", asked)


@register.simple_tag
def effect_known(page_address: str, target_id: int, asked: Asked) -> str:
    """The page of what was known of it on another day."""
    return _carried(f"{page_address}effets/{target_id}/", asked)


def _carried(address: str, asked: Asked) -> str:
    return f"{address}?{asked.moment.query}" if asked.moment else address
