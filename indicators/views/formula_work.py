"""What somebody has typed of a formula: the names it uses, what they stand for, and whether it can
be computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.functional import cached_property

from indicators.analysis import formula as formulas
from indicators.analysis.formula import FormulaError
from indicators.forms.formulas import FormulaForm, FormulaInputForm
from indicators.models import Formula, FormulaInput, Indicator
from indicators.queries.formulas import Preview, preview, said
from indicators.queries.worksheet import Input
from indicators.services.formula_checks import Draft, Problem, Verdict, check

PREFIX = "entree"
MOST_INPUTS = 20
FIELDS = ("indicator", "time", "zone")


@dataclass(frozen=True)
class Row:
    """A name of the formula, what it stands for, and what is wrong with it."""

    name: str
    form: FormulaInputForm
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormulaWork:
    """`given`: for each name in its order, the codes typed of FIELDS."""

    indicator: Indicator
    form: FormulaForm
    expression: str
    given: Mapping[str, Mapping[str, str]]
    valid_from: date | None = None
    accepts_unknown_units: bool = False

    @cached_property
    def draft(self) -> Draft:
        bound = [self._input(name) for name in self.given]
        inputs = tuple(one for one in bound if one is not None)
        return Draft(
            self.indicator, self.expression, inputs, self.valid_from, self.accepts_unknown_units
        )

    @cached_property
    def verdict(self) -> Verdict:
        return check(self.draft)

    @cached_property
    def preview(self) -> Preview | None:
        return preview(self.verdict.recipe) if self.verdict.recipe else None

    @cached_property
    def rows(self) -> list[Row]:
        told = self.verdict.problems
        return [
            Row(name, form, tuple(one.message for one in told if one.field == name))
            for name, form in self._forms.items()
        ]

    @property
    def factor(self) -> str:
        units = self.verdict.units
        return said(units.factor) if units else ""

    @property
    def problems(self) -> list[Problem]:
        """Those of the formula as a whole."""
        return [one for one in self.verdict.problems if one.field not in self.given]

    @cached_property
    def _forms(self) -> dict[str, FormulaInputForm]:
        return {
            name: FormulaInputForm({
                f"{PREFIX}-{place}-{field}": value
                for field, value in {"name": name, "time": "SAME", **told}.items()
            }, prefix=f"{PREFIX}-{place}")
            for place, (name, told) in enumerate(self.given.items())
        }  # fmt: skip

    def _input(self, name: str) -> Input | None:
        form = self._forms[name]
        if not form.is_valid():
            return None
        told = form.cleaned_data
        return Input(name, told["indicator"], told["zone"], told["time"])


def typed(indicator: Indicator, data: QueryDict, *, is_saved: bool) -> FormulaWork:
    """Out of a form that was sent; while it is typed, what is not there yet is no error."""
    form = FormulaForm(data)
    form.is_valid()
    expression = data.get("expression", "")
    return FormulaWork(
        indicator,
        form if is_saved else FormulaForm(initial=data.dict()),
        expression,
        _given(expression, _rows(data)),
        form.cleaned_data.get("valid_from"),
        bool(form.cleaned_data.get("accepts_unknown_units")),
    )


def stored(indicator: Indicator, last: Formula | None) -> FormulaWork:
    """The version that holds, to be changed; nothing where there is none."""
    if last is None:
        return FormulaWork(indicator, FormulaForm(), "", {})
    given = {
        one.name: {
            "indicator": one.indicator.code, "time": one.time,
            "zone": one.zone.code if one.zone else "",
        }
        for one in last.inputs.all()
    }  # fmt: skip
    known = not last.are_units_checked
    initial = {"expression": last.expression, "accepts_unknown_units": known}
    return FormulaWork(
        indicator, FormulaForm(initial=initial), last.expression,
        _given(last.expression, list(given.items())), None, known,
    )  # fmt: skip


Typed = tuple[str, Mapping[str, str]]


def _rows(data: QueryDict) -> list[Typed]:
    """What was typed of each name, in the order it was shown in."""
    found: list[Typed] = []
    for place in range(MOST_INPUTS):
        name = data.get(f"{PREFIX}-{place}-name")
        if name:
            told = {field: data.get(f"{PREFIX}-{place}-{field}", "") for field in FIELDS}
            found.append((name, told))
    return found


def _given(expression: str, rows: Sequence[Typed]) -> dict[str, Mapping[str, str]]:
    """By the names that the formula uses. A name that is being typed keeps what its place stood
    for; where the text cannot be read yet, all stays as it was."""
    before = dict(rows)
    try:
        names = formulas.names(formulas.parse(expression))[:MOST_INPUTS]
    except FormulaError:
        return before
    gone = {place: told for place, (name, told) in enumerate(rows) if name not in names}
    return {
        name: before.get(name) or gone.get(place) or {"time": FormulaInput.Time.SAME}
        for place, name in enumerate(names)
    }
