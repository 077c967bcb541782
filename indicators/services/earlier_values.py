"""The file that says again what was known before a deposit: read like any other, by the mapping of
the feed."""

import csv
import io
import json
import math
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from indicators.models import Deposit, ObservationVersion, Series
from indicators.services import contracts
from indicators.services.deposit_columns import columns_of
from indicators.services.mapping import FeedMapping
from indicators.services.reading import without_group
from portfolio.spreadsheets import guarded

Key = tuple[int, datetime, datetime]


def file_of(deposit: Deposit) -> bytes:
    """CSV in UTF-8: a row a value of the deposit that still holds, with what was known before it,
    an empty cell where nothing was. Raises ValidationError where the mapping cannot say it."""
    mapping = FeedMapping.from_json(deposit.feed.mapping)
    if mapping.gathering or mapping.zone_within or mapping.spreading:
        raise ValidationError(
            _("The values of this feed are made of several rows: deposit the earlier file again.")
        )
    given = list(_given(deposit))
    before = _before(given)
    text = io.StringIO(newline="")
    columns = columns_of(mapping, contracts.terms(contracts.current(deposit.feed)))
    writer = csv.DictWriter(text, list(columns), delimiter=";", lineterminator="\n")
    writer.writeheader()
    for version in given:
        writer.writerow(columns | _row(mapping, version, before.get(_key(version))))
    return text.getvalue().encode()


def _given(deposit: Deposit) -> Iterable[ObservationVersion]:
    """The versions of its run, and of those that read its file again, that nobody has revised."""
    from_it = Q(run=deposit.run_id) | Q(run__replay_of=deposit.run_id)
    current = ObservationVersion.objects.current().filter(from_it, run__isnull=False)
    return current.select_related("series__zone", "series__group").order_by(
        "period_start", "series_id"
    )


def _before(given: list[ObservationVersion]) -> dict[Key, ObservationVersion]:
    """Of each series and period, the version that this one took the place of."""
    if not given:
        return {}
    earlier = ObservationVersion.objects.filter(
        series__in={one.series_id for one in given},
        period_start__in={one.period_start for one in given},
        superseded_at__in={one.known_from for one in given},
    )
    return {
        (one.series_id, one.period_start, one.superseded_at): one
        for one in earlier
        if one.superseded_at
    }


def _key(version: ObservationVersion) -> Key:
    return version.series_id, version.period_start, version.known_from


def _row(
    mapping: FeedMapping, version: ObservationVersion, earlier: ObservationVersion | None
) -> dict[str, str]:
    series = version.series
    on = version.period_start.astimezone(mapping.timezone).date()
    row = {mapping.time: on.isoformat()} | _series_cells(mapping, series)
    known = earlier.value if earlier is not None else None
    row[mapping.value] = "" if known is None else _unscaled(known, mapping.scale)
    if mapping.status:
        provisional = earlier is not None and earlier.status == "PROVISIONAL"
        row[mapping.status] = min(mapping.provisional) if provisional else "-"
    return {name: guarded(text) if name != mapping.value else text for name, text in row.items()}


def _series_cells(mapping: FeedMapping, series: Series) -> dict[str, str]:
    cells = {}
    if mapping.label:
        cells[mapping.label] = series.label
    if mapping.series:
        parts = json.loads(without_group(series.key, series.group.code if series.group else None))
        told = zip(mapping.series, parts, strict=True)
        cells |= {name: "" if part is None else str(part) for name, part in told}
    if mapping.zone:
        cells[mapping.zone] = series.zone.code if series.zone else ""
    if mapping.group and mapping.group.field:
        cells[mapping.group.field] = mapping.group.written(
            series.group.code if series.group else None
        )
    return cells


def _unscaled(value: float, scale: float) -> str:
    """The number that gives exactly this value once it is multiplied."""
    near = value / scale
    for one in (near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf)):
        if one * scale == value:
            return repr(one)
    return repr(near)
