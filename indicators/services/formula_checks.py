"""Is a formula one that can be computed? Its text, its names, its periods, its units, no circle.
Nothing is written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from indicators.analysis import formula as formulas
from indicators.analysis import formula_units, units
from indicators.analysis.formula import FormulaError, Node
from indicators.analysis.formula_units import CheckedUnits, FormulaUnitError
from indicators.models import Feed, Formula, FormulaInput, Indicator
from indicators.models.source import FORMULA
from indicators.queries.worksheet import GATHERED, Input, Recipe

Time = FormulaInput.Time
LENGTHS = [Indicator.Frequency.DAY, Indicator.Frequency.MONTH, Indicator.Frequency.QUARTER,
           Indicator.Frequency.YEAR]  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """`field`: expression, units, or the name of an input."""

    field: str
    message: str


@dataclass(frozen=True)
class Draft:
    """A formula that somebody proposes. `accepts_unknown_units`: they have looked at the units
    themselves, where one of them is not known here."""

    indicator: Indicator
    expression: str
    inputs: tuple[Input, ...]
    valid_from: date | None = None
    accepts_unknown_units: bool = False


@dataclass(frozen=True)
class Verdict:
    """`recipe` is there where the formula can be computed, if only to be looked at. `units` is None
    where they are wrong or cannot be checked; `unknown`: the indicators whose unit is not known."""

    problems: tuple[Problem, ...]
    recipe: Recipe | None = None
    units: CheckedUnits | None = None
    unknown: tuple[Indicator, ...] = ()


def check(draft: Draft) -> Verdict:
    """All that is wrong at once, as far as the text can be read."""
    try:
        node = formulas.parse(draft.expression)
    except FormulaError as error:
        return Verdict((Problem("expression", syntax_message(error)),))
    used = formulas.names(node)
    inputs = tuple(one for one in draft.inputs if one.name in used)
    problems = [*_name_problems(used, draft.inputs), *_indicator_problems(draft.indicator)]
    if problems:
        return Verdict(tuple(problems))
    problems += _period_problems(inputs, draft.indicator)
    problems += _circle_problems(inputs, draft.indicator)
    return _with_units(draft, node, inputs, problems)


def _with_units(
    draft: Draft, node: Node, inputs: tuple[Input, ...], problems: list[Problem]
) -> Verdict:
    told = [*(one.indicator for one in inputs), draft.indicator]
    unknown = {one.pk: one for one in told if not is_known(one.machine_unit)}
    checked = None
    if not unknown:
        try:
            checked = _units(draft, node, inputs)
        except FormulaUnitError as error:
            problems.append(Problem("units", unit_message(error)))
    elif not draft.accepts_unknown_units:
        names = ", ".join(one.name for one in unknown.values())
        problems.append(Problem("units", _(
            "Unit not known, so it cannot be checked: %(names)s. State it, or say that you have "
            "checked the units yourself."
        ) % {"names": names}))  # fmt: skip
    recipe = None
    if not any(one.field != "units" for one in problems):
        recipe = Recipe(
            checked.node if checked else node, checked.factor if checked else 1.0, inputs,
            draft.indicator.frequency, draft.valid_from,
        )  # fmt: skip
    return Verdict(tuple(problems), recipe, checked, tuple(unknown.values()))


def _units(draft: Draft, node: Node, inputs: Sequence[Input]) -> CheckedUnits:
    known = {one.name: units.unit_of(one.indicator.machine_unit) for one in inputs}
    return formula_units.check(node, known, units.unit_of(draft.indicator.machine_unit))


def is_known(unit: str) -> bool:
    """Whether a unit can be reckoned with."""
    try:
        units.unit_of(unit)
    except units.UnitError:
        return False
    return True


def _name_problems(used: Sequence[str], inputs: Sequence[Input]) -> Iterator[Problem]:
    if not used:
        yield Problem("expression", _("The formula uses no indicator."))
    bound = {one.name for one in inputs}
    for name in used:
        if name not in bound:
            yield Problem(name, _("Say which indicator “%(name)s” is.") % {"name": name})


def _indicator_problems(indicator: Indicator) -> Iterator[Problem]:
    feeds = Feed.objects.filter(indicator=indicator, is_active=True)
    measured = feeds.exclude(source__protocol=FORMULA).order_by("code").first()
    if measured is not None:
        yield Problem("expression", _(
            "This indicator is measured (feed %(feed)s). An indicator is measured or computed, "
            "not both: write the formula for another one, or switch the feed off."
        ) % {"feed": measured.code})  # fmt: skip


def _period_problems(inputs: Sequence[Input], indicator: Indicator) -> Iterator[Problem]:
    if all(one.zone is not None for one in inputs):
        yield Problem("expression", _("At least one input must follow the zone that is computed."))
    if all(one.time == Time.LAST_KNOWN for one in inputs):
        yield Problem("expression", _(
            "At least one input must give the periods: read it over the same period, or gathered."
        ))  # fmt: skip
    length = LENGTHS.index(Indicator.Frequency(indicator.frequency))
    for one in inputs:
        own = LENGTHS.index(Indicator.Frequency(one.indicator.frequency))
        if one.time == Time.SAME and own != length:
            yield Problem(one.name, _(
                "%(input)s is %(own)s and the result %(wanted)s: choose the last value known, or "
                "gather its periods."
            ) % _rhythms(one, indicator))  # fmt: skip
        elif (one.time in GATHERED and own >= length) or (
            one.time == Time.LAST_KNOWN and own < length
        ):
            yield Problem(one.name, _(
                "%(input)s is %(own)s and the result %(wanted)s: only shorter periods are "
                "gathered, and they have to be."
            ) % _rhythms(one, indicator))  # fmt: skip


def _rhythms(one: Input, indicator: Indicator) -> dict[str, str]:
    return {
        "input": one.indicator.name,
        "own": one.indicator.get_frequency_display(),
        "wanted": indicator.get_frequency_display(),
    }


def _circle_problems(inputs: Sequence[Input], indicator: Indicator) -> Iterator[Problem]:
    needs = graph(besides=indicator)
    for one in inputs:
        path = _path(one.indicator.pk, indicator.pk, needs)
        if path:
            names = dict(Indicator.objects.filter(pk__in=path).values_list("pk", "code"))
            chain = " ← ".join(names[pk] for pk in (indicator.pk, *path))
            yield Problem(one.name, _(
                "The formula would need its own result: %(chain)s. Take one of these out."
            ) % {"chain": chain})  # fmt: skip


def graph(*, besides: Indicator | None = None) -> dict[int, set[int]]:
    """What each computed indicator is made of, by the versions that some period is computed by."""
    versions = Formula.objects.prefetch_related("inputs").order_by("indicator_id", "-version")
    if besides is not None:
        versions = versions.exclude(indicator=besides)
    needs: dict[int, set[int]] = defaultdict(set)
    settled: set[int] = set()
    for version in versions:
        if version.indicator_id not in settled:
            needs[version.indicator_id] |= {one.indicator_id for one in version.inputs.all()}
        if version.valid_from is None:
            settled.add(version.indicator_id)
    return dict(needs)


def _path(start: int, goal: int, needs: Mapping[int, set[int]]) -> list[int]:
    """From `start` down to `goal`, both included; empty where there is no way."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for below in sorted(needs.get(way[-1], ())):
            if below not in seen:
                seen.add(below)
                ways.append([*way, below])
    return []


def syntax_message(error: FormulaError) -> str:
    """What is wrong with the text, and where: places are counted from 1 for people."""
    messages = {
        "EMPTY": _("Write a formula, such as (a - b) / a."),
        "TOO_LONG": _("The formula is longer than 500 characters."),
        "TOO_DEEP": _("There are too many parentheses within each other."),
        "UNREADABLE": _("Character %(at)s, “%(found)s”: not part of a formula. Use + - * / ( ), "
                        "numbers with a point, and names."),
        "UNEXPECTED": _("Character %(at)s, “%(found)s”: something else was expected here, such as "
                        "a sign. Decimals have a point."),
        "UNFINISHED": _("Character %(at)s: the formula is not finished."),
        "UNKNOWN_FUNCTION": _("There is no function “%(found)s”: only min, max, sum and mean."),
        "LONG_NAME": _("A name has at most 40 characters."),
        "BIG_NUMBER": _("The number %(found)s is too large."),
    }  # fmt: skip
    return messages[error.code] % {"at": error.at + 1, "found": error.found}


def unit_message(error: FormulaUnitError) -> str:
    told = {"left": error.left or _("no unit"), "right": error.right or _("no unit")}
    if error.code == "RESULT":
        return _("The formula gives %(left)s, and the indicator is in %(right)s: one does not "
                 "convert to the other.") % told  # fmt: skip
    return _("Parts that are added or compared are not the same measure: %(left)s and "
             "%(right)s.") % told  # fmt: skip
