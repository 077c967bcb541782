"""Figures of a measure and their periods, as charts write them."""

from django import template

from indicators.charts import wording
from indicators.models import Indicator
from indicators.results import Observation

register = template.Library()


@register.filter
def signed(value: float, indicator: Indicator) -> str:
    """A change with its sign and its unit: +12 passages a day."""
    mark = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return mark + wording.with_unit(abs(value), indicator)


@register.simple_tag
def value_of(observation: Observation | None, indicator: Indicator) -> str:
    """ "" where nothing is known."""
    if observation is None or observation.value is None:
        return ""
    return wording.number(observation.value, indicator)


@register.simple_tag
def span_of(observation: Observation | None) -> str:
    return wording.span(observation) if observation else ""
