"""A forecast in sentences: the chance first, then its range, how good such forecasts were, and what
it does not prove (METHODS, rules 11 and 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.charts import wording
from indicators.forecasts import Chance, ForecastView, Record
from indicators.models import Indicator
from indicators.results import TargetView
from portfolio.templatetags.figures import day, percent

FEW, MANY = 0.05, 0.95
HELD_TOO_LITTLE = 0.65  # of the past by the 80 % band: the chance is then told with a warning


@dataclass(frozen=True)
class ForecastWords:
    """`headline`: the chance, or why there is none; `warning`: what makes it doubtful, often empty;
    `record`: how good such forecasts were; `caution`: what it does not prove, empty where nothing
    is said."""

    headline: str
    warning: str
    details: tuple[str, ...]
    record: tuple[str, ...]
    caution: str
    computed: str
    is_outdated: bool
    is_known: bool


def words_of(view: TargetView, forecast: ForecastView) -> ForecastWords:
    """In the active language."""
    known = forecast.chance is not None
    return ForecastWords(
        headline=headline(view, forecast),
        warning=_warning(forecast.record),
        details=tuple(_details(view, forecast)),
        record=tuple(_record(forecast.record)) if forecast.record else (),
        caution=_(
            "A forecast prolongs what was measured. It knows nothing of works to come, and does not"
            " say that the project is the cause."
        ) if known else "",
        computed=_computed(forecast),
        is_outdated=forecast.is_outdated,
        is_known=known,
    )  # fmt: skip


def headline(view: TargetView, forecast: ForecastView) -> str:
    """“7 chances in 10 of reaching the target of 200 trips by December 2030”, or what is lacking."""
    if forecast.chance is None or forecast.goal is None or forecast.due_on is None:
        return lacking(forecast)
    words = {
        "chance": in_ten(forecast.chance.probability),
        "target": wording.goal(forecast.goal, view.indicator),
        "due": wording.month(forecast.due_on),
    }
    if isinstance(forecast.goal, tuple):
        return _("%(chance)s of being within %(target)s in %(due)s") % words
    return _("%(chance)s of reaching the target of %(target)s by %(due)s") % words


def in_ten(probability: float) -> str:
    """People count in tenths: a chance is never known to the hundredth."""
    if probability < FEW:
        return _("Less than 1 chance in 20")
    if probability >= MANY:
        return _("More than 19 chances in 20")
    count = min(max(tenths(probability), 1), 9)
    told = ngettext("%(count)s chance in 10", "%(count)s chances in 10", count)
    return told % {"count": count}


def tenths(probability: float) -> int:
    return int(probability * 10 + 0.5)


def lacking(forecast: ForecastView) -> str:
    """Why no chance is told, and what would do."""
    if forecast.lack == "TOO_FEW_POINTS":
        told = ngettext(
            "Too early to tell: %(points)s value is known, %(needed)s are needed",
            "Too early to tell: %(points)s values are known, %(needed)s are needed",
            forecast.points,
        )
        return told % {"points": forecast.points, "needed": forecast.needed}
    return lack_in_words(forecast.lack)


def lack_in_words(code: str) -> str:
    sentences = {
        "TOO_FEW_POINTS": _("Too early to tell"),
        "NO_TARGET": _("No forecast: no value to reach is set"),
        "TARGET_DATE_PASSED": _("No forecast: the date of the target has passed"),
        "INVALID_TARGET": _("No forecast: the target contradicts its indicator"),
        "NEVER_CHANGED": _(
            "No forecast: the measure never changed, so nothing says how it may move"
        ),
        "IRREGULAR_SERIES": _("No forecast: the dates of the values do not follow its frequency"),
    }
    return sentences.get(code) or _("No forecast: no model can be made of this series")


def _warning(record: Record | None) -> str:
    if record is None or record.coverage80 is None or record.coverage80 >= HELD_TOO_LITTLE:
        return ""
    return _(
        "To be read with caution: on the past of this series, the 80%% band held %(share)s of what"
        " happened, far less than it should."
    ) % {"share": _percent(record.coverage80)}  # fmt: skip


def _details(view: TargetView, forecast: ForecastView) -> Iterator[str]:
    chance, last, indicator = forecast.chance, forecast.at_target, view.indicator
    if chance is None or last is None:
        return
    yield _between(chance)
    low, high = last.bounds["80"]
    yield _("Expected then: %(mean)s; 8 chances in 10 of lying between %(low)s and %(high)s.") % {
        "mean": wording.with_unit(last.mean, indicator),
        "low": wording.number(low, indicator), "high": wording.number(high, indicator),
    }  # fmt: skip
    yield _trend(chance, forecast, indicator)
    if forecast.without is not None:
        words = {"chance": in_ten(forecast.without.probability).lower()}
        yield _("Without the known breaks: %(chance)s.") % words


def _between(chance: Chance) -> str:
    low, high = (tenths(bound) for bound in chance.between)
    if chance.low == chance.high:
        return _("No other model forecasts nearly as well.")
    if low == high:
        return _("Models that forecast nearly as well say the same.")
    return _("From %(low)s to %(high)s chances in 10 depending on the model.") % {
        "low": low, "high": high
    }  # fmt: skip


def _trend(chance: Chance, forecast: ForecastView, indicator: Indicator) -> str:
    if chance.reached_on is None:
        return _("At the present trend it is not reached within ten years.")
    if forecast.ahead and chance.reached_on <= forecast.ahead[0].on:
        return _("At the present trend it is reached already: what counts is that it stays so.")
    period = wording.period_name(chance.reached_on, indicator.frequency)
    return _("At the present trend it is first reached in %(period)s.") % {"period": period}


def _record(record: Record) -> Iterator[str]:
    if record.coverage80 is None or record.mase is None:
        yield _("The series is too short to have tried such forecasts on its past.")
        return
    told = ngettext(
        "Tried on %(count)s moment of this very past: what then happened lay within the 80%% band"
        " %(share)s of the time.",
        "Tried on %(count)s moments of this very past: what then happened lay within the 80%% band"
        " %(share)s of the time.",
        record.origins,
    )
    yield told % {"count": record.origins, "share": _percent(record.coverage80)}
    yield _against_naive(record)
    if record.widened > 1:
        yield _("The band was widened: it had held too little of the past.")
    if record.set_aside:
        told = ngettext(
            "%(count)s value far from the others was left out of the estimate.",
            "%(count)s values far from the others were left out of the estimate.",
            record.set_aside,
        )
        yield told % {"count": record.set_aside}


def _against_naive(record: Record) -> str:
    """Beside the yardstick: taking the last known values of the season again."""
    if record.model == "SEASONAL_NAIVE" or not record.naive or record.mase is None:
        return _(
            "No model did better than taking the last known values again: that is what is told."
        )
    gain = 1 - record.mase / record.naive
    if gain < 0.01:
        return _("The errors were as large as by taking the last known values again.")
    words = {"share": _percent(gain)}
    return (
        _("The errors were %(share)s smaller than by taking the last known values again.") % words
    )


def _percent(share: float) -> str:
    return percent(Decimal(round(share * 100)))


def _computed(forecast: ForecastView) -> str:
    words = {"day": day(forecast.computed_at)}
    if forecast.is_outdated:
        return _(
            "Forecast of %(day)s. Its figures, its target or its known breaks have changed since: it"
            " is computed anew during the night."
        ) % words  # fmt: skip
    return _("Forecast of %(day)s.") % words
