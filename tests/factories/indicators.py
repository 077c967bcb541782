"""Records of the evidence for tests: valid by default, every argument may be given."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pandas as pd

from indicators.models import (
    CausalLink,
    ComparedPlace,
    DataContract,
    DataSource,
    Deposit,
    Feed,
    FeedDraft,
    Indicator,
    ObservationVersion,
    PeopleGroup,
    RawFile,
    Run,
    Series,
    SupplyAgreement,
    Target,
    TargetPoint,
    Usage,
)  # fmt: skip
from tests.factories.portfolio import NOW, make_organisation, make_zone

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


def make_group(**fields) -> PeopleGroup:
    number = next(_numbers)
    defaults = {"code": f"groupe-{number}", "name_fr": f"Groupe {number}",
                "name_en": f"Group {number}"}  # fmt: skip
    return PeopleGroup.objects.create(**(defaults | fields))


def make_contract(feed: Feed, **document) -> DataContract:
    return DataContract.objects.create(
        feed=feed, version=feed.contracts.count() + 1, agreed_at=NOW,
        document={"fields": {"valeur": {"type": "number"}}, "maximum": 500} | document,
    )  # fmt: skip


def make_draft(author, **fields) -> FeedDraft:
    """Of a new feed, every step of which is settled but the source exists already."""
    mapping = {"time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
               "value": {"field": "valeur"}, "series": ["compteur"]}  # fmt: skip
    said = {
        "source": {"new": {"code": "nouvelle", "name": "Portail", "protocol": "ogc_features"}},
        "address": {"base_url": "http://127.0.0.1:8100", "collection": "mesures", "options": {}},
        "mapping": mapping,
        "contract": {"fields": {"valeur": {"type": "number"}}, "maximum": 500},
        "indicator": {"existing": make_indicator().code},
        "schedule": {"code": "nouveau-flux", "starts_on": "2024-01-01", "every_minutes": 1440,
                     "lookback_days": 7, "priority": 5},
    }  # fmt: skip
    rows = [{"jour": f"2024-01-{day:02d}", "valeur": value, "compteur": "C1"}
            for day, value in enumerate([3, 4, "n.d.", None], start=1)]  # fmt: skip
    sample = {"title": "Comptages", "fields": {"jour": "date", "valeur": "", "compteur": ""},
              "units": {}, "licence": "", "updated_at": "", "count": None, "rows": rows,
              "fault": "", "detail": ""}  # fmt: skip
    defaults = {"said": said, "sample": sample, "started_at": NOW, "updated_at": NOW}
    return FeedDraft.objects.create(author=author, **(defaults | fields))


def make_agreement(source: DataSource | None = None, **fields) -> SupplyAgreement:
    """Of a partner, without end; nothing is said of when it supplies."""
    number = next(_numbers)
    defaults = {"reference": f"DSP {number}", "kind": "CONCESSION", "starts_on": date(2019, 1, 1)}
    if "counterpart" not in fields:
        defaults["counterpart"] = make_organisation(kind="PRODUCER")
    return SupplyAgreement.objects.create(source=source or make_source(), **(defaults | fields))


def make_usage(indicator: Indicator, **fields) -> Usage:
    defaults = {"kind": "DELIBERATION", "role": "JUSTIFIED", "label": "Délibération", "as_of": NOW,
                "recorded_at": NOW}  # fmt: skip
    return Usage.objects.create(indicator=indicator, **(defaults | fields))


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
    """Monthly values of a zone, as a closed run would have stored them; `group`: of whom."""
    group = fields.pop("group", None)
    key = f"{zone.code} @{group.code}" if group else zone.code
    series, _ = Series.objects.get_or_create(
        feed=feed, key=key, defaults={"zone": zone, "label": zone.name, "group": group}
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


def make_deposit(feed: Feed, author, body: bytes, **fields) -> Deposit:
    """A file that waits to be published, unless `run` is given."""
    defaults = {
        "sent_at": NOW, "file_name": "octobre.csv", "sha256": hashlib.sha256(body).hexdigest(),
        "size": len(body), "content": b"" if "run" in fields else body,
    }  # fmt: skip
    return Deposit.objects.create(feed=feed, author=author, **(defaults | fields))


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


def make_link(project, **fields) -> CausalLink:
    """That the first measure raises the second one."""
    fields = {"sign": "MORE", "ground": "ASSUMED", "why": "Étude de 2023"} | fields
    for name in ("cause", "effect"):
        if name not in fields:
            fields[name] = make_indicator()
    return CausalLink.objects.create(project=project, **fields)


def make_place(**fields) -> ComparedPlace:
    """A place to compare with, and its zone of the same name."""
    number = next(_numbers)
    code = fields.pop("code", f"C{number}")
    fields = {"name_fr": f"Ville {number}", "kind": "CITY"} | fields
    zone = make_zone(code=code, name=fields["name_fr"], kind="COMPARATOR", geometry=None)
    return ComparedPlace.objects.create(zone=zone, **fields)


def date_history(target: Target, at: datetime, *, since: datetime | None = None) -> None:
    """Let what the triggers just kept of a target bear another instant; `since`: only what was
    kept after that one."""
    since = since or datetime(1970, 1, 1, tzinfo=UTC)
    kept = {"pgh_created_at__gt": since}
    Target.pgh_event_model.objects.filter(pgh_obj=target.pk, **kept).update(pgh_created_at=at)
    points = TargetPoint.pgh_event_model.objects
    points.filter(target=target.pk, **kept).update(pgh_created_at=at)
