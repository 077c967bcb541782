"""The past of the demonstration: pulls made on earlier days, of a platform that says then what it
said then. So there are figures to read as of another day, a correction, a batch that is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg
from psycopg import sql

from indicators.demo import forecasts, observations, platform
from indicators.demo.observations import Table
from indicators.demo.platform import ZONE, months_before
from indicators.models import Feed, Run
from indicators.pull_settings import means
from indicators.services import planning, pulls
from indicators.services.pulls import Means

HOUR = time(6)
FIRST, CORRECTED = 6, 3  # months before the present one
FOLLOWED = ("passages-velo", "no2")  # pulled each month; the others less often
CAREFUL = ("chaleur-livree",)  # pulled yesterday too: what is held stands beside what is published


def play(*, platform_url: str, until: date, now: datetime) -> list[Run]:
    """The pulls of the past months, then those of `now`; nothing where anything was pulled already.
    `until`: the day before which the platform's tables end. Leaves the platform as it is today."""
    # Files may have been deposited already, and figures computed: nothing was asked of the platform.
    if Run.objects.filter(feed__indicator__code__in=FOLLOWED).exists():
        return []
    runs: list[Run] = []
    for months in range(FIRST, 0, -1):
        month = months_before(until, months)
        followed = () if months == FIRST else FOLLOWED
        say(platform_url, followed, on=month, until=until, corrected=months <= CORRECTED)
        at = datetime.combine(month + timedelta(days=3), HOUR, tzinfo=ZONE)
        runs += _pull(at, followed)
        if months == FIRST:
            forecasts.of_followed(now=at)
    say(platform_url, (), on=until, until=until, corrected=True)
    runs += _pull(now - timedelta(days=1), CAREFUL)
    say(platform_url, CAREFUL, on=until, until=until, corrected=True, mistaken=True)
    platform.remember(platform_url, until=until)
    return runs + _pull(now, ())


def say(
    platform_url: str, indicators: tuple[str, ...], *, on: date, until: date, corrected: bool,
    mistaken: bool = False,
) -> None:  # fmt: skip
    """Let the platform say of some indicators (all, without any) what it said on a day: the periods
    that had ended by then, before or after its correction, with or without its last mistake."""
    tables = [
        t for t in observations.tables().values() if not indicators or t.indicator in indicators
    ]
    platform.refill(platform_url, tables, until=on)
    with psycopg.connect(platform_url.replace("postgis://", "postgresql://", 1)) as connection:
        connection.execute(sql.SQL("SET TIME ZONE {}").format(sql.Literal(ZONE.key)))
        for table in tables:
            if table.first_said and not corrected:
                _say_otherwise(connection, table, table.first_said, until)
            if table.mistaken and mistaken:
                _say_otherwise(connection, table, table.mistaken, until)


def _say_otherwise(
    connection: psycopg.Connection, table: Table, told: Mapping[str, Any], until: date
) -> None:
    """Some months of some zones, multiplied by a factor."""
    months = [months_before(until, number) for number in told["months"]]
    question = sql.SQL(
        "UPDATE {} SET {} = round(({} * %s)::numeric, %s)"
        " WHERE {} = ANY(%s) AND date_trunc('month', {}) = ANY(%s)"
    ).format(*_names(table, "value", "value", "zone", "time"))
    numbers = [float(told["factor"]), table.shape.decimals]
    connection.execute(question, [*numbers, list(told["zones"]), months])


def _names(table: Table, *parts: str) -> Iterable[sql.Identifier]:
    return [sql.Identifier(table.name), *(sql.Identifier(table.columns[part]) for part in parts)]


def _pull(at: datetime, indicators: tuple[str, ...]) -> list[Run]:
    """All feeds, or those of some indicators, as if it were that instant."""
    feeds = Feed.objects.all()
    if indicators:
        feeds = feeds.filter(indicator__code__in=indicators)
    then = replace(means(), clock=lambda: at)
    return carry_out(planning.plan_due(now=at, feeds=feeds, force=True), then)


def carry_out(planned: list[Run], told: Means) -> list[Run]:
    """These runs, then those of what is computed from their values."""
    told = replace(told, ring=lambda pk: planned.append(Run.objects.get(pk=pk)))
    # The list grows meanwhile.
    done = [pulls.execute(run_id=run.pk, means=told) for run in planned]
    return [run for run in done if run is not None]
