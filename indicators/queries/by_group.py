"""The same measure for several groups of people, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from indicators.models import Indicator
from indicators.results import TargetView
from portfolio.models import Zone


@dataclass(frozen=True)
class GroupTable:
    """A measure in a zone: its target for everyone first, where there is one, then those for
    groups. Groups overlap, so there is no total: `measured` of the `expected` groups have a value.
    """

    indicator: Indicator
    zone: Zone
    views: tuple[TargetView, ...]

    @property
    def _groups(self) -> list[TargetView]:
        return [view for view in self.views if view.target.group_id is not None]

    @property
    def expected(self) -> int:
        return len(self._groups)

    @property
    def measured(self) -> int:
        return sum(view.measured.last_known is not None for view in self._groups)


def by_group(views: Iterable[TargetView]) -> list[GroupTable]:
    """Of the measures that are promised for a group somewhere, in the order of `views`."""
    grouped: dict[tuple[int, int], list[TargetView]] = defaultdict(list)
    for view in views:
        grouped[view.indicator.pk, view.zone.pk].append(view)
    tables = (GroupTable(found[0].indicator, found[0].zone, tuple(found))
              for found in grouped.values())  # fmt: skip
    return [table for table in tables if table.expected]
