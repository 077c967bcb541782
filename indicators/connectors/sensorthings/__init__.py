"""OGC SensorThings API 1.1 (OGC 18-088), as FROST, 52°North and others serve it."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.sensorthings.client import connect

ABOUT = About(
    name="OGC SensorThings API",
    address=gettext_noop(
        "the root of the service, with its version, such as https://data.example.org/v1.1"
    ),
    collection=gettext_noop(
        "one datastream, Datastreams(12) or Datastreams('abc'); those of a thing, "
        "Things(3)/Datastreams; or Datastreams, with a filter"
    ),
    options={
        "filter": Option(
            help=gettext_noop("which datastreams, in the words of the standard ($filter)"),
            examples=("startswith(name, 'Compteur')",),
        ),
        "order": Option(
            help=gettext_noop(
                "what observations are sorted by, so that pages do not shift: id by default; "
                "an empty text where the service cannot sort"
            ),
            examples=("phenomenonTime asc,id asc",),
        ),
    },
    secret=gettext_noop(
        "what the Authorization header says, such as Bearer …, where the service is private"
    ),
    lists=True,
)
__all__ = ["ABOUT", "connect"]
