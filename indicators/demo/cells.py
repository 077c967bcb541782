"""The map of road noise: a collection of the platform whose rows are squares of one kilometre.

A value depends on its square and its year alone, as in `observations`.
"""

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache

import numpy as np
import shapely

from indicators.demo.observations import FIRST_MONTH
from portfolio.demo import territory

NAME, TITLE, TIME = "bruit_carreaux", "Bruit routier par carreau d’un kilomètre", "annee"
COLUMNS = f"carreau text, {TIME} timestamp NOT NULL, lden double precision"
SIDE_M = 1_000
CORNER_M2 = 10_000  # less of a square inside the metropolis is left out
LOUDEST, DECAY_KM, YEARLY = 64.0, 0.75, -0.35  # dB(A) at the centre, lost a kilometre, a year
# A valley that the microphones do not reach: a disc around this place, in km from the centre.
SILENT_KM, SILENT_RADIUS_KM = (5.5, 9.0), 3.2
Row = tuple[int, str, str, datetime, float | None]


def rows(until: date) -> Iterator[Row]:
    """Number, place (EWKT), code, first day and value of each square and whole year."""
    years = range(FIRST_MONTH.year, until.year)
    number = 0
    for year in years:
        for code, place, middle in _squares():
            number += 1
            instant = datetime.combine(date(year, 1, 1), time(0))
            yield number, place, code, instant, _value(code, middle, year)


def _value(code: str, middle: tuple[float, float], year: int) -> float | None:
    """None where nobody listens."""
    if np.hypot(middle[0] - SILENT_KM[0], middle[1] - SILENT_KM[1]) < SILENT_RADIUS_KM:
        return None
    seed = zlib.crc32(f"{NAME}/{code}".encode())
    own = np.random.default_rng([territory.SEED, seed]).standard_normal()
    told = LOUDEST - DECAY_KM * np.hypot(*middle) + YEARLY * (year - FIRST_MONTH.year) + 1.6 * own
    return round(float(told), 1)


@cache
def _squares() -> list[tuple[str, str, tuple[float, float]]]:
    """Code, place and middle (km from the centre) of the squares that touch the metropolis."""
    shapes = territory.metric_shapes()
    whole = shapely.union_all([shapes[c["code"]] for c in territory.description()["communes"]])
    shapely.prepare(whole)
    west, south, east, north = (edge // SIDE_M for edge in whole.bounds)
    found = []
    for x in range(int(west), int(east) + 1):
        for y in range(int(south), int(north) + 1):
            square = shapely.box(x * SIDE_M, y * SIDE_M, (x + 1) * SIDE_M, (y + 1) * SIDE_M)
            if shapely.area(shapely.intersection(whole, square)) > CORNER_M2:
                centre = shapely.get_coordinates(square.centroid)[0] - territory.centre_m()
                place = f"SRID=4326;{territory.to_degrees(square).wkt}"
                middle = (float(centre[0]) / 1_000, float(centre[1]) / 1_000)
                found.append((f"1kmN{y}E{x}", place, middle))
    return found
