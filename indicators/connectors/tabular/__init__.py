"""The tabular API of data.gouv.fr (api-tabular): the rows of a CSV or spreadsheet published there."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.tabular.client import connect

ABOUT = About(
    name="data.gouv.fr",
    address=gettext_noop("https://tabular-api.data.gouv.fr, or another such service"),
    collection=gettext_noop("the identifier of the resource (not of its dataset)"),
    options={
        "time_field": Option(
            gettext_noop(
                "the column of dates by which the window is asked; without it all is asked"
            ),
            examples=("date",),
        ),
        "sort": Option(
            gettext_noop("a column that names a row, by which pages are ordered (default: __id)"),
            examples=("identifiant",),
        ),
    },
)
__all__ = ["ABOUT", "connect"]
