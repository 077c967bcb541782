"""Formulas: read, never executed; computed, never guessed; units that go together or say why not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis import formula_units, units
from indicators.analysis.formula import (
    LONGEST,
    Binary,
    FormulaError,
    Name,
    Number,
    compute,
    in_words,
    names,
    parse,
)
from portfolio.results import Unknown

FINITE = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
SIGNS = "+-*/(),.0123456789 abéx_minmaxsummean"


def trees() -> st.SearchStrategy[str]:
    """Texts of formulas over a, b and c."""
    leaves = st.sampled_from(["a", "b", "c", "2", "0.5", "1000"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
            inner.map(lambda t: f"-{t}"),
            st.tuples(st.sampled_from(["min", "max", "sum", "mean"]), inner, inner).map(
                lambda t: f"{t[0]}({t[1]}, {t[2]})"
            ),
        ),
        max_leaves=12,
    )


# ---------------------------------------------------------------- reading


@given(st.one_of(st.text(max_size=600), st.text(alphabet=SIGNS, max_size=600)))
def test_any_text_is_a_formula_or_says_why_not(text):
    try:
        node = parse(text)
    except FormulaError as error:
        at = error.at
    else:
        compute(node, dict.fromkeys(names(node), 1.5))
        assert parse(in_words(node, {}))
        at = 0
    assert 0 <= at <= max(len(text), LONGEST)


@given(trees(), FINITE, FINITE, FINITE)
def test_a_formula_computes_what_arithmetic_says(text, a, b, c):
    known = {"a": a, "b": b, "c": c}
    plain = {"min": min, "max": max, "sum": lambda *v: math.fsum(v),
             "mean": lambda *v: math.fsum(v) / len(v)}  # fmt: skip
    try:
        expected = eval(text, {"__builtins__": {}}, known | plain)
    except ZeroDivisionError:
        expected = None
    except (OverflowError, ValueError):
        return
    node = parse(text)
    found = compute(node, known)
    if expected is None:
        assert found == Unknown("DIVISION_BY_ZERO")
    elif isinstance(found, Unknown):
        assert found.reason == "OVERFLOW"
        assert not abs(expected) <= 1e15
    else:
        assert found == expected
        again = compute(parse(in_words(node, {})), known)  # the words say the same formula
        assert again == pytest.approx(found)


@pytest.mark.parametrize(("text", "code", "at"), [
    ("", "EMPTY", 0), ("a +", "UNFINISHED", 3), ("a b", "UNEXPECTED", 2), ("(a", "UNFINISHED", 2),
    ("a)", "UNEXPECTED", 1), ("0,5 * a", "UNEXPECTED", 1), ("exp(a)", "UNKNOWN_FUNCTION", 0),
    ("a.b", "UNREADABLE", 1), ("__import__('os')", "UNREADABLE", 11), ("a ** 2", "UNEXPECTED", 3),
    ("a if b else c", "UNEXPECTED", 2), ("a[0]", "UNREADABLE", 1), ("lambda: 1", "UNREADABLE", 6),
    ("9e99", "BIG_NUMBER", 0), ("(" * 60 + "a" + ")" * 60, "TOO_DEEP", 41), ("a" * 501, "TOO_LONG", 500),
])  # fmt: skip
def test_what_is_no_formula_says_where(text, code, at):
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.at) == (code, at)


def test_signs_bind_as_in_arithmetic():
    assert parse("a - b - c") == Binary("-", Binary("-", Name("a"), Name("b")), Name("c"))
    assert compute(parse("2 + 3 * 4 / 6 - -1"), {}) == 5.0
    assert parse("a × b ÷ 2 − c") == parse("a * b / 2 - c")


def test_a_formula_is_said_in_words():
    told = {"velos": "Passages", "gens": "Habitants", "max": "maximum"}
    text = in_words(parse("max(0, (velos - 2) * 1000) / (gens / 2)"), told)
    assert text == "maximum(0, (Passages − 2) × 1000) ÷ (Habitants ÷ 2)"


@pytest.mark.parametrize("text", ["a * 0", "min(0, a)", "a - a", "a / b"])
def test_unknown_stays_unknown_and_is_never_zero(text):
    assert compute(parse(text), {"a": Unknown("NO_VALUE"), "b": 1.0}) == Unknown("INPUT_MISSING")


# ---------------------------------------------------------------- units


def checked(text: str, target: str, **known: str) -> formula_units.CheckedUnits:
    told = {name: units.unit_of(unit) for name, unit in known.items()}
    return formula_units.check(parse(text), told, units.unit_of(target))


@pytest.mark.parametrize(("text", "target", "known", "factor"), [
    ("a / b", "passage/day/kiloinhabitant", {"a": "passage/day", "b": "inhabitant"}, 1000.0),
    ("(a - b) / a", "%", {"a": "kWh", "b": "kWh"}, 100.0),
    ("a / b", "kWh/m2/year", {"a": "MWh/year", "b": "m2"}, 1000.0),
    ("a", "home/year", {"a": "home/quarter"}, 4.0),
    ("max(0, a - b)", "home", {"a": "home", "b": "home"}, 1.0),
    ("1 - a / b", "1", {"a": "home", "b": "home"}, 1.0),
])  # fmt: skip
def test_the_factor_makes_the_unit_of_the_indicator(text, target, known, factor):
    assert checked(text, target, **known).factor == pytest.approx(factor)


def test_a_factor_written_in_the_formula_is_not_applied_twice():
    for text in ("a / b * 1000", "1000 * a / b", "1000 * (a / b)"):
        found = checked(text, "passage/kiloinhabitant", a="passage", b="inhabitant")
        assert (found.factor, found.is_written) == (1.0, True)


@pytest.mark.parametrize(("text", "target", "known", "code"), [
    ("a + b", "passage", {"a": "passage", "b": "inhabitant"}, "DIFFERENT"),
    ("max(a, b)", "passage", {"a": "passage", "b": "passage/day"}, "DIFFERENT"),
    ("a + 1", "passage", {"a": "passage"}, "DIFFERENT"),
    ("a / b", "home", {"a": "home", "b": "home"}, "RESULT"),
    ("a * b", "m", {"a": "m", "b": "m"}, "RESULT"),
])  # fmt: skip
def test_units_that_do_not_go_together_are_refused(text, target, known, code):
    with pytest.raises(formula_units.FormulaUnitError) as refused:
        checked(text, target, **known)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["", "degC", "m9999999", "passages par jour", "m**2", "1e9*m", "x" * 60]
)
def test_a_text_that_is_no_unit_is_refused(text):
    with pytest.raises(units.UnitError):
        units.unit_of(text)


SCALES = {"m": 1.0, "km": 1000.0, "cm": 0.01}


@given(st.sampled_from(["a + b", "a - b", "max(a, b)", "mean(a, b, a)", "a * a / b", "min(a, 2 * b)"]),
       st.floats(1, 1e4), st.floats(1, 1e4), st.sampled_from(list(SCALES)), st.sampled_from(list(SCALES)),
       st.sampled_from(list(SCALES)))  # fmt: skip
def test_the_scale_of_a_unit_changes_no_result(text, a, b, of_a, of_b, of_result):
    """The same lengths in metres, kilometres or centimetres give the same length."""
    found = checked(text, of_result, a=of_a, b=of_b)
    value = compute(found.node, {"a": a / SCALES[of_a], "b": b / SCALES[of_b]})
    expected = compute(parse(text), {"a": a, "b": b})
    assert isinstance(value, float)
    assert value * found.factor * SCALES[of_result] == pytest.approx(expected, abs=1e-6)


@given(trees())
def test_checking_units_writes_factors_and_changes_nothing_else(text):
    node = parse(text)
    share = units.unit_of("1")
    found = formula_units.check(node, dict.fromkeys("abc", share), share)
    assert (found.node, found.factor) == (node, 1.0)
    assert isinstance(parse("2"), Number)
