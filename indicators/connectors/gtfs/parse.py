"""From a GTFS zip to the rows of a collection."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from indicators.connectors.base import Batch, Window
from indicators.connectors.gtfs import frequent
from indicators.connectors.gtfs.offer import Offer
from indicators.connectors.gtfs.tables import Archive

Options = Mapping[str, object]


def title(archive: Archive) -> str:
    """The names of the agencies."""
    names = archive.table("agency.txt", ("agency_name",)).column("agency_name").to_pylist()
    return ", ".join(dict.fromkeys(name for name in names if name))


def _per_day(offer: Offer, day: date) -> Batch:
    """One row a zone, or one for all stops that count."""
    found, zone = offer.departures(day), offer.stops.zone
    rows = []
    for code in offer.zones:
        here = found[[one == code for one in zone]]
        rows.append({
            "date": day.isoformat(),
            "zone": code,
            "departures": int(here.sum()),
            "stops_served": int(np.count_nonzero(here)),
        })  # fmt: skip
    return tuple(rows)


def _per_stop(offer: Offer, day: date) -> Batch:
    """One row a stop that counts and is served on some day; 0 departures where not on this one."""
    stops, found = offer.stops, offer.departures(day)
    kept = [n for n, zone in enumerate(stops.zone) if zone != ""]
    return pa.RecordBatch.from_pydict({
        "date": pa.array([day.isoformat()] * len(kept), pa.string()),
        "stop_id": pa.array([stops.ids[n] for n in kept], pa.string()),
        "stop_name": pa.array([stops.names[n] for n in kept], pa.string()),
        "longitude": pa.array(stops.longitude[kept], from_pandas=True),
        "latitude": pa.array(stops.latitude[kept], from_pandas=True),
        "zone": pa.array([stops.zone[n] for n in kept], pa.string()),
        "departures": pa.array(found[kept]),
    })  # fmt: skip


@dataclass(frozen=True)
class Collection:
    """`by_slot`: it looks at the hours of a day."""

    fields: dict[str, str]
    batches: Callable[[Offer, Window, Options], Iterator[Batch]]
    by_slot: bool = False


def _each_day(rows: Callable[[Offer, date], Batch]) -> Callable[..., Iterator[Batch]]:
    def batches(offer: Offer, window: Window, _options: Options) -> Iterator[Batch]:
        return (rows(offer, day) for day in offer.days(window))

    return batches


COLLECTIONS: Mapping[str, Collection] = {
    "departures_per_day": Collection(
        {"date": "date", "zone": "string", "departures": "integer", "stops_served": "integer"},
        _each_day(_per_day),
    ),
    "stops_served": Collection(
        {"date": "date", "stop_id": "string", "stop_name": "string", "longitude": "number",
         "latitude": "number", "zone": "string", "departures": "integer"},
        _each_day(_per_stop),
    ),
    "frequent_stops": Collection(frequent.FIELDS, frequent.batches, by_slot=True),
}  # fmt: skip
