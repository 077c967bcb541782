"""Records of the evidence for tests: valid by default, every argument may be given."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pandas as pd

from indicators.models import (
    DataSource,
    Feed,
    Indicator,
    ObservationVersion,
    RawFile,
    Run,
    Series,
    Target,
    TargetPoint,
)  # fmt: skip
from tests.factories.portfolio import NOW, make_zone

TERRITORY_TIME = ZoneInfo("Europe/Paris")
_numbers = count(1)


def make_indicator(**fields) -> Indicator:
    number = next(_numbers)
    defaults = {
        "code": f"indicateur-{number}", "name_fr": f"Indicateur {number}",
        "name_en": f"Indicator {number}", "unit_fr": "passages", "unit_en": "passages",
        "family": "OUTCOME", "direction": "UP", "frequency": "MONTH", "stale_after_days": 45,
        "zone_aggregation": "SUM",
    }  # fmt: skip
    return Indicator.objects.create(**(defaults | fields))


def make_source(**fields) -> DataSource:
    number = next(_numbers)
    defaults = {"code": f"source-{number}", "name": "Plateforme", "protocol": "ogc_features",
                "base_url": "http://127.0.0.1:8100"}  # fmt: skip
    return DataSource.objects.create(**(defaults | fields))


def make_feed(**fields) -> Feed:
    number = next(_numbers)
    fields = {"code": f"flux-{number}", "collection": "mesures", "starts_on": date(2024, 1, 1),
              "mapping": {}} | fields  # fmt: skip
    fields.setdefault("source", None)
    fields.setdefault("indicator", None)
    fields["source"] = fields["source"] or make_source()
    fields["indicator"] = fields["indicator"] or make_indicator()
    return Feed.objects.create(**fields)


def make_run(feed: Feed, **fields) -> Run:
    number = next(_numbers)
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    defaults = {"window_start": start, "window_end": start + timedelta(days=1), "due_at": NOW}
    return Run.objects.create(feed=feed, **(defaults | fields))


def make_raw_file(run: Run, body: bytes = b"{}") -> RawFile:
    """An answer of a run; its bytes are not in the store."""
    return RawFile.objects.create(
        run=run, attempt=run.attempts, number=run.raw_files.count() + 1, size=len(body),
        sha256=hashlib.sha256(body).hexdigest(), url=f"{run.feed.source.base_url}/items",
        content_type="application/json", received_at=NOW,
    )  # fmt: skip


def make_observations(feed: Feed, zone, values: dict[date, float | None], **fields) -> Series:
    """Monthly values of a zone, as a closed run would have stored them."""
    series, _ = Series.objects.get_or_create(
        feed=feed, key=zone.code, defaults={"zone": zone, "label": zone.name}
    )
    run = make_run(feed, state="SUCCEEDED", finished_at=NOW)
    for day, value in values.items():
        start = datetime(day.year, day.month, day.day, tzinfo=TERRITORY_TIME)
        defaults = {
            "period_start": start, "period_end": start + pd.DateOffset(months=1), "value": value,
            "absence": "" if value is not None else "MISSING", "known_from": NOW,
        }  # fmt: skip
        ObservationVersion.objects.create(series=series, run=run, **(defaults | fields))
    return series


PROMISED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def make_target(*, points: dict[date, float] | None = None, **fields) -> Target:
    """Promised long ago: its history says so too."""
    fields = {"baseline_value": 100.0, "baseline_on": date(2024, 1, 1), "path": "LINEAR"} | fields
    if "indicator" not in fields:
        fields["indicator"] = make_indicator()
    if "zone" not in fields:
        fields["zone"] = make_zone()
    target = Target.objects.create(**fields)
    given = {date(2028, 1, 1): 200.0} if points is None else points
    for due_on, value in given.items():
        TargetPoint.objects.create(target=target, due_on=due_on, value=value)
    date_history(target, PROMISED_AT)
    return target


def date_history(target: Target, at: datetime, *, since: datetime | None = None) -> None:
    """Let what the triggers just kept of a target bear another instant; `since`: only what was
    kept after that one."""
    since = since or datetime(1970, 1, 1, tzinfo=UTC)
    kept = {"pgh_created_at__gt": since}
    Target.pgh_event_model.objects.filter(pgh_obj=target.pk, **kept).update(pgh_created_at=at)
    points = TargetPoint.pgh_event_model.objects
    points.filter(target=target.pk, **kept).update(pgh_created_at=at)
