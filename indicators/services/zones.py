"""Which zone of the territory a row speaks of: by its code, or by the place it gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

import shapely

from portfolio.models import Zone

Shape = tuple[str, bytes]  # the code of a zone and its geometry (WKB)


class ZoneBook:
    """The codes that there are, and the shapes of the zones of one kind."""

    def __init__(self, codes: Collection[str] = (), shapes: Iterable[Shape] = ()) -> None:
        self.codes = frozenset(codes)
        self._shapes = tuple(shapes)

    def at(self, longitude: float, latitude: float) -> str | None:
        """The code of the zone that holds a point, the first by its code where two share a border;
        None outside all of them."""
        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return min((self._shapes[place][0] for place in found), default=None)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([shapely.from_wkb(wkb) for _code, wkb in self._shapes])


def zone_book(within: str | None) -> ZoneBook:
    """All codes, with the shapes of the zones of kind `within` where points are looked for."""
    drawn = Zone.objects.filter(kind=within, geometry__isnull=False) if within else ()
    return ZoneBook(
        codes=Zone.objects.values_list("code", flat=True),
        shapes=[(zone.code, bytes(zone.geometry.wkb)) for zone in drawn if zone.geometry],
    )
