"""The finding in words. The title of a chart is this sentence, so it says what is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators.analysis.progress import Band
from indicators.models import Indicator
from indicators.results import Observation, TargetView
from portfolio.results import Unknown
from portfolio.templatetags.figures import day as written_day
from portfolio.templatetags.figures import figure, percent


def sentence(view: TargetView, language: str = "") -> str:
    """`language`: "fr" or "en"; empty means the active one."""
    if language:
        with override(language):
            return sentence(view)
    words = {"indicator": view.indicator.name, "fact": _fact(view), "verdict": verdict(view)}
    if not words["fact"]:
        return _("%(indicator)s: %(verdict)s") % words
    return _("%(indicator)s: %(fact)s, %(verdict)s") % words


def verdict(view: TargetView) -> str:
    """What the status means, without its subject."""
    status = view.status
    words = {"target": _goal(view), "due": _due(view.status.target_on)}
    if status.code == "UNKNOWN":
        return _unknown(status.reason)
    if status.code == "TOO_EARLY" and status.reason:
        return _("not measured since the start; target of %(target)s by %(due)s") % words
    return _judged(view) % words


def _judged(view: TargetView) -> str:
    missed, share = _missed(view), view.status.progress
    away = not isinstance(share, Unknown) and share < 0
    if view.status.code == "OFF_TRACK":
        if away:
            return _("moving away from the target of %(target)s by %(due)s")
        behind = _("behind the path to %(target)s by %(due)s")
        return _("target of %(target)s set for %(due)s missed") if missed else behind
    if view.status.code == "AT_RISK" and missed:
        return _("just short of the target of %(target)s set for %(due)s")
    return {
        "ACHIEVED": _("target of %(target)s reached"),
        "TOO_EARLY": _("too early to tell; target of %(target)s by %(due)s"),
        "ON_TRACK": _("on track for %(target)s by %(due)s"),
        "AT_RISK": _("slightly behind the path to %(target)s by %(due)s"),
    }[view.status.code]


def _missed(view: TargetView) -> bool:
    return view.status.target_on is not None and view.today > view.status.target_on


def _unknown(reason: str) -> str:
    sentences = {
        "NO_BASELINE": _("no starting value was stated, so progress cannot be judged"),
        "NO_TARGET": _("no target is set"),
        "TARGET_EQUALS_BASELINE": _("the target equals the start, so progress cannot be judged"),
        "NO_OBSERVATION": _("not measured yet"),
        "NO_OBSERVATION_SINCE_BASELINE": _("not measured since the start"),
        "LAST_VALUE_MISSING": _("the values since the start are missing"),
        "STALE": _("too old to be judged"),
        "INVALID_TARGET": _("the target contradicts its indicator and has to be corrected"),
    }
    return sentences.get(reason) or _("unknown")


def absence(code: str) -> str:
    """Why a value is missing."""
    sentences = {
        "INCOMPLETE": _("not measured in every commune"),
        "NO_POPULATION": _("inhabitants of a commune not known"),
    }
    return sentences.get(code) or _("missing at the source")


def _fact(view: TargetView) -> str:
    last = view.measured.last_known
    if last is None or last.value is None:
        return ""
    words = {"value": with_unit(last.value, view.indicator), "period": period(last, view.indicator)}
    if last.provisional:
        return _("%(value)s (%(period)s, provisional figure)") % words
    return _("%(value)s (%(period)s)") % words


def share_measured(observation: Observation) -> str:
    """How much of a period, or of a zone, was measured; never 100 % of one that was not whole.
    Empty where it was whole, or that is not known."""
    if not observation.is_partial or observation.coverage is None:
        return ""
    told = {"percent": percent(Decimal(min(int(observation.coverage * 100), 99)))}
    if observation.by_area:
        return _("at least %(percent)s of the zone measured") % told
    return _("%(percent)s of the period measured") % told


def _goal(view: TargetView) -> str:
    target = view.status.target_value
    return "" if target is None else goal(target, view.indicator)


def goal(target: float | Band, indicator: Indicator) -> str:
    if not isinstance(target, tuple):
        return with_unit(target, indicator)
    low, high = (number(bound, indicator) for bound in target)
    return _("%(low)s to %(high)s %(unit)s") % {"low": low, "high": high, "unit": indicator.unit}


def bare_goal(target: float | Band, indicator: Indicator) -> str:
    """Without its unit, for a cell or a label beside an axis."""
    bounds = target if isinstance(target, tuple) else (target,)
    return "–".join(number(bound, indicator) for bound in bounds)


def number(value: float, indicator: Indicator) -> str:
    return figure(value, indicator.decimals)


def with_unit(value: float, indicator: Indicator) -> str:
    return f"{number(value, indicator)}\N{NO-BREAK SPACE}{indicator.unit}"


def _due(day: date | None) -> str:
    return "" if day is None else month(day)


def month(day: date) -> str:
    return str(format_date(day, "F Y"))


def full_date(day: date) -> str:
    return written_day(day)


def period(observation: Observation, indicator: Indicator) -> str:
    """The name of a period: a day, a month, a quarter or a year."""
    return period_name(observation.on, indicator.frequency)


def span(observation: Observation) -> str:
    """The name of a period by its own length: another source may measure more often, or less."""
    days = (observation.until - observation.on).days
    lengths = {364: "YEAR", 89: "QUARTER", 27: "MONTH"}
    return period_name(observation.on, next((n for d, n in lengths.items() if days >= d), "DAY"))


def period_name(day: date, frequency: str) -> str:
    """That of the period that begins on this day."""
    names: dict[str, Callable[[], str]] = {
        Indicator.Frequency.DAY: lambda: full_date(day),
        Indicator.Frequency.MONTH: lambda: month(day),
        Indicator.Frequency.QUARTER: lambda: (
            _("Q%(quarter)s %(year)s") % {"quarter": (day.month + 2) // 3, "year": day.year}
        ),
        Indicator.Frequency.YEAR: lambda: str(day.year),
    }
    return names[frequency]()
