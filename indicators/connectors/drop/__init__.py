"""Files that a department deposits by hand: Excel workbooks (ECMA-376) and CSV (RFC 4180). Nothing
is ever asked of a network."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.drop.client import connect

ABOUT = About(
    name="Excel, CSV",
    address=gettext_noop("drop:// and the name of who deposits, such as drop://roads"),
    collection=gettext_noop("what the file is called, in a word"),
    options={
        "sheet": Option(
            gettext_noop("Excel: the name of the sheet; without it, the first"), examples=("2026",)
        ),
        "dates": Option(
            gettext_noop("DD/MM/YYYY if dates may be texts written so; ISO dates always are read"),
            examples=("DD/MM/YYYY",),
        ),
        "decimal": Option(
            gettext_noop("the decimal sign of numbers that are texts; without it, found"),
            examples=(",", "."),
        ),
    },
    schemes=("drop",),
)
__all__ = ["ABOUT", "connect"]
