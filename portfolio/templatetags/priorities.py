"""Scores, values and weights in words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portfolio.models import Criterion, MemberWeights, Score
from portfolio.templatetags.figures import day, figure, moment, percent

register = template.Library()


@register.filter
def level_words(level: dict[str, Any]) -> str:
    """A described level in the active language; French where English is empty."""
    english = (get_language() or "fr").startswith("en")
    return str((level.get("en") if english else "") or level["fr"])


@register.filter
def said(score: Score | None) -> str:
    """A score as people read it, with its unit and its range; nothing where it is not known."""
    if score is None or score.central is None:
        return ""
    central = in_words(score.criterion, score.central)
    if (score.low, score.high) == (score.central, score.central):
        return central
    ends = (plain(score.criterion, end) for end in (score.low, score.high))
    return _("%(central)s (%(low)s to %(high)s)") % dict(
        zip(("central", "low", "high"), (central, *ends), strict=True)
    )


def in_words(criterion: Criterion, score: float) -> str:
    """With its unit."""
    text = plain(criterion, score)
    if criterion.kind == Criterion.Kind.QUALITATIVE:
        return _("%(score)s out of 100") % {"score": text}
    return f"{text} {criterion.unit}".strip()


def plain(criterion: Criterion, score: float | None) -> str:
    if score is None:
        return ""
    if criterion.kind == Criterion.Kind.LEVELS:
        return level_words(criterion.levels[int(score)])
    return figure(score, 0 if abs(score) >= 100 or float(score).is_integer() else 1)


@register.filter
def worst(criterion: Criterion) -> str:
    """The worst that the scale tells apart, in words."""
    if criterion.kind == Criterion.Kind.QUALITATIVE:
        return _("the worst")
    return in_words(criterion, criterion.function.worst)


@register.filter
def best(criterion: Criterion) -> str:
    if criterion.kind == Criterion.Kind.QUALITATIVE:
        return _("the best")
    return in_words(criterion, criterion.function.best)


@register.filter
def scale_lines(criterion: Criterion) -> list[str]:
    """What each point or level is worth."""
    if criterion.kind == Criterion.Kind.LEVELS:
        pairs = [(level_words(one), one["value"]) for one in criterion.levels]
    else:
        pairs = [(in_words(criterion, score), value) for score, value in criterion.points]
    told = pgettext("score and value", "%(score)s is worth %(value)s")
    return [told % {"score": score, "value": figure(value)} for score, value in pairs]


@register.filter
def points(value: float | None) -> str:
    """A value of 0..100, rounded for people."""
    return "" if value is None else figure(value, 0 if value >= 10 or value == 0 else 1)


@register.filter
def percents(share: float | None) -> str:
    """A share of 0..1 in percent."""
    return "" if share is None else percent(Decimal(str(round(share * 100, 6))))


@register.filter
def method(given: MemberWeights) -> str:
    return str(given.get_method_display())


@register.filter
def range_of(ranges: dict[int, tuple[float, float]], criterion: Criterion) -> list[str]:
    """Between which scores the candidates lie, in words; nothing where none is scored."""
    return [in_words(criterion, end) for end in ranges.get(criterion.pk, ())]


@register.filter
def unlocalised(number: float) -> str:
    """For a hidden field: a form reads it back the same in both languages."""
    return repr(float(number))


@register.filter
def read_from(score: Score) -> list[str]:
    """What a measured score was read from, a line each."""
    told = score.provenance
    lines = {
        "version": _("version %s of the cost estimate"),
        "valued_on": _("in euros of %s"),
        "zones": _("zones: %s"),
        "phase": _("phase: %s"),
        "fundings": _("lines of the funding plan: %s"),
        "risks": _("risks under way: %s"),
        "indicator": _("indicator: %s"),
        "zone": _("zone: %s"),
        "from": _("period from %s"),
        "until": _("until %s"),
        "as_of": _("as known on %s"),
        "feed": _("feed no. %s"),
    }
    return [words % _plainly(name, told[name]) for name, words in lines.items() if name in told]


def _plainly(name: str, value: Any) -> str:
    if name == "risks":
        return str(len(value))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if name == "as_of":
        return str(moment(datetime.fromisoformat(value)))
    if name in {"valued_on", "from", "until"}:
        return str(day(date.fromisoformat(value)))
    return str(value)
