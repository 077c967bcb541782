"""SQL by hand: readings loaded by COPY, sifted, gathered, and merged into their versions.

A few statements for any number of rows; the ORM's bulk_create takes six times as long. The staging
tables are those of one session: nothing of them is seen by another, nor stays after it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from indicators import storage_areas, storage_remarks

CREATE = """
    DROP TABLE IF EXISTS staged;
    CREATE TEMP TABLE staged (
        number bigint NOT NULL,
        series int NOT NULL,
        instant timestamptz NOT NULL,
        period_start timestamptz NOT NULL,
        period_end timestamptz NOT NULL,
        value double precision NOT NULL,
        is_provisional boolean NOT NULL,
        coverage double precision,
        absence text NOT NULL DEFAULT ''
    )
"""
COPY = """
    COPY staged (number, series, instant, period_start, period_end, value, is_provisional)
    FROM STDIN (FORMAT binary)
"""
# COPY's binary form: of each row the number of fields, then the length and the bytes of each.
SIGNATURE, TRAILER = b"PGCOPY\n\xff\r\n\x00" + bytes(8), b"\xff\xff"
FIELDS = (("number", ">i8"), ("series", ">i4"), ("instant", ">i8"), ("start", ">i8"),
          ("end", ">i8"), ("value", ">f8"), ("provisional", "i1"))  # fmt: skip
ROW = np.dtype(
    [("fields", ">i2")]
    + [pair for name, kind in FIELDS for pair in ((f"{name} size", ">i4"), (name, kind))]
)
CLASHES = """
    DROP TABLE IF EXISTS clashes;
    CREATE TEMP TABLE clashes AS
    SELECT series, instant FROM staged GROUP BY series, instant HAVING count(*) > 1
"""
# Rows that contradict each other all go; of rows that say the same the first one stays.
CONFLICTS = """
    WITH torn AS (
        SELECT series, instant FROM staged JOIN clashes USING (series, instant)
        GROUP BY series, instant
        HAVING count(DISTINCT (period_end, value, is_provisional)) > 1
    ), gone AS (
        DELETE FROM staged USING torn
        WHERE staged.series = torn.series AND staged.instant = torn.instant
        RETURNING number, staged.series, staged.instant, NULLIF(value, 'NaN')
    )
    SELECT count(*) OVER (), gone.* FROM gone ORDER BY number LIMIT %s
"""
DUPLICATES = """
    WITH kept AS (
        SELECT series, instant, min(number) AS first
        FROM staged JOIN clashes USING (series, instant) GROUP BY series, instant
    ), gone AS (
        DELETE FROM staged USING kept
        WHERE staged.series = kept.series AND staged.instant = kept.instant
          AND number > kept.first
        RETURNING number, staged.series, staged.instant, NULLIF(value, 'NaN')
    )
    SELECT count(*) OVER (), gone.* FROM gone ORDER BY number LIMIT %s
"""
# A period that too little was measured of has no value (NaN), and its coverage says so.
GATHER = """
    CREATE TEMP TABLE gathered AS
    SELECT min(number) AS number, series, period_start AS instant, period_start, period_end,
           {how} AS value, bool_or(is_provisional) AS is_provisional,
           (count(*) FILTER (WHERE value <> 'NaN')
               / (extract(epoch FROM period_end - period_start) / %s))::double precision AS coverage,
           ''::text AS absence
    FROM staged
    GROUP BY series, period_start, period_end;
    DROP TABLE staged;
    ALTER TABLE gathered RENAME TO staged;
    UPDATE staged SET value = 'NaN' WHERE value IS NULL OR coverage < %s;
    SELECT count(*) FROM staged
"""
HOW = {
    "SUM": "sum(value) FILTER (WHERE value <> 'NaN')",
    "MEAN": "avg(value) FILTER (WHERE value <> 'NaN')",
    "MAX": "max(value) FILTER (WHERE value <> 'NaN')",
    "MIN": "min(value) FILTER (WHERE value <> 'NaN')",
    "LAST": "(array_agg(value ORDER BY instant DESC) FILTER (WHERE value <> 'NaN'))[1]",
}
SERIES = """
    DROP TABLE IF EXISTS staged_series;
    CREATE TEMP TABLE staged_series (series int PRIMARY KEY, series_id bigint NOT NULL)
"""
CHANGED = """
    CREATE TEMP TABLE changed ON COMMIT DROP AS
    SELECT version.id AS earlier_id, told.*
    FROM (
        SELECT series_id, period_start, period_end, NULLIF(value, 'NaN') AS value,
               CASE WHEN value <> 'NaN' THEN ''
                    WHEN absence <> '' THEN absence
                    WHEN coverage > 0 THEN 'PARTLY_MEASURED'
                    ELSE 'NO_VALUE' END AS absence,
               CASE WHEN is_provisional THEN 'PROVISIONAL' ELSE 'FINAL' END AS status,
               coverage
        FROM staged JOIN staged_series USING (series)
    ) AS told
    LEFT JOIN indicators_observationversion AS version
        ON version.series_id = told.series_id AND version.period_start = told.period_start
        AND version.superseded_at IS NULL
    WHERE (%(until)s::bigint IS NULL OR NOT EXISTS ({knew_better}))
      AND (version.id IS NULL
       OR (version.period_end, version.value, version.absence, version.status, version.coverage)
          IS DISTINCT FROM
          (told.period_end, told.value, told.absence, told.status, told.coverage))
"""
LATER_PULL = """
    SELECT FROM indicators_run AS later
    WHERE later.feed_id = %(feed)s
      AND coalesce(later.replay_of_id, later.id) > %(until)s
      AND (later.replay_of_id IS NULL OR later.accepts_id IS NOT NULL)
      AND later.state IN ('SUCCEEDED', 'PARTIAL')
      AND told.period_start >= later.window_start
      AND told.period_start < later.window_end
"""
LATER_WORD = """
    SELECT FROM indicators_observationversion AS said
    JOIN indicators_run AS later ON later.id = said.run_id
    WHERE said.series_id = told.series_id AND said.period_start = told.period_start
      AND coalesce(later.replay_of_id, later.id) > %(until)s
"""
# A reading that says again what is published already is no news, however large.
CLOSE_REVISED = """
    UPDATE indicators_observationversion AS version SET superseded_at = %s
    FROM changed WHERE version.id = changed.earlier_id
"""
FORESEEN = """
    SELECT changed.series_id, changed.period_start, version.id IS NULL, version.value,
           COALESCE(version.absence, ''), changed.value, changed.absence
    FROM changed
    LEFT JOIN indicators_observationversion AS version ON version.id = changed.earlier_id
    ORDER BY version.id IS NULL, changed.period_start, changed.series_id
"""
INSERT_CHANGED = """
    INSERT INTO indicators_observationversion
        (series_id, period_start, period_end, value, absence, status, coverage, known_from, run_id)
    SELECT series_id, period_start, period_end, value, absence, status, coverage, %s, %s
    FROM changed
"""


@dataclass(frozen=True)
class Merged:
    """`inserted` counts every new version, revisions included. `rows`: where one row feeds several
    values, how many rows are new, revised and unchanged by them."""

    inserted: int
    revised: int
    rows: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Foreseen:
    """What publishing would change of a series: nothing is known of the period (`is_new`), or
    something else is (None: no value, `absence` says why)."""

    series_id: int
    period_start: datetime
    is_new: bool
    before: float | None
    before_absence: str
    value: float | None
    absence: str


@dataclass(frozen=True)
class Clash:
    """A row in the way of another: its number, series, instant and value."""

    number: int
    series: int
    instant: datetime
    value: float | None


@dataclass(frozen=True)
class Clashes:
    """`count` of them, and the first ones."""

    count: int
    first: list[Clash]


def one_claim_at_a_time() -> None:
    """Until the end of the transaction: what is counted then stays true while a run is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(20261)")


def give_up_after(seconds: float) -> None:
    """The server ends this transaction, and frees what it holds, once its client says nothing for
    that long: a worker that is frozen keeps no other from publishing."""
    with connection.cursor() as cursor:
        milliseconds = max(1, int(1000 * seconds))
        cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}")


def begin() -> None:
    """An empty staging table."""
    with connection.cursor() as cursor:
        cursor.execute(CREATE)


def stage(columns: Mapping[str, NDArray[np.generic]]) -> None:
    """Add readings, one array a field of FIELDS: instants in microseconds since 2000-01-01 UTC,
    NaN where there is no value."""
    rows = np.empty(len(columns["number"]), dtype=ROW)
    rows["fields"] = len(FIELDS)
    for name, kind in FIELDS:
        rows[f"{name} size"], rows[name] = np.dtype(kind).itemsize, columns[name]
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write(SIGNATURE)
        copy.write(rows.tobytes())
        copy.write(TRAILER)


def sift(*, most: int) -> tuple[Clashes, Clashes]:
    """Take out rows of one series and instant that contradict each other, then those that only
    repeat: (conflicts, duplicates), `most` of each as they were."""
    with connection.cursor() as cursor:
        cursor.execute(CLASHES)
        cursor.execute("SELECT EXISTS (SELECT FROM clashes)")
        if not cursor.fetchone()[0]:
            return Clashes(0, []), Clashes(0, [])
        found = []
        for statement in (CONFLICTS, DUPLICATES):
            cursor.execute(statement, [most])
            rows = cursor.fetchall()
            found.append(Clashes(rows[0][0] if rows else 0, [Clash(*row[1:]) for row in rows]))
        return found[0], found[1]


def gather(*, how: str, grain_s: float, minimum: float) -> int:
    """One value a series and period out of measures every `grain_s` seconds; none where less than
    `minimum` of the period was measured. Returns how many there are."""
    with connection.cursor() as cursor:
        for statement in GATHER.format(how=HOW[how]).split(";"):
            wanted = [grain_s] if "/ %s" in statement else [minimum] if "%s" in statement else []
            cursor.execute(statement, wanted)
        return int(cursor.fetchone()[0])


def staged_places() -> set[int]:
    """The series that have staged readings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT series FROM staged")
        return {place for (place,) in cursor.fetchall()}


def latest_end() -> datetime | None:
    """The end of the last staged period that has a value."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(period_end) FROM staged WHERE value <> 'NaN'")
        found: datetime | None = cursor.fetchone()[0]
        return found


def name_series(cursor: CursorWrapper, series: Mapping[int, int]) -> None:
    cursor.execute(SERIES)
    with cursor.copy("COPY staged_series FROM STDIN") as copy:
        for pair in series.items():
            copy.write_row(pair)
    cursor.execute("ANALYZE staged; ANALYZE staged_series")


def merge(
    series: Mapping[int, int],
    *,
    run_id: int,
    feed_id: int,
    known_from: datetime,
    until: int | None = None,
    by_row: bool = False,
) -> Merged:
    """Publish what is staged, one reading a series and period; `series`: staged place → id;
    `until`: the run whose answers these are, where they are read again (else None). Periods that a
    later pull of the feed looked at stay as they are: it knew better. `by_row`: only what a later
    run said itself stays, where a run is asked for some rows of its window alone.

    Call it inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        name_series(cursor, series)
        changed = CHANGED.format(knew_better=LATER_WORD if by_row else LATER_PULL)
        cursor.execute(changed, {"until": until, "feed": feed_id})
        cursor.execute(CLOSE_REVISED, [known_from])
        revised = cursor.rowcount
        cursor.execute(INSERT_CHANGED, [known_from, run_id])
        inserted = cursor.rowcount
        rows = storage_areas.fates(cursor)
        cursor.execute("DROP TABLE changed")
        return Merged(inserted=inserted, revised=revised, rows=rows)


def foresee(series: Mapping[int, int], *, feed_id: int) -> list[Foreseen]:
    """What `merge` would change, revisions first. Call it inside a transaction."""
    with connection.cursor() as cursor:
        name_series(cursor, series)
        changed = CHANGED.format(knew_better=LATER_PULL)
        cursor.execute(changed, {"until": None, "feed": feed_id})
        cursor.execute(FORESEEN)
        found = [Foreseen(*row) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE changed")
        return found


def staged_span() -> tuple[datetime, datetime] | None:
    """From the start of the first staged period to the end of the last; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(period_start), max(period_end) FROM staged")
        start, end = cursor.fetchone()
        return (start, end) if start is not None else None


def end() -> None:
    """Nothing stays staged. Where the database is away, nothing is left there either."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged, gathered, staged_series, clashes, changed")
        storage_areas.end(cursor)
        storage_remarks.end(cursor)
