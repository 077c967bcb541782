"""How fast polygons are shared among zones: 100,000 cells over 50 zones with real-looking borders,
as a feed gives them (WKB in Arrow batches), without a database."""

import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import numpy as np  # noqa: E402 - after the set-up
import pyarrow as pa  # noqa: E402 - after the set-up
import shapely  # noqa: E402 - after the set-up

from indicators.services.areas import AreaBook, Land  # noqa: E402 - after the set-up
from indicators.services.columns import of_array  # noqa: E402 - after the set-up
from indicators.services.mapping import Spreading  # noqa: E402 - after the set-up
from indicators.services.shapes import projected  # noqa: E402 - after the set-up

CELLS = int(os.environ.get("BENCH_CELLS", "100000"))
X, Y, SIDE = 410_000, 6_450_000, 40_000
BATCH = 16_384


def main() -> None:
    zones = _zones(50)
    bounds = tuple(shapely.total_bounds(projected(zones, crs=2154, metres=4326)))
    cells = projected(_grid(CELLS), crs=2154, metres=4326)
    wkb = pa.array(shapely.to_wkb(cells).tolist(), pa.binary())
    told = Spreading("COMMUNE", "TOTAL", by_inhabitants=False, minimum=0.75, crs=None)
    book = AreaBook(told, Land(tuple(map(str, range(len(zones)))), zones, bounds, None))
    started = time.perf_counter()
    for first in range(0, len(wkb), BATCH):
        book.learned(of_array(wkb[first : first + BATCH]))
    new = time.perf_counter() - started
    started = time.perf_counter()
    for first in range(0, len(wkb), BATCH):
        book.learned(of_array(wkb[first : first + BATCH]))
    again = time.perf_counter() - started
    corners = int(shapely.get_num_coordinates(zones).mean())
    print("## Polygons shared among zones\n")
    print(
        "| polygons | zones | corners of a zone | first s | again s | pieces |\n|---|---|---|---|---|---|"
    )
    pieces = len(book.shared().polygon)
    print(f"| {CELLS:,} | {len(zones)} | {corners:,} | {new:.1f} | {again:.1f} | {pieces:,} |")


def _grid(count: int) -> np.ndarray:
    side = int(np.ceil(np.sqrt(count)))
    step = SIDE / side
    place = np.arange(count)
    x, y = X + place % side * step, Y + place // side * step
    return shapely.box(x, y, x + step, y + step)


def _zones(count: int) -> np.ndarray:
    """Cells of Voronoi whose borders wind as those of communes do."""
    random = np.random.default_rng(2)
    seeds = shapely.MultiPoint(random.uniform((X, Y), (X + SIDE, Y + SIDE), (count, 2)))
    frame = shapely.box(X, Y, X + SIDE, Y + SIDE)
    shapes = np.array(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame)))
    dense = shapely.segmentize(shapely.intersection(shapes, frame), 20.0)
    return shapely.transform(dense, lambda xy: xy + 30 * np.sin(xy[:, ::-1] / 90))


if __name__ == "__main__":
    main()
