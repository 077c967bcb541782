"""SQL by hand: what is staged of polygons becomes values of zones, and what became of each row."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[np.generic]]
LINKS = """
    CREATE TEMP TABLE links (
        series int NOT NULL, target int NOT NULL,
        times double precision NOT NULL, cover double precision NOT NULL
    );
    CREATE TEMP TABLE origins (series int NOT NULL, part int NOT NULL);
    CREATE TEMP TABLE targets (target int NOT NULL, part int NOT NULL)
"""
# Sums in an order of their own: the same rows, however they come, give the same last digit.
BY_AREA = """
    CREATE TEMP TABLE spread AS
    SELECT min(number) AS number, links.target AS series, period_start AS instant, period_start,
           period_end, {value} AS value, bool_or(is_provisional) AS is_provisional,
           least(round(coalesce(sum(cover ORDER BY cover) FILTER (WHERE value <> 'NaN'), 0)::numeric,
                       6), 1)::double precision AS coverage, ''::text AS absence
    FROM staged JOIN links USING (series)
    GROUP BY links.target, period_start, period_end
"""
VALUES = {
    "TOTAL": "sum(value * times ORDER BY value, times) FILTER (WHERE value <> 'NaN')",
    "MEAN": """sum(value * times ORDER BY value, times) FILTER (WHERE value <> 'NaN')
               / nullif(sum(times ORDER BY value, times) FILTER (WHERE value <> 'NaN'), 0)""",
}
TOO_LITTLE = "UPDATE spread SET value = 'NaN' WHERE value IS NULL OR coverage < %s"
# Whoever is in no polygon is known to be outside: a zone that none touches has 0.
PEOPLE = """
    CREATE TEMP TABLE spread AS
    WITH told AS (
        SELECT part, period_start, period_end, min(number) AS number,
               bool_or(is_provisional) AS is_provisional
        FROM staged JOIN origins USING (series) GROUP BY part, period_start, period_end
    ), found AS (
        SELECT links.target, period_start, period_end,
               sum(value * times ORDER BY value, times) AS value
        FROM staged JOIN links USING (series) GROUP BY links.target, period_start, period_end
    )
    SELECT told.number, targets.target AS series, told.period_start AS instant, told.period_start,
           told.period_end, coalesce(found.value, 0) AS value, told.is_provisional,
           NULL::double precision AS coverage, ''::text AS absence
    FROM told JOIN targets USING (part)
    LEFT JOIN found ON found.target = targets.target AND found.period_start = told.period_start
        AND found.period_end = told.period_end
"""
# A row that says nothing of any zone but that it is covered by nothing feeds them all.
FED = """
    CREATE TEMP TABLE fed AS
    SELECT number, links.target AS series, period_start FROM staged JOIN links USING (series)
    UNION ALL
    SELECT number, targets.target, period_start
    FROM staged JOIN origins USING (series) JOIN targets USING (part)
    WHERE NOT EXISTS (SELECT FROM links WHERE links.series = staged.series)
"""
SWAP = """
    DROP TABLE staged;
    ALTER TABLE spread RENAME TO staged
"""
FATES = """
    WITH fates AS (
        SELECT number,
               bool_or(changed.series_id IS NOT NULL AND changed.earlier_id IS NULL) AS is_new,
               bool_or(changed.earlier_id IS NOT NULL) AS is_revised
        FROM fed JOIN staged_series USING (series)
        LEFT JOIN changed USING (series_id, period_start)
        GROUP BY number
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_revised AND NOT is_new),
           count(*) FILTER (WHERE NOT is_new AND NOT is_revised)
    FROM fates
"""


def spread(
    *, links: Columns, origins: Columns, targets: Columns, measure: str, minimum: float
) -> int:
    """One value a period and zone out of what is staged of polygons. `links`: staged place of a
    polygon → staged place of a zone, what its value is multiplied by, how much of the zone it
    covers; `origins` and `targets`: of which part of the feed each is. Returns how many there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(LINKS)
        _copy(cursor, "links", links, ("series", "target", "times", "cover"))
        _copy(cursor, "origins", origins, ("series", "part"))
        _copy(cursor, "targets", targets, ("target", "part"))
        cursor.execute("ANALYZE links; ANALYZE origins; ANALYZE staged")
        cursor.execute(FED)
        if measure in VALUES:
            cursor.execute(BY_AREA.format(value=VALUES[measure]))
            cursor.execute(TOO_LITTLE, [minimum])
        else:
            cursor.execute(PEOPLE)
        cursor.execute(SWAP)
        cursor.execute("SELECT count(*) FROM staged")
        return int(cursor.fetchone()[0])


def fates(cursor: CursorWrapper) -> tuple[int, int, int] | None:
    """How many rows are new, revised and unchanged by the values they feed; None where a row is a
    value. Call it while `changed` is there."""
    cursor.execute("SELECT to_regclass('pg_temp.fed') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return None
    cursor.execute("ANALYZE fed; ANALYZE changed")
    cursor.execute(FATES)
    new, revised, unchanged = cursor.fetchone()
    return int(new), int(revised), int(unchanged)


def end(cursor: CursorWrapper) -> None:
    """Nothing stays."""
    cursor.execute("DROP TABLE IF EXISTS links, origins, targets, spread, fed")


def _copy(cursor: CursorWrapper, table: str, columns: Columns, names: Sequence[str]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in zip(*(columns[name].tolist() for name in names), strict=True):
            copy.write_row(row)
