"""WFS 2.0 (ISO 19142), as MapServer, GeoServer and others serve it."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.wfs.client import connect

ABOUT = About(
    name="WFS",
    address=gettext_noop("the address of the service, without its parameters"),
    collection=gettext_noop("the name of the feature type, such as ms:mesures"),
    options={
        "key": Option(
            gettext_noop("the field, or the fields joined by commas, that name each feature"),
            is_required=True,
            examples=("id", "id,jour"),
        ),
        "time_field": Option(
            gettext_noop("the field to ask the window by; without it the whole is asked each time"),
            examples=("jour",),
        ),
        "parameters": Option(
            gettext_noop("what the service wants in every question"),
            examples=({"map": "/srv/plateforme.map"},),
        ),
    },
    lists=True,
)
__all__ = ["ABOUT", "connect"]
