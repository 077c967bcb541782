"""OGC API – Features (OGC 17-069r4), as pygeoapi, ldproxy, GeoServer and others serve it."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.ogc_features.client import connect

ABOUT = About(
    name="OGC API – Features",
    address=gettext_noop("the landing page of the service, such as https://data.example.org/api"),
    collection=gettext_noop("the identifier of the collection"),
    options={
        "area": Option(
            gettext_noop("the features that are asked for: west, south, east and north in degrees"),
            examples=([-0.7, 44.7, -0.4, 44.95],),
            schema={
                "type": "array",
                "items": {"type": "number"},
                "minItems": 4,
                "maxItems": 4,
            },
        ),
        "times": Option(
            gettext_noop(
                "how the window is asked for: local, without offset, where the dates of the source "
                "have none and it refuses them otherwise; none: everything is asked"
            ),
            examples=("local",),
            schema={"enum": ["offset", "local", "none"]},
        ),
    },
    lists=True,
)
__all__ = ["ABOUT", "connect"]
