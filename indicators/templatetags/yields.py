"""What a decision yielded, in words: its columns, its figures, why one is not known."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.charts import wording
from indicators.models import Indicator
from indicators.queries.yields import Moment
from portfolio.results import Unknown

register = template.Library()


@register.filter
def moment_label(moment: Moment) -> str:
    if moment.years is None:
        return _("Today")
    return ngettext("%(n)s year later", "%(n)s years later", moment.years) % {"n": moment.years}


@register.filter
def measured_as(value: float, indicator: Indicator | None) -> str:
    """A value in the unit of its measure."""
    return wording.with_unit(value, indicator) if indicator else str(value)


@register.filter
def yield_reason(unknown: Unknown) -> str:
    return {
        "TOO_EARLY": _("too early"),
        "NOT_MEASURED": _("not measured"),
        "NOT_KNOWN": _("not known"),
        "GONE": _("this measure is there no more"),
    }[unknown.reason]
