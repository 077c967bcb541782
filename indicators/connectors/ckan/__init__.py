"""CKAN DataStore (the Action API, version 3), as CKAN 2.12 serves it; older ones without `ranges`."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.ckan.client import connect

ABOUT = About(
    name="CKAN DataStore",
    address=gettext_noop("the home page of the portal, such as https://data.example.org"),
    collection=gettext_noop("the identifier of the resource (not that of its data set)"),
    options={
        "time": Option(
            help=gettext_noop(
                "the field that dates a row, so that only the rows of the window are asked for; "
                "without it the whole table is read at each pull"
            ),
            examples=("date_heure",),
        ),
        "filters": Option(
            help=gettext_noop("the values that a field must have, one value or a list a field"),
            examples=({"compteur": ["C12", "C13"]},),
        ),
        "fields": Option(
            help=gettext_noop("the fields to ask for; all of them by default"),
            examples=(["date_heure", "compteur", "passages"],),
        ),
        "ranges": Option(
            help=gettext_noop(
                "false for CKAN before 2.12, which cannot be asked for a part of a table: "
                "all of it is then read"
            ),
            examples=(False,),
        ),
    },
    secret=gettext_noop("an API token, where the data set is private"),
    lists=True,
)
__all__ = ["ABOUT", "connect"]
