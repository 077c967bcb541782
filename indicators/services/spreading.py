"""From what is staged of polygons to values of zones."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators import storage_areas
from indicators.services.areas import AreaBook, Shared
from indicators.services.reading import WHOLE_FEED, BatchReader, SeriesKey

Numbers = NDArray[np.int64]


def spread(reader: BatchReader) -> tuple[list[SeriesKey], int]:
    """Share what is staged among the zones: the series that there are then, by their staged place,
    and how many values. Rows are counted by what becomes of the values that they feed, so that each
    counts once: see `Run`."""
    book = _book(reader)
    parts = {name: place for place, name in enumerate(dict.fromkeys(p for _, p in reader.drawn))}
    part = np.array([parts[name] for _place, name in reader.drawn], dtype=np.int64)
    links = _links(book.shared(), np.array([p for p, _name in reader.drawn]), part, _size(book))
    keys = _keys(reader, list(parts))
    spreading = book.spreading
    told = _targets(book, len(parts))
    values = storage_areas.spread(
        links=links,
        origins={"series": np.arange(len(part)), "part": part},
        targets={"target": told, "part": told // _size(book)},
        measure=spreading.measure, minimum=spreading.minimum,
    )  # fmt: skip
    return keys, values


def remarks(reader: BatchReader) -> dict[str, Any]:
    """What the people who run the feed should know of its polygons; empty where all is well."""
    if reader.areas is None:
        return {}
    told = {"repaired": reader.areas.repaired, "partly_outside": reader.areas.partly_outside}
    return {name: count for name, count in told.items() if count}


def _book(reader: BatchReader) -> AreaBook:
    assert reader.areas is not None
    return reader.areas


def _size(book: AreaBook) -> int:
    return len(book.land.codes)


def _links(shared: Shared, polygon: Numbers, part: Numbers, size: int) -> dict[str, Any]:
    """Of each staged place all that is said of its polygon."""
    order = np.argsort(shared.polygon, kind="stable")
    first = np.searchsorted(shared.polygon[order], polygon, side="left")
    count = np.searchsorted(shared.polygon[order], polygon, side="right") - first
    series = np.repeat(np.arange(len(polygon)), count)
    within = np.arange(len(series)) - np.repeat(np.cumsum(count) - count, count)
    places = order[np.repeat(first, count) + within]
    target = part[series] * size + shared.zone[places]
    return {
        "series": series, "target": target, "times": shared.times[places],
        "cover": shared.cover[places],
    }  # fmt: skip


def _targets(book: AreaBook, parts: int) -> Numbers:
    """The places of the zones whose inhabitants are known, in each part of the feed."""
    cells = book.land.cells
    known = np.arange(_size(book))
    if book.spreading.counts_people and cells is not None:
        known = np.flatnonzero(~np.isnan(cells.known))
    places: Numbers = (np.arange(parts)[:, None] * _size(book) + known).reshape(-1)
    return places


def _keys(reader: BatchReader, parts: list[str]) -> list[SeriesKey]:
    """A zone names a series; with other fields, all of them together."""
    labels = {part: reader.keys[n].label for n, (_place, part) in enumerate(reader.drawn)}
    return [
        SeriesKey(_key(code, part), code, labels[part])
        for part in parts
        for code in _book(reader).land.codes
    ]


def _key(code: str, part: str) -> str:
    return code if part == WHOLE_FEED else json.dumps([code, *json.loads(part)], ensure_ascii=False)
