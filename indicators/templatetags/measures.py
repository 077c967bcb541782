"""Figures of a measure, for templates."""

from django import template

from indicators.charts import wording
from indicators.models import Indicator

register = template.Library()


@register.filter
def signed(value: float, indicator: Indicator) -> str:
    """A change with its sign and its unit: +12 passages a day."""
    mark = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return mark + wording.with_unit(abs(value), indicator)
