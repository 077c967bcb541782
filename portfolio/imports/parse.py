"""From the text of one cell to a value. What cannot be read is an error, never a guess."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from portfolio.imports.table import key

Value = TypeVar("Value")

YEARS = range(1900, 2101)  # a year outside is a slip of the keyboard
DATE_PATTERNS = {
    "YYYY": r"(?P<y>[0-9]{4})",
    # The order of the parts is what a format says; no point, since 2017.1 may be a number.
    "YYYY-MM": r"(?P<y>[0-9]{4})[-/](?P<m>[0-9]{1,2})",
    "MM/YYYY": r"(?P<m>[0-9]{1,2})[-/](?P<y>[0-9]{4})",
    # Exports often add a midnight to a date; another hour could be another day elsewhere.
    "YYYY-MM-DD": (
        r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"
        r"(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    ),
    "DD/MM/YYYY": r"(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4})",
}
POWERS = {"": 0, "k": 3, "millier": 3, "m": 6, "million": 6, "md": 9, "milliard": 9}
MOST = Decimal(10) ** 12
_MONEY = re.compile(
    r"(?P<number>[0-9][0-9 .,]*?)\s*(?:(?P<scale>k|md?|millier|million|milliard)s?)?"
    r"\s*(?:d['’]|de )?\s*(?:€|eur|euros?)?(?:\s*ttc)?"
)
_EXCEL_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}
_BREAKS = re.compile(r"[ \t\r\n]+")  # not every space: French typography has its own
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " "))


class CellError(ValueError):
    """The cell cannot be read; the message says why, in words."""


def text(cell: str) -> str:
    """The cell as one line of text."""
    if cell in _EXCEL_ERRORS:
        raise CellError(_("The spreadsheet shows an error here: %s.") % cell)
    if any((ord(char) < 32 and char not in "\t\r\n") or _is_surrogate(char) for char in cell):
        raise CellError(_("There is a character here that is not text."))
    return _BREAKS.sub(" ", cell).strip()


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


def day(cell: str, formats: Iterable[str]) -> date:
    """A date in one of the formats; a month or a year stands for its first day."""
    allowed = list(formats)
    for name in allowed:
        found = re.fullmatch(DATE_PATTERNS[name], cell)
        if found is None:
            continue
        parts = found.groupdict()
        try:
            read = date(int(parts["y"]), int(parts.get("m") or 1), int(parts.get("d") or 1))
        except ValueError as error:
            raise CellError(_("“%s” is not a date of the calendar.") % cell) from error
        if read.year not in YEARS:
            raise CellError(_("The year of “%s” is not plausible.") % cell)
        return read
    raise CellError(
        _("“%(cell)s” is not a date written as %(formats)s.")
        % {"cell": cell, "formats": ", ".join(allowed)}
    )


def money(cell: str) -> Decimal:
    """Euros. Accepts spaces, the euro sign, k€, M€ and Md€; refuses what has two readings."""
    plain = " ".join(cell.translate(_SPACES).casefold().split())
    if plain.startswith(("-", "\u2212", "(")):
        raise CellError(_("“%s”: an amount cannot be negative.") % cell)
    found = _MONEY.fullmatch(plain)
    if found is None:
        raise CellError(_("“%s” is not an amount in euros.") % cell)
    amount = _number(found["number"], cell) * Decimal(10) ** POWERS[found["scale"] or ""]
    if amount >= MOST:
        raise CellError(_("“%s” is too large for an amount.") % cell)
    if amount != amount.quantize(Decimal("0.01")):
        raise CellError(_("“%s” has fractions of a cent.") % cell)
    return amount.quantize(Decimal("0.01"))


def _number(written: str, cell: str) -> Decimal:
    """The last separator is the decimal one, if it comes once and not before three digits."""
    groups = re.split(r"([ .,])", written.strip())
    marks = groups[1::2]
    if not marks:
        return Decimal(written)
    last = marks[-1]
    decimal = "" if last == " " or marks.count(last) > 1 else last
    thousands = {mark for mark in marks if mark != decimal}
    digits = groups[0::2]
    whole, fraction = (digits[:-1], digits[-1]) if decimal else (digits, "")
    if len(fraction) == 3 and len(whole[-1]) <= 3:
        raise CellError(_("“%s” may be thousands or decimals: write it without separator.") % cell)
    if len(thousands) > 1 or not all(digits) or not _grouped(whole) or len(written) > 30:
        raise CellError(_("“%s” is not an amount in euros.") % cell)
    return Decimal("".join(whole) + (f".{fraction}" if decimal else ""))


def _grouped(whole: list[str]) -> bool:
    return len(whole) == 1 or (len(whole[0]) <= 3 and all(len(group) == 3 for group in whole[1:]))


def choice(cell: str, allowed: Mapping[str, Value], shown: Iterable[str]) -> Value:
    """The value that `cell` stands for; `allowed` by normalised key, `shown` for the message."""
    try:
        return allowed[key(cell)]
    except KeyError:
        raise CellError(
            _("“%(cell)s” is not one of the values known here: %(values)s.")
            % {"cell": cell, "values": ", ".join(shown)}
        ) from None


def degrees(cell: str) -> float:
    """A coordinate, in degrees or metres, with a point or a comma."""
    if not re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", cell):
        raise CellError(_("“%s” is not a coordinate.") % cell)
    return float(cell.replace(",", "."))
