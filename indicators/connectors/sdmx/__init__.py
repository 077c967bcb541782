"""SDMX 2.1 (ISO 17369) REST services, as INSEE and Eurostat run them."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.sdmx.client import connect

ABOUT = About(
    name="SDMX",
    address=gettext_noop(
        "the address of the REST service, such as https://bdm.insee.fr/series/sdmx"
    ),
    collection=gettext_noop("the identifier of the dataflow"),
    options={
        "key": Option(
            gettext_noop("which series: the codes of the dimensions, joined by points"),
            examples=("M.B.BRUT", "001572432+001572433"),
        ),
        "agency": Option(
            gettext_noop("the agency that keeps the dataflow (by default any)"),
            examples=("FR1", "ESTAT"),
        ),
    },
)
__all__ = ["ABOUT", "connect"]
