"""From a cell to a value that is the same whichever kind of file it came in: 12 is 12, 007 stays a
text, « 1 234,5 » is a number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

BLANK = "[ \u00a0\u2009\u202f]"
GROUPED = rf"[1-9]\d{{0,2}}(?:{BLANK}\d{{3}})+"
WHOLE = re.compile(rf"[+-]?(?:0|[1-9]\d{{0,14}}|{GROUPED})", re.ASCII)
WITH_COMMA = re.compile(rf"[+-]?(?:\d+|{GROUPED}),\d+", re.ASCII)
WITH_POINT = re.compile(rf"[+-]?(?:\d+|{GROUPED})\.\d+", re.ASCII)
FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
FRENCH_MONTH = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
FRENCH = "DD/MM/YYYY"


def decimal_of(rows: Iterable[list[object]], declared: str) -> str:
    """The decimal sign of the numbers that are texts: the declared one, else the only one that the
    file uses, else "": with both, a text with a comma could be read in two ways and is not."""
    if declared:
        return declared
    texts = [cell.strip() for row in rows for cell in row if isinstance(cell, str)]
    comma = any(WITH_COMMA.fullmatch(text) for text in texts)
    point = any(WITH_POINT.fullmatch(text) for text in texts)
    return "," if comma and not point else "." if point and not comma else ""


@dataclass(frozen=True)
class Reading:
    """How texts of one file are read."""

    decimal: str
    dates: str

    def value(self, cell: object) -> object:
        """A number, a date, a text; None for an empty cell."""
        if isinstance(cell, str):
            return self._of_text(cell.strip())
        if isinstance(cell, datetime):
            return cell.date() if cell.time() == time() else cell
        if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        if cell is None or isinstance(cell, bool | int | float | date):
            return cell
        return str(cell)

    def _of_text(self, text: str) -> object:
        if not text:
            return None
        if WHOLE.fullmatch(text):
            return int(re.sub(BLANK, "", text))
        if self._is_decimal(text):
            return float(re.sub(BLANK, "", text).replace(",", "."))
        return self._date(text) if self.dates == FRENCH else text

    def _is_decimal(self, text: str) -> bool:
        if WITH_COMMA.fullmatch(text):
            return self.decimal == ","
        return bool(WITH_POINT.fullmatch(text)) and self.decimal != ","

    def _date(self, text: str) -> str:
        """As ISO 8601 where it is written in the declared way."""
        if found := FRENCH_DAY.fullmatch(text):
            return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}"
        if found := FRENCH_MONTH.fullmatch(text):
            return f"{found[2]}-{int(found[1]):02d}"
        return text
