"""Forecasts in templates: a value to reach, the name of a model."""

from django import template
from django.utils.translation import gettext as _

from indicators.analysis.progress import Band
from indicators.charts import wording
from indicators.models import Indicator

register = template.Library()


@register.simple_tag
def goal_of(goal: float | Band, indicator: Indicator) -> str:
    """Without its unit."""
    return wording.bare_goal(goal, indicator)


@register.simple_tag
def model_name(code: str) -> str:
    """Of a code such as LEVEL+TREND+SEASON, in words."""
    if code == "SEASONAL_NAIVE":
        return _("the last known values taken again")
    if code == "ROBUST_TREND":
        return _("median trend")
    if code == "COMBINED":
        return _("mean of several models")
    parts = {
        "LEVEL": _("level"), "TREND": _("trend"), "SEASON": _("season"), "YEAR": _("time of year"),
        "MEMORY": _("fading deviations"),
    }  # fmt: skip
    names = [parts.get(part, part) for part in code.split("+")]
    return _("model: %(parts)s") % {"parts": ", ".join(names)}
