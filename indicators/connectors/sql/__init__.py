"""A table or a view of a PostgreSQL database (protocol 3.0), with PostGIS or without."""

from django.utils.translation import gettext_noop

from indicators.connectors.base import About, Option
from indicators.connectors.sql.client import connect

ABOUT = About(
    name="PostgreSQL",
    address=gettext_noop("the database, such as postgresql://warehouse.example.org:5432/mobility"),
    collection=gettext_noop("the table or the view, with its schema: open_data.counts"),
    options={
        "time_field": Option(
            gettext_noop("the column that dates a row: only the window is read; without it, all"),
            examples=("measured_at",),
        ),
        "columns": Option(
            gettext_noop("the only columns to read; without it, all"),
            examples=(["station", "day", "count"],),
        ),
        "order": Option(
            gettext_noop("columns that order the rows of one time"), examples=(["station"],)
        ),
        "sslmode": Option(
            gettext_noop(
                "how the connection is encrypted: require (the default), verify-full, prefer, disable"
            ),
            examples=("verify-full",),
        ),
    },
    secret=gettext_noop("user:password of a role that can only read"),
    schemes=("postgresql",),
    lists=True,
)
__all__ = ["ABOUT", "connect"]
