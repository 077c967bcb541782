"""The units of measures, those that we count ourselves included. Pure functions on pint.

A unit is written plainly: `passage/day`, `kWh/m2/year`, `%`, `passage/day/kiloinhabitant` (for
1,000 inhabitants). An empty text means that the unit is not known.
"""

from __future__ import annotations

import logging
import re
from tokenize import TokenError

import pint

# Things that a city counts, each a dimension of its own: homes never add to inhabitants. An
# amount of money is one too: no rate of exchange is known here.
COUNTED = (
    "passage", "inhabitant", "home", "trip", "vehicle", "injured", "night", "shop", "euro", "tree",
    "job", "place", "visit", "household", "building", "meal",
)  # fmt: skip
QUARTER = "quarter = 3 * month"  # pint's own is a weight of 28 pounds
# What the reader of units raises on a text that is none.
NO_UNIT = (
    pint.PintError, ArithmeticError, AssertionError, AttributeError, LookupError, SyntaxError,
    TypeError, ValueError, TokenError,
)  # fmt: skip
LONGEST_UNIT = 40
NO_PLAIN_UNIT = re.compile(r"\*\*|\d\d|[^\w\s%°/*.·²³µμ-]|--")
SAME = 1e-9  # relative: two units of which one makes the other


class UnitError(ValueError):
    """The text is no unit, or none to reckon with."""


def _registry() -> pint.UnitRegistry[float]:
    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    for name in COUNTED:
        registry.define(f"{name} = [{name}]")
    warnings = logging.getLogger("pint")
    level = warnings.level
    warnings.setLevel(logging.ERROR)  # it tells of the quarter that we mean to redefine
    registry.define(QUARTER)
    warnings.setLevel(level)
    return registry


UNITS = _registry()


def unit_of(text: str) -> pint.Unit:
    """The unit that a plain text names. Raises UnitError.

    Degrees Celsius have no zero of their own and are refused: a difference of temperatures is
    `delta_degC`, a temperature to reckon with `K`.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_UNIT or NO_PLAIN_UNIT.search(text):
        raise UnitError(text[:LONGEST_UNIT])
    try:
        unit = parsed(text)
        has_offset = bool((0.0 * unit).to_base_units().magnitude)
    except NO_UNIT as error:
        raise UnitError(text) from error
    if has_offset:
        raise UnitError(text)
    return unit


def factor(source: pint.Unit, target: pint.Unit) -> float | None:
    """By which a value in `source` is multiplied to be one in `target`; None: another measure."""
    try:
        found = float((1.0 * source).to(target).magnitude)
    except NO_UNIT:
        return None
    return found if found > 0 else None


def shown(unit: pint.Unit) -> str:
    """As people read it: `passage/day`; a share without a unit is empty."""
    return "" if unit == UNITS.dimensionless else f"{unit:P}"


def parsed(text: str) -> pint.Unit:
    """The unit of a text, µg/m³ and ug.m-3 (as air observatories write it) included. Raises what
    NO_UNIT lists."""
    plain = text.strip().replace("µ", "u").replace("μ", "u").replace("³", "3").replace("²", "2")
    parts = plain.replace("·", ".").split(".")
    written = "*".join(_power(part) for part in parts) if len(parts) > 1 else _power(plain)
    return UNITS.parse_units(written)


def _power(part: str) -> str:
    """m-3 → m**-3, m3 → m**3, the rest as it is."""
    factors = []
    for one in part.split("/"):
        name = one.rstrip("-0123456789")
        power = one[len(name) :]
        is_power = bool(name and power) and power != "-" and not name.endswith("*")
        factors.append(f"{name}**{power}" if is_power else one)
    return "/".join(factors)
