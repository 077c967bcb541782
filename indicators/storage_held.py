"""SQL by hand: what is staged beside what is published, to tell whether it looks wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from indicators.storage import name_series

SPIKES = """
    WITH usual AS (
        SELECT series, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(version.value)) AS size
        FROM staged_series
        JOIN indicators_observationversion AS version USING (series_id)
        WHERE version.superseded_at IS NULL AND version.value IS NOT NULL
        GROUP BY series
        HAVING count(*) >= 5
    )
    SELECT staged.series, staged.period_start, usual.size, version.value, staged.value,
           count(*) OVER ()
    FROM staged
    JOIN usual USING (series)
    JOIN staged_series USING (series)
    LEFT JOIN indicators_observationversion AS version
        ON version.series_id = staged_series.series_id
        AND version.period_start = staged.period_start AND version.superseded_at IS NULL
    WHERE staged.value <> 'NaN' AND usual.size > 0
      AND abs(staged.value) > usual.size * %(times)s
      AND version.value IS DISTINCT FROM staged.value
    ORDER BY abs(staged.value) / usual.size DESC, staged.series, staged.period_start
    LIMIT %(most)s
"""
AGAIN = """
    SELECT count(*), count(staged.number) FILTER (WHERE staged.value <> 'NaN')
    FROM indicators_observationversion AS version
    JOIN indicators_series AS series ON series.id = version.series_id
    LEFT JOIN staged_series ON staged_series.series_id = series.id
    LEFT JOIN staged
        ON staged.series = staged_series.series AND staged.period_start = version.period_start
    WHERE series.feed_id = %(feed)s AND version.superseded_at IS NULL AND version.value IS NOT NULL
      AND version.period_start >= %(start)s AND version.period_end <= %(end)s
"""
SUMMARY = """
    SELECT series, count(*), sum(hashtextextended(concat_ws(
        '|', extract(epoch FROM period_start), extract(epoch FROM period_end), value, is_provisional
    ), 0)::numeric)
    FROM staged GROUP BY series
"""


@dataclass(frozen=True)
class Spike:
    """A staged reading far above the usual size of its series; `before`: what is published of its
    period. `count`: how many there are in all."""

    series: int
    period_start: datetime
    usual: float
    before: float | None
    value: float
    count: int


def summary() -> list[tuple[int, int, str]]:
    """What is staged of each series: its place, how many readings, a sum of their hashes. The same
    readings give the same, in whatever order."""
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY)
        return [(place, count, str(total)) for place, count, total in cursor.fetchall()]


def spikes(series: Mapping[int, int], *, times: float, most: int) -> list[Spike]:
    """New or revised readings so many times above the usual (median) size of their series, the
    greatest first; `series`: staged place → id. A series with few values has no usual size."""
    with connection.cursor() as cursor:
        name_series(cursor, series)
        cursor.execute(SPIKES, {"times": times, "most": most})
        return [Spike(*row) for row in cursor.fetchall()]


def share_missing(
    series: Mapping[int, int], *, feed_id: int, window: tuple[datetime, datetime]
) -> tuple[int, int]:
    """Of the values published in the window: how many there are, how many are staged again."""
    with connection.cursor() as cursor:
        name_series(cursor, series)
        cursor.execute(AGAIN, {"feed": feed_id, "start": window[0], "end": window[1]})
        known, again = cursor.fetchone()
        return int(known), int(again)
