"""SQL by hand: what is known of staged readings besides their values."""

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

REMARKS = """
    DROP TABLE IF EXISTS remarks;
    CREATE TEMP TABLE remarks (number bigint PRIMARY KEY, coverage double precision, absence text)
"""
REMARKED = """
    UPDATE staged SET coverage = remarks.coverage, absence = remarks.absence
    FROM remarks WHERE remarks.number = staged.number
"""


def remark(remarks: Iterable[tuple[int, float | None, str]]) -> None:
    """What is known of staged readings besides, by their number: the share of the period that was
    measured, and why there is no value (UPPERCASE code)."""
    with connection.cursor() as cursor:
        cursor.execute(REMARKS)
        with cursor.copy("COPY remarks FROM STDIN") as copy:
            for row in remarks:
                copy.write_row(row)
        cursor.execute(REMARKED)


def end(cursor: CursorWrapper) -> None:
    """Nothing stays."""
    cursor.execute("DROP TABLE IF EXISTS remarks")
