"""GTFS Schedule: the public transport that is offered, as one zip of CSV files."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.gtfs.client import connect

ABOUT = About(
    name="GTFS",
    address=gettext_noop("the address of the zip file"),
    collection=gettext_noop(
        "departures_per_day (one row a day), stops_served (one row a day and stop), or "
        "frequent_stops (one row a day or month: the land from which one walks to them)"
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
            schema={"enum": ["service", "calendar"]},
        ),
        "within_m": Option(
            gettext_noop("frequent_stops: how far people walk, in metres in a straight line (500)"),
            examples=(500,),
            schema={"type": "number", "exclusiveMinimum": 0, "maximum": 100_000},
        ),
        "per_hour": Option(
            gettext_noop(
                "frequent_stops: departures an hour that a stop needs (6); a stop for each "
                "direction is counted by itself"
            ),
            examples=(6,),
            schema={"type": "number", "exclusiveMinimum": 0, "maximum": 100_000},
        ),
        "from_hour": Option(
            gettext_noop("frequent_stops: the hour from which they are counted (7)"),
            examples=(7,),
            schema={"type": "integer", "minimum": 0, "maximum": 29},
        ),
        "to_hour": Option(
            gettext_noop("frequent_stops: the hour up to which they are counted (19)"),
            examples=(19,),
            schema={"type": "integer", "minimum": 1, "maximum": 30},
        ),
        "served": Option(
            gettext_noop(
                "frequent_stops: that often in every_hour (by default), or on_average over them"
            ),
            examples=("every_hour", "on_average"),
            schema={"enum": ["every_hour", "on_average"]},
        ),
        "every": Option(
            gettext_noop(
                "frequent_stops: one row a day (by default), or one a month, of a typical working "
                "day"
            ),
            examples=("day", "month"),
            schema={"enum": ["day", "month"]},
        ),
    },
    lists=True,
)
__all__ = ["ABOUT", "connect"]
