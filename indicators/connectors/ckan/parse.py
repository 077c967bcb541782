"""From an answer of CKAN's Action API to rows."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from indicators.connectors.base import (
    Answer,
    Listed,
    PageLoopError,
    QueryRefusedError,
    Rows,
    TruncatedError,
    Window,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.json_answers import json_object

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
WHOLE_NUMBERS = {"int", "int2", "int4", "int8", "numeric", "float4", "float8"}  # a year


def result(answer: Answer) -> dict[str, object]:
    """What an action gives. Raises SourceError if it did not succeed."""
    document = json_object(answer)
    found = document.get("result")
    if document.get("success") is not True or not isinstance(found, dict):
        raise WrongShapeError(f"{answer.url}: no result; error: {document.get('error')!r:.300}")
    return found


def rows(answer: Answer) -> Rows:
    """The records of a page. Raises TruncatedError where CKAN says that it left some out."""
    page = result(answer)
    if page.get("records_truncated"):
        raise TruncatedError(f"{answer.url}: records_truncated")
    records = page.get("records")
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise WrongShapeError(f"{answer.url}: no list of records")
    return tuple(records)


def listed(answer: Answer) -> list[Listed]:
    """The resources of data sets whose rows can be asked for. Raises WrongShapeError."""
    packages = result(answer).get("results")
    if not isinstance(packages, list):
        raise WrongShapeError(f"{answer.url}: no list of data sets")
    return [
        Listed(text(resource, "id"), f"{text(package, 'title')} – {text(resource, 'name')}")
        for package in packages
        if isinstance(package, dict)
        for resource in package.get("resources") or ()
        if isinstance(resource, dict) and resource.get("datastore_active")
    ]


def last_key(answer: Answer, *, after: int) -> int:
    """The `_id` of the last record, all being beyond `after` and each beyond the one before.
    Raises PageLoopError where they are not: the next page would give rows again."""
    last = after
    for record in rows(answer):
        key = record.get("_id")
        if not isinstance(key, int):
            raise WrongShapeError(f"{answer.url}: a record without _id")
        if key <= last:
            raise PageLoopError(f"{answer.url}: _id {key} after {last}")
        last = key
    return last


def field_types(answer: Answer) -> dict[str, str]:
    return {str(one["id"]): str(one.get("type") or "") for one in _fields(answer)}


def units(answer: Answer) -> dict[str, str]:
    """Where the data dictionary of the resource has a `unit`."""
    told = {str(one["id"]): one.get("info") for one in _fields(answer)}
    return {
        name: str(info["unit"])
        for name, info in told.items()
        if isinstance(info, dict) and info.get("unit")
    }


def require(name: str, types: Mapping[str, str], collection: str) -> None:
    if name not in types:
        raise QueryRefusedError(f"{collection} has no field {name}: it has {', '.join(types)}")


def bounds(kind: str, window: Window) -> dict[str, object]:
    """What a field of this type is asked to be, so that no row of the window is missed.

    A `timestamp` has no zone: local times are asked for, in the zone of the window. A `date` is
    asked for as days. A text may hold a day, a month, a quarter or a year: the months from that of
    the window's first day, to the end of its last year.
    """
    start, end = window.start, window.end
    last = (end - MOMENT).date()  # an end at midnight leaves its day out
    if kind == "timestamptz":
        return {"gte": start.isoformat(), "lt": end.isoformat()}
    if kind.startswith("timestamp"):
        return {"gte": _naive(start), "lt": _naive(end)}
    if kind == "date":
        return {"gte": start.date().isoformat(), "lt": (last + DAY).isoformat()}
    if kind in WHOLE_NUMBERS:
        return {"gte": start.year, "lt": last.year + 1}
    first = start.date() - DAY  # the day may be written in another zone
    return {"gte": _month(first), "lt": str((last + DAY).year + 1)}


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat()


def _month(day: date) -> str:
    """As the beginning of a text: a year is before its first month."""
    return f"{day:%Y}" if day.month == 1 else f"{day:%Y-%m}"


def text(document: Mapping[str, object], name: str) -> str:
    return str(document.get(name) or "")


def token(resource: Mapping[str, object]) -> str:
    return text(resource, "last_modified") or text(resource, "metadata_modified")


def changed_at(resource: Mapping[str, object]) -> datetime | None:
    """When the data changed; CKAN writes UTC without saying so."""
    try:
        moment = datetime.fromisoformat(text(resource, "last_modified"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fields(answer: Answer) -> list[Mapping[str, object]]:
    found = result(answer).get("fields")
    if not isinstance(found, list):
        raise WrongShapeError(f"{answer.url}: no list of fields")
    return [one for one in found if isinstance(one, dict) and "id" in one]
