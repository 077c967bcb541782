"""The past of the demonstration: pulls made on earlier days, of a platform that says then what it
said then. So there are figures to read as of another day, a correction, a batch that is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg
from psycopg import sql

from indicators.demo import observations
from indicators.demo.observations import Table
from indicators.demo.platform import FINAL, PROVISIONAL, ZONE, months_before
from indicators.models import Feed, Run
from indicators.pull_settings import means
from indicators.services import planning, pulls

HOUR = time(6)
FIRST, CORRECTED = 6, 3  # months before the present one
FOLLOWED = ("passages-velo", "no2")  # pulled each month; the others less often
CAREFUL = ("chaleur-livree",)  # pulled yesterday too: what is held stands beside what is published


def play(*, platform_url: str, until: date, now: datetime) -> list[Run]:
    """The pulls of the past months, then those of `now`; nothing where anything was pulled already.
    `until`: the day before which the platform's tables end. Leaves the platform as it is today."""
    if Run.objects.exists():
        return []
    runs: list[Run] = []
    try:
        for months in range(FIRST, 0, -1):
            month = months_before(until, months)
            at = datetime.combine(month + timedelta(days=3), HOUR, tzinfo=ZONE)
            say(platform_url, until=until, on=month, corrected=months <= CORRECTED, mistaken=False)
            runs += _pull(at, () if months == FIRST else FOLLOWED)
        say(platform_url, until=until, on=until, corrected=True, mistaken=False)
        runs += _pull(now - timedelta(days=1), CAREFUL)
    finally:
        say(platform_url, until=until, on=until, corrected=True, mistaken=True)
    return runs + _pull(now, ())


def say(platform_url: str, *, until: date, on: date, corrected: bool, mistaken: bool) -> None:
    """Let the platform say what it said in the month of `on`: before or after its correction, with
    or without the mistake of its last publication."""
    url = platform_url.replace("postgis://", "postgresql://", 1)
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("SET TIME ZONE {}").format(sql.Literal(ZONE.key)))
        for table in observations.tables().values():
            if "status" in table.columns:
                _set_status(connection, table, months_before(on, table.provisional_months))
            if table.first_said:
                _set_values(connection, table, table.first_said, until, to_right=corrected)
            if table.mistaken:
                _set_values(connection, table, table.mistaken, until, to_right=not mistaken)


def _set_status(connection: psycopg.Connection, table: Table, since: date) -> None:
    question = sql.SQL("UPDATE {} SET {} = CASE WHEN {} >= %s THEN %s ELSE %s END").format(
        *_names(table, "status", "time")
    )
    connection.execute(question, [since, PROVISIONAL, FINAL])


def _set_values(
    connection: psycopg.Connection, table: Table, told: Mapping[str, Any], until: date, *,
    to_right: bool,
) -> None:  # fmt: skip
    """The true values of some months, or those that are `told` instead."""
    zones, months = told["zones"], [months_before(until, n) for n in told["months"]]
    factor = 1.0 if to_right else float(told["factor"])
    content = observations.frame(table, until=until)
    chosen = content[content["zone"].isin(zones) & content["start"].isin(months)]
    question = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s AND date_trunc('month', {}) = %s")
    for zone, start, value in chosen[["zone", "start", "value"]].itertuples(index=False):
        said = round(float(value) * factor, table.shape.decimals)
        connection.execute(
            question.format(*_names(table, "value", "zone", "time")), [said, zone, start]
        )


def _names(table: Table, *parts: str) -> Iterable[sql.Identifier]:
    return [sql.Identifier(table.name), *(sql.Identifier(table.columns[part]) for part in parts)]


def _pull(at: datetime, indicators: tuple[str, ...]) -> list[Run]:
    """All feeds, or those of some indicators, as if it were that instant."""
    feeds = Feed.objects.all()
    if indicators:
        feeds = feeds.filter(indicator__code__in=indicators)
    then = replace(means(), clock=lambda: at)
    planned = planning.plan_due(now=at, feeds=feeds, force=True)
    done = [pulls.execute(run_id=run.pk, means=then) for run in planned]
    return [run for run in done if run is not None]
