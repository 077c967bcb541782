"""GBFS (General Bikeshare Feed Specification, versions 2.x and 3.0) of shared vehicles."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.gbfs.client import connect

ABOUT = About(
    name="GBFS",
    address=gettext_noop("the address of gbfs.json, which lists the feeds of the system"),
    collection=gettext_noop("the name of a feed, such as station_status"),
    options={
        "language": Option(
            gettext_noop("the language of names, where the system has several"), examples=("fr",)
        ),
    },
    lists=True,
)
__all__ = ["ABOUT", "connect"]
