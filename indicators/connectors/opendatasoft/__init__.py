"""Opendatasoft's Explore API v2.1 (the platform is now called Huwise), as Bordeaux Métropole, Nantes
and Paris publish by it."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.opendatasoft.client import connect

ABOUT = About(
    name="Opendatasoft",
    address=gettext_noop("the portal, such as https://opendata.bordeaux-metropole.fr"),
    collection=gettext_noop("the identifier of the dataset"),
    options={
        "time_field": Option(
            gettext_noop("the date field by which the window is asked; without it all is asked"),
            examples=("jour",),
        ),
        "where": Option(
            gettext_noop("an ODSQL clause that keeps some of the records"),
            examples=('type = "velo"',),
        ),
        "area": Option(
            gettext_noop("west, south, east, north in degrees, or an ODSQL clause on a place"),
            examples=(
                [-0.7, 44.7, -0.4, 44.95],
                "within_distance(lieu, geom'POINT(-0.58 44.84)', 5km)",
            ),
        ),
        "select": Option(
            gettext_noop("the fields or sums that are wanted, in ODSQL; without it all fields"),
            examples=("jour, commune, sum(passages) as total",),
        ),
        "group_by": Option(
            gettext_noop("what the records are grouped by, in ODSQL"),
            examples=("jour, commune",),
        ),
        "records": Option(
            gettext_noop("true: pages of records instead of the export; needs `order_by`"),
            examples=(True,),
        ),
        "order_by": Option(
            gettext_noop("the fields that together name a record, for pages of records"),
            examples=("jour, commune",),
        ),
    },
    secret=gettext_noop("the API key of the portal, where a dataset is not public"),
    lists=True,
)
__all__ = ["ABOUT", "connect"]
