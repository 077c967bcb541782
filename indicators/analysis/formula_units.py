"""The units of a formula: what its result is measured in, and by which factor that becomes the
unit of the indicator. Pure functions.

Values are plain numbers, each in the unit of its indicator. Where kilometres are added to metres,
the tree is written anew with the factor between them; where passages are added to inhabitants,
that is an error. A plain number has no unit: it multiplies anything, and is added to shares alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pint

from indicators.analysis import units
from indicators.analysis.formula import Binary, Call, Name, Negative, Node, Number

SHARE: pint.Unit = units.UNITS.Unit("")


class FormulaUnitError(ValueError):
    """Units that do not go together. `code`: DIFFERENT (two parts that are added or compared),
    RESULT (the result is another measure than the indicator's)."""

    def __init__(self, code: str, left: str, right: str) -> None:
        super().__init__(f"{code}: {left} and {right}")
        self.code, self.left, self.right = code, left, right


@dataclass(frozen=True)
class CheckedUnits:
    """`node`: the formula with the factors between units of the same measure written in; `natural`:
    the unit of what it gives; `factor`: what makes the indicator's unit of it. `is_written`: a
    number in the formula is that factor already (× 1000, × 100), so that it is not applied again.
    """

    node: Node
    natural: str
    factor: float
    is_written: bool = False


def check(node: Node, known: Mapping[str, pint.Unit], target: pint.Unit) -> CheckedUnits:
    """The formula in units: `known` by name, `target` of the indicator. Raises FormulaUnitError."""
    written, unit = _with_units(node, known)
    unit = unit or target  # 0 is nothing of anything
    factor = units.factor(unit, target)
    if factor is None:
        raise FormulaUnitError("RESULT", units.shown(unit), units.shown(target))
    is_written = not _same(factor, 1.0) and any(_same(one, factor) for one in _factors(node))
    return CheckedUnits(written, units.shown(unit), 1.0 if is_written else factor, is_written)


def _with_units(node: Node, known: Mapping[str, pint.Unit]) -> tuple[Node, pint.Unit | None]:
    """The tree, and its unit; None for a zero, which has any."""
    match node:
        case Number(value):
            return node, SHARE if value else None
        case Name(name):
            return node, known[name]
        case Negative(of):
            inner, unit = _with_units(of, known)
            return Negative(inner), unit
        case Call(function, arguments):
            nodes, unit = _alike([_with_units(one, known) for one in arguments])
            return Call(function, tuple(nodes)), unit
        case Binary(sign, left, right):
            pair = [_with_units(left, known), _with_units(right, known)]
            if sign in "+-":
                (one, other), unit = _alike(pair)
                return Binary(sign, one, other), unit
            return _product(sign, *pair[0], *pair[1])


def _product(
    sign: str, left: Node, one: pint.Unit | None, right: Node, other: pint.Unit | None
) -> tuple[Node, pint.Unit | None]:
    node = Binary(sign, left, right)
    if one is None or other is None:
        return node, None
    return node, one * other if sign == "*" else one / other


def _alike(
    parts: list[tuple[Node, pint.Unit | None]],
) -> tuple[list[Node], pint.Unit | None]:
    """The parts, all in the unit of the first that has one."""
    first = next((unit for _node, unit in parts if unit is not None), None)
    nodes = []
    for node, unit in parts:
        factor = 1.0 if unit is None or first is None else units.factor(unit, first)
        if factor is None:
            assert unit is not None
            assert first is not None
            raise FormulaUnitError("DIFFERENT", units.shown(first), units.shown(unit))
        nodes.append(node if _same(factor, 1.0) else Binary("*", node, Number(factor)))
    return nodes, first


def _factors(node: Node) -> Iterator[float]:
    """The numbers that multiply the whole formula."""
    if isinstance(node, Number):
        yield node.value
    elif isinstance(node, Binary) and node.sign == "*":
        yield from _factors(node.left)
        yield from _factors(node.right)
    elif isinstance(node, Binary) and node.sign == "/":
        yield from _factors(node.left)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= units.SAME * abs(other)
