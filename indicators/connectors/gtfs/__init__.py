"""GTFS Schedule: the public transport that is offered, as one zip of CSV files."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.gtfs.client import connect

ABOUT = About(
    name="GTFS",
    address=gettext_noop("the address of the zip file"),
    collection=gettext_noop(
        "departures_per_day (one row a day) or stops_served (one row a day and stop)"
    ),
    options={
        "area": Option(
            gettext_noop(
                "the stops that count: west, south, east and north in degrees, or a list of stop_id"
            ),
            examples=([-0.65, 44.8, -0.53, 44.9],),
        ),
        "zone_stops": Option(
            gettext_noop(
                "zone code → west, south, east and north in degrees: one row a zone, and only the "
                "stops inside them"
            ),
            examples=({"33063": [-0.65, 44.8, -0.53, 44.9]},),
        ),
        "day": Option(
            gettext_noop(
                "the day of a departure after midnight: that of its service (by default), or that "
                "of the calendar"
            ),
            examples=("service", "calendar"),
        ),
    },
    lists=True,
)
__all__ = ["ABOUT", "connect"]
