"""Rows of a sample as a pull would read them: by the very same reader, sifted and gathered by the
same statements, then forgotten."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from indicators import storage
from indicators.analysis.contract import Contract
from indicators.connectors.base import Window
from indicators.services import observations
from indicators.services.conformity import Conformity, DriftError, Envelope
from indicators.services.mapping import FeedMapping
from indicators.services.reading import EPOCH, BatchReader, Read
from indicators.services.zones import zone_book
from portfolio.models import Zone

SHOWN, REFUSED_SHOWN = 20, 8
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """A row as it would be read: its value (None: the source gives none) over the days from
    `first` to `last`; or, with a `reason`, why it would be set aside, and by which `field`.
    `ahead`: it is dated later than now, and will be read when its day has come."""

    number: int
    value: float | None = None
    first: date | None = None
    last: date | None = None
    zone: str = ""
    label: str = ""
    is_provisional: bool = False
    field: str = ""
    reason: str = ""
    ahead: bool = False


@dataclass(frozen=True)
class Preview:
    """`published`: how many values the rows would make, `gathered`: of several rows each;
    `reasons`: (field, code) → how many rows; `drift`: what the contract finds wrong with all."""

    lines: list[Line]
    received: int
    published: int
    set_aside: int
    ahead: int
    series: int
    reasons: list[tuple[str, str, int]]
    is_gathered: bool
    drift: str = ""


def preview(
    *, rows: Sequence[dict[str, Any]], mapping: FeedMapping, contract: Contract,
    envelope: Envelope, now: datetime,
) -> Preview:  # fmt: skip
    """How the rows would be read. Writes nothing that lasts."""
    window = Window(BEGINNING, now.astimezone(UTC))
    reader = BatchReader(
        mapping, window, zone_book(mapping.zone_within), Conformity(contract, envelope)
    )
    batch = tuple(rows)
    try:
        read = reader.read(batch, most=len(batch))
    except DriftError as error:
        return Preview([], len(batch), 0, len(batch), 0, 0, [], is_gathered=False,
                       drift=error.message)  # fmt: skip
    clashes, published = _sifted(read, mapping)
    refused = {one.number: (one.field, one.reason) for one in read.refused}
    refused |= {number: (mapping.time, code) for number, code in clashes.items()}
    lines = _lines(read, reader, refused, mapping.timezone)
    reasons = Counter(refused.values())
    return Preview(
        lines=_shown(lines),
        received=read.received,
        published=published,
        set_aside=len(refused),
        ahead=read.dropped,
        series=_different(read, refused),
        reasons=[(*told, count) for told, count in reasons.most_common()],
        is_gathered=mapping.gathering is not None,
    )


def _different(read: Read, refused: dict[int, tuple[str, str]]) -> int:
    """How many series the rows that are read belong to."""
    pairs = zip(read.readings.number.tolist(), read.readings.series.tolist(), strict=True)
    return len({series for number, series in pairs if number not in refused})


def _sifted(read: Read, mapping: FeedMapping) -> tuple[dict[int, str], int]:
    """Row number → CONFLICT or DUPLICATE; and how many values are left."""
    found: dict[int, str] = {}
    with transaction.atomic():
        storage.begin()
        observations.stage(read.readings)
        conflicts, duplicates = storage.sift(most=len(read.readings.number) or 1)
        for code, clashes in (("CONFLICT", conflicts), ("DUPLICATE", duplicates)):
            found |= {one.number: code for one in clashes.first}
        left = len(read.readings.number) - len(found)
        told = mapping.gathering
        if told is not None and left:
            left = storage.gather(how=told.how, grain_s=told.grain_s, minimum=told.minimum)
        storage.end()
    return found, left


def _lines(
    read: Read, reader: BatchReader, refused: dict[int, tuple[str, str]], zone: ZoneInfo
) -> list[Line]:
    names = dict(Zone.objects.filter(code__in={key.zone for key in reader.keys} - {None})
                 .values_list("code", "name"))  # fmt: skip
    found: dict[int, Line] = {}
    readings = read.readings
    for place, number in enumerate(readings.number.tolist()):
        key, value = reader.keys[readings.series[place]], float(readings.value[place])
        found[number] = Line(
            number=number,
            value=None if value != value else value,  # noqa: PLR0124 - NaN
            first=_day(int(readings.start[place]), zone),
            last=_day(int(readings.end[place]) - 1, zone),
            zone=names.get(key.zone or "", ""),
            label=key.label or ("" if key.key in {key.zone, "*"} else key.key),
            is_provisional=bool(readings.provisional[place]),
        )
    for number, (name, code) in refused.items():
        found[number] = replace(found.get(number, Line(number)), field=name, reason=code)
    return [found.get(n, Line(n, ahead=True)) for n in range(1, read.received + 1)]


def _shown(lines: list[Line]) -> list[Line]:
    """Of those that are set aside some are shown, wherever they stand."""
    refused = [line for line in lines if line.reason][:REFUSED_SHOWN]
    rest = [line for line in lines if not line.reason][: SHOWN - len(refused)]
    more = [line for line in lines if line.reason][REFUSED_SHOWN:]
    chosen = (refused + rest + more)[:SHOWN]
    return sorted(chosen, key=lambda line: line.number)


def _day(microseconds: int, zone: ZoneInfo) -> date:
    return (EPOCH + timedelta(microseconds=microseconds)).astimezone(zone).date()
