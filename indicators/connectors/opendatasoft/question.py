"""What is asked of a dataset: from a window and the options of a feed to the words of an address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from indicators.connectors.base import OptionsError, Query, Window

SECOND = timedelta(seconds=1)
PLACES = ("geo_point_2d", "geo_shape")  # types of fields, the one that is compared faster first
AN_ALIAS = re.compile(r"\s+as\s+", re.IGNORECASE)
TIMES = re.compile(r">= date'([^']+)' AND \S+ < date'([^']+)'")


@dataclass(frozen=True)
class Span:
    """[low, high) in UTC, whole seconds."""

    low: datetime
    high: datetime

    def halves(self) -> "tuple[Span, Span] | None":
        """None where it is too short to be cut."""
        middle = (self.low + (self.high - self.low) / 2).replace(microsecond=0)
        if middle <= self.low:
            return None
        return Span(self.low, middle), Span(middle, self.high)


def span_of(window: Window) -> Span:
    """All that may stand in the window. A field of type `date` has no hour and no zone: the server
    puts it at midnight in UTC, so the local hours of both ends are asked for too."""
    low = min(window.start.astimezone(UTC), window.start.replace(tzinfo=UTC))
    high = max(window.end.astimezone(UTC), window.end.replace(tzinfo=UTC))
    if high.microsecond:
        high += SECOND
    return Span(low.replace(microsecond=0), high.replace(microsecond=0))


def span_in(words: str) -> Span | None:
    """The span that a clause asks for; None where it asks for all."""
    found = TIMES.search(words)
    return Span(*(datetime.fromisoformat(one) for one in found.groups())) if found else None


def zone_of(window: Window) -> str:
    """The zone in which the server groups by day and writes its times."""
    zone = window.start.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


@dataclass(frozen=True)
class Question:
    """What a feed asks of a dataset. `fields`: name → type, as the dataset is described."""

    query: Query
    fields: Mapping[str, str]
    zone: str

    @property
    def is_grouped(self) -> bool:
        return bool(self.query.option("group_by"))

    @property
    def can_be_cut(self) -> bool:
        """A group that is cut would be given twice, each time with a part of its sum."""
        return bool(self.query.option("time_field")) and not self.is_grouped

    @property
    def is_by_time(self) -> bool:
        """Whether the rows of a longer span are those of a shorter one and others: sums are not,
        unless their groups are of a time each."""
        field = re.escape(self.query.option("time_field"))
        groups = _listed(self.query.option("group_by"))
        return not groups or any(re.search(rf"(?<!\w){field}(?!\w)", one) for one in groups)

    def words(self, span: Span) -> dict[str, str]:
        """Those that both the export and the records understand. Raises OptionsError."""
        option = self.query.option
        clauses = [_times(option("time_field"), span), option("where"), _area(self)]
        asked = {
            "select": option("select"),
            "where": " AND ".join(f"({clause})" for clause in clauses if clause),
            "group_by": option("group_by"),
            "timezone": self.zone,
        }
        return {name: text for name, text in asked.items() if text}


def is_by_page(query: Query) -> bool:
    return bool(query.options.get("records")) or bool(query.option("group_by"))


def order(query: Query) -> list[str]:
    """What names a row, by which pages are ordered. Raises OptionsError."""
    groups = [AN_ALIAS.split(one)[-1] for one in _listed(query.option("group_by"))]
    names = groups or _listed(query.option("order_by"))
    if not names:
        raise OptionsError("records are asked page by page: `order_by` says what names a record")
    return names


def ordered_by(names: Sequence[str]) -> str:
    return ", ".join(names)


def _times(field: str, span: Span) -> str:
    """A date field refuses to be compared to a text: the instants are date literals."""
    if not field:
        return ""
    name = "`{}`".format(field.replace("`", "\\`"))
    low, high = (f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (span.low, span.high))
    return f"{name} >= date'{low}' AND {name} < date'{high}'"


def _area(question: Question) -> str:
    area = question.query.options.get("area", "")
    if isinstance(area, str):
        return area
    if not isinstance(area, list) or len(area) != 4:
        raise OptionsError("`area` is west, south, east, north, or a clause")
    try:
        west, south, east, north = (float(one) for one in area)
    except (TypeError, ValueError) as error:
        raise OptionsError(f"`area`: {error}") from error
    # the server wants the latitude before the longitude
    return f"in_bbox(`{_place(question.fields)}`, {south}, {west}, {north}, {east})"


def _place(fields: Mapping[str, str]) -> str:
    for kind in PLACES:
        for name, one in fields.items():
            if one == kind:
                return name
    raise OptionsError("`area`: the dataset has no field that is a place")


def _listed(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]
