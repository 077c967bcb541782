"""From an answer of the SensorThings API to datastreams and rows of observations."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from indicators.connectors.base import Answer, OptionsError, Row, Rows, WrongShapeError
from indicators.connectors.json_answers import json_object

OF = "datastream"  # header of an answer: the key of the datastream that its observations are of
ASKED = ("id", "phenomenonTime", "resultTime", "result", "resultQuality")
FIELDS = {
    "id": "identifier of the observation",
    "phenomenonTime": "instant",
    "phenomenonEnd": "instant, where the time is an interval",
    "resultTime": "instant",
    "result": "any",
    "resultQuality": "any",
    "datastream": "identifier of the datastream",
    "datastream_name": "text",
    "unit": "text",
}
PATH = re.compile(r"(.+/)?Datastreams(\([^/?#]+\))?")
TOP = re.compile(r"((?:\$|%24)top=)(\d+)")
SMALLEST = 20  # a page of so few is not what is too big


@dataclass(frozen=True)
class Datastream:
    """`key`: its identifier as it is written in an address, 12 or 'abc'. `last`: when its latest
    result came, where the service says it."""

    key: str
    id: object
    name: str
    unit: str
    last: datetime | None


def path(collection: str) -> str:
    """Raises OptionsError if these are not datastreams."""
    told = collection.strip("/")
    if not PATH.fullmatch(told):
        raise OptionsError(f"{collection!r} is not Datastreams, nor Datastreams(…)")
    return told


def datastreams(answer: Answer) -> list[Datastream]:
    """Of a list of them, or of one alone."""
    document = json_object(answer)
    value = document.get("value", [document])
    if not isinstance(value, list):
        raise WrongShapeError(f"{answer.url}: no datastream")
    return [_datastream(one, answer.url) for one in value]


def title(found: Iterable[Datastream]) -> str:
    return ", ".join(dict.fromkeys(one.name for one in found))[:200]


def observations(answer: Answer) -> Rows:
    """As received, with the names of the standard, from either form of answer."""
    value = json_object(answer).get("value")
    if not isinstance(value, list):
        raise WrongShapeError(f"{answer.url}: no list of observations")
    return tuple(row for one in value for row in _observations(one, answer.url))


def rows(answer: Answer, of: Datastream, seen: set[str]) -> Rows:
    """One row for each observation that is not in `seen` yet, to which it is added."""
    found: list[Row] = []
    for one in observations(answer):
        key = json.dumps(one["id"])
        if key not in seen:
            seen.add(key)
            found.append(_row(one, of))
    return tuple(found)


def next_link(answer: Answer) -> str | None:
    """None after a page without rows: some services have a next link for ever."""
    document = json_object(answer)
    link = document.get("@iot.nextLink")
    return str(link) if link and document.get("value") else None


def has_data_arrays(answer: Answer) -> bool:
    settings = json_object(answer).get("serverSettings")
    told = settings.get("conformance") if isinstance(settings, dict) else None
    return any("data-array" in str(one) for one in told) if isinstance(told, list) else False


def top(url: str) -> str:
    """How many rows an address asks for, "" if it does not say."""
    found = TOP.search(url)
    return found[2] if found else ""


def smaller(url: str) -> str | None:
    """The same address for a fifth of the rows; None where so few are asked for that the fault
    must be another."""
    few = int(top(url) or 0) // 5
    return TOP.sub(rf"\g<1>{few}", url) if few >= SMALLEST else None


def _datastream(one: object, url: str) -> Datastream:
    if not isinstance(one, dict) or "@iot.id" not in one:
        raise WrongShapeError(f"{url}: a datastream without @iot.id")
    name = one["@iot.id"]
    key = str(name) if isinstance(name, int) else "'" + str(name).replace("'", "''") + "'"
    return Datastream(key, name, str(one.get("name") or ""), _unit(one), _last(one))


def _unit(one: Mapping[str, object]) -> str:
    unit = one.get("unitOfMeasurement")
    return str(unit.get("symbol") or unit.get("name") or "") if isinstance(unit, dict) else ""


def _last(one: Mapping[str, object]) -> datetime | None:
    """The end of the interval of its results."""
    told = one.get("resultTime") or one.get("phenomenonTime")
    try:
        moment = datetime.fromisoformat(str(told).rpartition("/")[2])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _observations(one: object, url: str) -> list[Row]:
    """One observation, or a group of them as an array."""
    if not isinstance(one, dict):
        raise WrongShapeError(f"{url}: an observation that is no object")
    if "dataArray" in one:
        return _of_array(one, url)
    if "@iot.id" not in one:
        raise WrongShapeError(f"{url}: an observation without @iot.id")
    return [{**one, "id": one["@iot.id"]}]


def _of_array(group: Mapping[str, object], url: str) -> list[Row]:
    names, lines = group.get("components"), group.get("dataArray")
    if not isinstance(names, list) or not isinstance(lines, list):
        raise WrongShapeError(f"{url}: a data array without components")
    names = ["id" if name == "@iot.id" else str(name) for name in names]
    if "id" not in names or not all(_fits(line, names) for line in lines):
        raise WrongShapeError(f"{url}: a data array that is not as its components say")
    return [dict(zip(names, line, strict=True)) for line in lines]


def _fits(line: object, names: list[str]) -> bool:
    return isinstance(line, list) and len(line) == len(names)


def _row(one: Row, of: Datastream) -> Row:
    start, _, end = str(one.get("phenomenonTime") or "").partition("/")
    return {
        **{name: one.get(name) for name in ASKED},
        "phenomenonTime": start,
        "phenomenonEnd": end or None,
        "datastream": of.id,
        "datastream_name": of.name,
        "unit": of.unit,
    }
