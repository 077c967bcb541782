"""From answers of GBFS 2.x and 3.0 to rows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from indicators.connectors.asked import window_of
from indicators.connectors.base import Answer, Row, Rows, WrongShapeError
from indicators.connectors.json_answers import json_object

NAMING = ("name", "lat", "lon", "capacity", "region_id")
LATEST = 10**11  # seconds; what is larger was written in milliseconds, which no version allows
# a pull asks up to the instant it was planned for, and is carried out a little later
LATE = timedelta(minutes=15)
MOMENT = timedelta(microseconds=1)


def feeds(discovery: Answer, language: str) -> dict[str, str]:
    """Feed name → address, of the language asked for or else the first. Raises WrongShapeError."""
    data = _data(discovery)
    listed = data.get("feeds")  # 3.0; before, one list a language
    if listed is None:
        chosen = data.get(language) or next(iter(data.values()), None)
        listed = chosen.get("feeds") if isinstance(chosen, dict) else None
    if not isinstance(listed, list):
        raise WrongShapeError(f"{discovery.url}: no list of feeds")
    told = [one for one in listed if isinstance(one, dict)]
    return {str(one["name"]): str(one["url"]) for one in told if {"name", "url"} <= one.keys()}


def items(answer: Answer) -> list[dict[str, object]]:
    """The stations, vehicles, regions… of a feed, as received. Raises WrongShapeError."""
    lists = [one for one in _data(answer).values() if isinstance(one, list)]
    if len(lists) != 1:
        raise WrongShapeError(f"{answer.url}: {len(lists)} lists in its data instead of one")
    if not all(isinstance(one, dict) for one in lists[0]):
        raise WrongShapeError(f"{answer.url}: an item that is no object")
    return lists[0]


def names(information: Answer, language: str) -> dict[object, Row]:
    """Station identifier → its name, place and capacity."""
    return {one.get("station_id"): _plain(one, language) for one in items(information)}


def rows(state: Answer, named: Mapping[object, Row], language: str) -> Rows:
    """One an item, with `at` (when it last reported, or else the instant of the answer),
    `snapshot_at` (the instant of the answer) and `ttl` in seconds. Raises WrongShapeError."""
    document, end = json_object(state), window_of(state).end
    taken = _at(document.get("last_updated"), end)
    whole = {"snapshot_at": taken, "ttl": document.get("ttl")}
    found = []
    for item in items(state):
        told = _at(item["last_reported"], end) if item.get("last_reported") is not None else taken
        station = named.get(item.get("station_id"), {})
        naming = {name: station.get(name) for name in NAMING} if named else {}
        found.append({**naming, **_plain(item, language), **whole, "at": told})
    return tuple(found)


def updated_at(answer: Answer) -> datetime | None:
    return instant(json_object(answer).get("last_updated"))


def instant(told: object) -> datetime | None:
    """POSIX seconds (2.x) or RFC 3339 (3.0); None if it is neither."""
    if isinstance(told, str):
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < LATEST:
        return None
    return datetime.fromtimestamp(told, UTC)


def text(value: object, language: str) -> object:
    """A text of 3.0, given as one a language: that of the language, or else the first."""
    if not _is_localized(value):
        return value
    by_language = {one["language"]: one["text"] for one in value}
    return by_language.get(language, next(iter(by_language.values())))


def title_and_licence(system: Answer, language: str) -> tuple[str, str]:
    """Of `system_information`."""
    data = _data(system)
    licence = data.get("license_id") or data.get("license_url") or ""
    return str(text(data.get("name"), language) or ""), str(licence)


def field_types(answer: Answer) -> dict[str, str]:
    """Field name → JSON type, of the first item that gives it."""
    types: dict[str, str] = {}
    for item in items(answer):
        for name, value in item.items():
            types.setdefault(name, _type(value))
    return types


def _type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "")


def _data(answer: Answer) -> dict[str, object]:
    data = json_object(answer).get("data")
    if not isinstance(data, dict):
        raise WrongShapeError(f"{answer.url}: no object named data")
    return data


def _plain(item: Row, language: str) -> dict[str, object]:
    return {name: text(value, language) for name, value in item.items()}


def _is_localized(value: object) -> TypeGuard[list[dict[str, str]]]:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and {"text", "language"} <= one.keys() for one in value)
    )


def _at(told: object, end: datetime) -> str | None:
    """A state that changed while it was being asked for stands for the end of the window: else a
    system that dates its answers to the second would never fall into one."""
    moment = instant(told)
    if moment is None:
        return None
    if end <= moment < end + LATE:
        moment = end - MOMENT
    return moment.astimezone(UTC).isoformat()
