"""What changed about one source (its facts and its agreements), or one target and its points."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Model

from indicators.models import DataSource, SupplyAgreement, Target, TargetPoint
from portfolio.queries import changes
from portfolio.queries.changes import Change
from portfolio.queries.values import Reader

SHOWN = 20


def history_of(source: DataSource, *, reader: Reader) -> list[Change]:
    """The latest first, those of agreements that were removed with them."""
    events = SupplyAgreement.pgh_event_model  # type: ignore[attr-defined]  # made by pghistory
    keys = events.objects.filter(source_id=source.pk).values_list("pgh_obj_id", flat=True)
    return _together([source, *(SupplyAgreement(pk=key) for key in sorted(set(keys)))], reader)


def history_of_target(target: Target, *, reader: Reader) -> list[Change]:
    """The latest first, its dated values with it, those that were removed too."""
    events = TargetPoint.pgh_event_model  # type: ignore[attr-defined]  # made by pghistory
    keys = events.objects.filter(target_id=target.pk).values_list("pgh_obj_id", flat=True)
    return _together([target, *(TargetPoint(pk=key) for key in sorted(set(keys)))], reader)


def _together(records: Iterable[Model], reader: Reader) -> list[Change]:
    told = [one for record in records for one in changes.of_record(record, reader=reader)]
    return sorted(_joined(told), key=lambda change: change.at, reverse=True)[:SHOWN]


def _joined(told: list[Change]) -> list[Change]:
    """What one change wrote about several records is told once."""
    by_key: dict[object, Change] = {}
    for one in told:
        key = one.key or id(one)
        first = by_key.get(key)
        by_key[key] = replace(first, records=first.records + one.records) if first else one
    return list(by_key.values())
