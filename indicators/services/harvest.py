"""What the answers of a run hold, row by row: staged, set aside, or outside the window."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from indicators import storage
from indicators.connectors.base import Answer, Connector
from indicators.models import Quarantine
from indicators.services import observations, spreading
from indicators.services.mapping import FeedMapping, storable
from indicators.services.reading import BatchReader, Refused, SeriesKey

MOST_ROWS_KEPT = 10_000  # rows set aside that are kept as received; all are counted


@dataclass
class Harvest:
    """What the answers of a run hold, row by row: staged, set aside or outside the window."""

    reader: BatchReader
    keys: list[SeriesKey]
    kept_fields: frozenset[str] | None = None  # of a row set aside, where some are of persons
    rejected: list[Quarantine] = field(default_factory=list)
    received: int = 0
    staged: int = 0
    gathered: int = 0
    quarantined: int = 0
    dropped: int = 0

    @property
    def room(self) -> int:
        return MOST_ROWS_KEPT - len(self.rejected)

    def refuse(self, rows: list[Refused], count: int) -> None:
        """Set `count` rows aside, of which `rows` are the first."""
        self.quarantined += count
        for one in rows[: self.room]:
            row, name = storable(self._shown(one)), one.field[:120]
            kept = Quarantine(row_number=one.number, field=name, reason=one.reason, row=row)
            self.rejected.append(kept)

    def _shown(self, one: Refused) -> Mapping[str, object]:
        if self.kept_fields is None:
            return one.row
        wanted = self.kept_fields | {one.field}
        return {name: value for name, value in one.row.items() if name in wanted}


def gather_in(
    harvest: Harvest,
    *,
    connector: Connector,
    answers: Iterable[Answer],
    tell: Callable[[int], object] = int,
) -> None:
    """Read the rows of answers and stage them, each period and series once. `tell` is told how many
    were received. Call `storage.end` afterwards. Raises SourceError."""
    reader = harvest.reader
    storage.begin()
    for batch in connector.read(answers):
        read = reader.read(batch, most=harvest.room)
        harvest.received += read.received
        harvest.dropped += read.dropped
        harvest.refuse(read.refused, read.refused_count)
        observations.stage(read.readings)
        harvest.staged += len(read.readings.number)
        tell(harvest.received)
    reader.check_grain()
    _sift(harvest, reader.mapping)
    _gather(harvest, reader.mapping)
    _spread(harvest)


def _sift(harvest: Harvest, mapping: FeedMapping) -> None:
    """Rows that contradict each other are all set aside; of those that repeat one stays."""
    conflicts, duplicates = storage.sift(most=MOST_ROWS_KEPT)
    for reason, found in (("DUPLICATE", duplicates), ("CONFLICT", conflicts)):
        rows = [
            Refused(
                one.number, mapping.time, reason,
                {"series": harvest.reader.keys[one.series].key,
                 mapping.time: one.instant.isoformat(), mapping.value: one.value},
            )
            for one in found.first
        ]  # fmt: skip
        harvest.refuse(rows, found.count)
        harvest.staged -= found.count


def _gather(harvest: Harvest, mapping: FeedMapping) -> None:
    told = mapping.gathering
    if told is None or not harvest.staged:
        return
    left = storage.gather(how=told.how, grain_s=told.grain_s, minimum=told.minimum)
    harvest.gathered, harvest.staged = harvest.staged - left, left


def _spread(harvest: Harvest) -> None:
    """From what is said of polygons to values of zones."""
    if harvest.reader.areas is not None and harvest.staged:
        harvest.keys, harvest.staged = spreading.spread(harvest.reader)
