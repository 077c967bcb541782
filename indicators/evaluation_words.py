"""Results of evaluations in words: the rule of a grade, each check, each reason, in the active
language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indicators.analysis.impact.words import REASONS, number
from portfolio.templatetags.figures import day

Facts = dict[str, Any]


@dataclass(frozen=True)
class ToldCheck:
    """`passed` is None where the check could not be made."""

    title: str
    detail: str
    passed: bool | None


def rule(grade: str) -> str:
    """The rule that gives a grade; empty for none."""
    return {
        "A": _("Registered in advance, with a comparison group, every check passed."),
        "B": _("Registered in advance, with a comparison group, one check failed or missing."),
        "C": _(
            "Registered in advance without a comparison group; or with one, exploratory or checks failed."
        ),
        "D": _("One series, exploratory."),
        "E": _("Before and after, descriptive."),
    }.get(grade, "")


def may_say(grade: str) -> str:
    """What wording a grade allows."""
    if grade in ("A", "B"):
        return _("This grade allows to say that the project had the effect.")
    if grade == "C":
        return _("This grade allows to say “compatible with an effect”, no more.")
    return _("This grade allows no word of cause.") if grade else ""


def reason(code: str) -> str:
    """Why nothing can be judged."""
    place = 1 if _language() == "fr" else 0
    return REASONS[code][place] if code in REASONS else code


def amount(value: float | None, *, signed: bool = False) -> str:
    """A figure of an effect, as its sentence writes it; a dash where it is not known."""
    return "–" if value is None else number(value, _language(), signed=signed)


def share(value: float | None, *, signed: bool = False) -> str:
    """A ratio as a percentage."""
    if value is None:
        return "–"
    text = number(100 * value, _language(), signed=signed)
    return f"{text}\u00a0%" if _language() == "fr" else f"{text}%"


def check(told: Facts) -> ToldCheck:
    """A stored check in words."""
    title, detail = CHECKS[told["code"]](told["facts"], passed=told["passed"])
    return ToldCheck(title, detail, told["passed"])


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _range(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    words = {"low": amount(facts["low"], signed=True), "high": amount(facts["high"], signed=True)}
    detail = _("From %(low)s to %(high)s: zero is outside.") if passed else _(
        "From %(low)s to %(high)s: no effect at all is possible too.")  # fmt: skip
    return _("The range leaves zero out"), detail % words


def _second(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    title = _("A second method agrees")
    if passed is None:
        return title, _("No second method could be computed.")
    text = _("%(method)s gives %(point)s, p = %(p)s.") % {
        "method": _method(facts["method"]), "p": amount(facts["p"]),
        "point": amount(facts["point"], signed=True)}  # fmt: skip
    if "quoted" in facts:
        counted = _("The figures are counts, taken as shares of what was expected; quoted: %s.")
        quoted = _method(facts["quoted"])
        text += " " + counted % (quoted[:1].lower() + quoted[1:])
    return title, text


def _method(code: str) -> str:
    return {
        "AR1": _("A regression whose points follow one another"),
        "SYNTHETIC_DID": _("Synthetic difference-in-differences"),
        "DIFFERENCE_IN_DIFFERENCES": _("Difference-in-differences"),
        "OUTCOME": _("A fit on the outcome alone"),
        "CLUSTERED": _("The comparison on complete zones"),
        "NOT_YET_TREATED": _("The comparison with zones that have not begun yet too"),
        "STRUCTURAL": _("The structural model"),
        "QUASI_POISSON": _("A regression of counts"),
    }.get(code, code)


def _placebo(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    title = _("Chance alone seldom does as much")
    if passed is None:
        return title, _("No false case could be computed.")
    if "rank" in facts:
        words = {"rank": facts["rank"], "of": facts["of"], "p": amount(facts["p"])}
        return title, _("Number %(rank)s of %(of)s cases, the false ones included: p = %(p)s.") % words  # fmt: skip
    return title, _("Among worlds drawn without an effect: p = %(p)s.") % {"p": amount(facts["p"])}


def _fit(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    return _("The comparison follows the zone before the start"), _(
        "It strays by %(share)s of the level; 10%% is the most."
    ) % {"share": share(facts["share"])}


def _leave_one_out(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    words = {"low": amount(facts["low"], signed=True), "high": amount(facts["high"], signed=True)}
    text = _("Without each zone in turn: from %(low)s to %(high)s.") % words
    return _("No single zone makes the result"), text


def _false_start(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    words = {"day": day(date.fromisoformat(facts["on"])),
             "point": amount(facts["point"], signed=True)}  # fmt: skip
    return _("Nothing is found at a false date"), _(
        "With a start made up on %(day)s: %(point)s."
    ) % words


def _pre_trends(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    title = _("The zones moved alike before")
    if passed is None:
        return title, _("The past is too short to tell.")
    return title, _("Different movements before the start: p = %(p)s.") % {"p": amount(facts["p"])}


def _trend(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    return _("With or without a trend, the sign is the same"), _(
        "The other way the effect is %(point)s."
    ) % {"point": amount(facts["point"], signed=True)}


def _zones_agree(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    words = {"count": facts["reversed"], "of": facts["of"]}
    text = (
        _("In %(count)s of the %(of)s zones of the project the effect has the other sign.") % words
    )
    return _("Most zones of the project go the same way"), text


def _placebo_outcome(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    title = _("Nothing is found on a measure that the project cannot change")
    if passed is None:
        reasons = ", ".join(reason(code) for code in facts["reasons"])
        return title, _("Not checked, it cannot be judged: %(reasons)s.") % {"reasons": reasons}
    text = {
        "SHOWN": _("An effect is found there too: %(point)s (%(low)s to %(high)s). Something else moves the zone."),
        "LIKELY": _("An effect is likely there too: %(point)s (%(low)s to %(high)s)."),
    }.get(facts["verdict"], _("The same design shows nothing there: %(point)s (%(low)s to %(high)s)."))  # fmt: skip
    return title, text % {name: amount(facts[name], signed=True) for name in ("point", "low", "high")}  # fmt: skip


def _donors_left_alone(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    title = _("The zones compared with were left alone")
    if passed:
        return title, _("The register tells of no works there, in the window, of a project that aims at the same measure.")  # fmt: skip
    told = [f"{name} ({day(date.fromisoformat(on))})" if on else name
            for name, on in facts["zones"].items()]  # fmt: skip
    return title, _("Works of projects that aim at the same measure began there: %(zones)s.") % {
        "zones": ", ".join(told)}  # fmt: skip


def _without_breaks(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    title = _("The known breaks do not make the result")
    if passed is None:
        reasons = ", ".join(reason(code) for code in facts["reasons"])
        return title, _("Without them nothing can be judged: %(reasons)s.") % {"reasons": reasons}
    return title, _("Without these periods the effect is %(point)s.") % {
        "point": amount(facts["point"], signed=True)}  # fmt: skip


def _chosen(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    return _("The place was not chosen for its figure"), _(
        "It was: part of the change would have come by itself.")  # fmt: skip


def _extreme(facts: Facts, *, passed: bool | None) -> tuple[str, str]:
    return _("The start was not at an extreme"), _(
        "The last months before were far from the others: part of the change is a return.")  # fmt: skip


CHECKS: dict[str, Callable[..., tuple[str, str]]] = {
    "RANGE_LEAVES_ZERO_OUT": _range,
    "SECOND_METHOD": _second,
    "PLACEBO": _placebo,
    "FIT_BEFORE": _fit,
    "LEAVE_ONE_OUT": _leave_one_out,
    "FALSE_START": _false_start,
    "PRE_TRENDS": _pre_trends,
    "TREND_EITHER_WAY": _trend,
    "WITHOUT_BREAKS": _without_breaks,
    "ZONES_AGREE": _zones_agree,
    "PLACEBO_OUTCOME": _placebo_outcome,
    "DONORS_LEFT_ALONE": _donors_left_alone,
    "CHOSEN_FOR_ITS_LEVEL": _chosen,
    "STARTED_FROM_AN_EXTREME": _extreme,
}
