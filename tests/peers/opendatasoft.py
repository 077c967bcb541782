"""A replica of Opendatasoft's Explore API v2.1, written from its documentation and from recorded
answers. It is not the real server, which is closed: it holds what the tests load into it, and
enforces the documented limits. Records that nothing orders come in another order each time."""

import csv
import io
import json
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cmp_to_key
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from tests.fakes import Exchange, FaultServer
from tests.peers.odsql import Clause, OdsqlError, Value, moment

HOME = "/api/explore/v2.1/catalog/datasets/"
MOST = {False: (100, 10_000), True: (20_000, 20_000)}  # is grouped → limit, offset + limit
PROCESSED = datetime(2024, 2, 1, 6, 30, tzinfo=UTC)


@dataclass
class Dataset:
    """`fields`: name → type (text, int, double, date, datetime, geo_point_2d). Records hold dates
    and aware datetimes."""

    name: str
    fields: dict[str, str]
    records: list[dict]
    title: str = "Mesures"
    units: dict[str, str] = field(default_factory=dict)
    processed_at: datetime = PROCESSED
    key: str = ""  # an API key that is asked for

    def card(self) -> dict:
        fields = [
            {
                "name": name, "label": name, "type": kind, "description": None,
                "annotations": {"unit": self.units[name]} if name in self.units else {},
            }
            for name, kind in self.fields.items()
        ]  # fmt: skip
        return {
            "visibility": "domain", "dataset_id": self.name, "dataset_uid": "da_000000",
            "has_records": True, "features": [], "attachments": [], "alternative_exports": [],
            "data_visible": True, "fields": fields,
            "metas": {"default": {
                "title": self.title, "license": "Licence Ouverte v2.0", "language": "fr",
                "modified": "2021-12-01T10:28:26+00:00",  # typed once by hand, as in Paris
                "modified_updates_on_data_change": False,
                "data_processed": self.processed_at.isoformat(),
                "records_count": len(self.records),
            }},
        }  # fmt: skip


@dataclass
class Replica:
    """`refuse`: how many calls are answered 429, the quota being whole again after `reset`."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    refuse: int = 0
    reset: timedelta = timedelta(seconds=1)
    keys: list[str | None] = field(default_factory=list)  # Authorization of every call
    server: FaultServer = field(default_factory=FaultServer)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def asked(self) -> list[tuple[str, dict[str, str]]]:
        """Path and words of every call since the replica was last loaded."""
        calls = [urlsplit(one) for one in self.server.requests]
        return [(one.path, {k: v[0] for k, v in parse_qs(one.query).items()}) for one in calls]

    def load(self, *datasets: Dataset) -> None:
        self.datasets = {one.name: one for one in datasets}
        self.refuse = 0
        self.keys.clear()
        self.server.requests.clear()
        self.server.faults.clear()

    def answer(self, exchange: Exchange) -> None:
        self.keys.append(exchange.handler.headers["Authorization"])
        try:
            if self.refuse:
                self._too_many(exchange)
            else:
                self._answer(exchange)
        except OdsqlError as error:
            refuse(exchange, 400, error.code, error.message)

    def _too_many(self, exchange: Exchange) -> None:
        self.refuse -= 1
        reset = (datetime.now(UTC) + self.reset).isoformat(timespec="seconds")
        body = {
            "errorcode": 10002, "error": "Too many requests on the domain.", "call_limit": 5000,
            "limit_time_unit": "day", "reset_time": reset.replace("+00:00", "Z"),
        }  # fmt: skip
        send_json(exchange, body, 429)

    def _answer(self, exchange: Exchange) -> None:
        path = urlsplit(exchange.handler.path).path
        name, *rest = unquote(path.removeprefix(HOME)).strip("/").split("/")
        dataset = self.datasets.get(name) if path.startswith(HOME) else None
        if dataset is None:
            refuse(
                exchange, 404, "NotFoundResource", f"The requested dataset {name} does not exist."
            )
        elif dataset.key and not self._opens(dataset):
            refuse(exchange, 401, "AuthenticationError", "An API key is needed")
        elif not rest:
            send_json(exchange, dataset.card())
        elif rest == ["records"]:
            self._records(exchange, dataset)
        elif rest[0] == "exports" and rest[-1] in EXPORTS:
            self._export(exchange, dataset, rest[-1])
        else:
            refuse(exchange, 404, "NotFoundResource", f"{path} does not exist")

    def _opens(self, dataset: Dataset) -> bool:
        scheme, _, key = (self.keys[-1] or "").partition(" ")
        return scheme.lower() == "apikey" and key == dataset.key

    def _records(self, exchange: Exchange, dataset: Dataset) -> None:
        words = exchange.query
        limit, offset = int(words.get("limit", 10)), int(words.get("offset", 0))
        most, last = MOST["group_by" in words]
        if not -1 <= limit <= most:
            message = f"{limit} was found but -1 <= limit <= {most} is expected."
            raise OdsqlError("InvalidRESTParameterError", f"Invalid value for limit: {message}")
        if offset + limit > last:
            message = f"offset + limit should be at most {last}"
            raise OdsqlError("InvalidRESTParameterError", message)
        rows = asked(dataset, words, exchange.number)
        page = rows[offset : offset + limit]
        # a grouped total is no number of groups: a user of Paris saw 1
        total = 1 if "group_by" in words else len(rows)
        send_json(exchange, {"total_count": total, "results": page})

    def _export(self, exchange: Exchange, dataset: Dataset, shape: str) -> None:
        words = exchange.query
        rows, offset = asked(dataset, words, exchange.number), int(words.get("offset", 0))
        if offset:
            rows = rows[offset : offset + MOST[False][1]]  # an offset brings the cap back
        kind, write = EXPORTS[shape]
        exchange.send(write(rows, words), headers={"Content-Type": kind})


def asked(dataset: Dataset, words: dict[str, str], seed: int) -> list[dict]:
    """The rows that the clauses ask for, as they are written in an answer."""
    zone = ZoneInfo(words.get("timezone", "UTC"))

    def clause(name: str) -> Clause:
        return Clause(words[name], dataset.fields, zone)

    rows = list(dataset.records)
    if "where" in words:
        rows = list(filter(clause("where").condition(), rows))
    random.Random(seed).shuffle(rows)
    order = words.get("order_by", "")
    if "group_by" not in words:
        rows = ordered(rows, order, set(dataset.fields))
    if "group_by" in words or "select" in words:
        chosen = clause("select") if "select" in words else None
        values = chosen.listed(chosen.total) if chosen else []
        if "group_by" in words:
            by = clause("group_by")
            rows = grouped(rows, by.listed(by.value), values)
            rows = ordered(rows, order, {name for row in rows for name in row})
        else:
            rows = [{one.name: one.of(row) for one in values} for row in rows]
    return [
        {name: written(value, dataset.fields.get(name), zone) for name, value in row.items()}
        for row in rows
    ]


def grouped(rows: list[dict], by: list[Value], values: list[Value]) -> list[dict]:
    groups: dict[tuple, list[dict]] = {}
    for row in rows:
        groups.setdefault(tuple(one.of(row) for one in by), []).append(row)
    sums = [one for one in values if one.kind == "sum"]
    return [
        {one.name: part for one, part in zip(by, key, strict=True)}
        | {one.name: one.of(group) for one in sums}
        for key, group in groups.items()
    ]


def ordered(rows: list[dict], order: str, known: set[str]) -> list[dict]:
    """Nulls first; rows that the order holds equal stay as they came."""
    for part in reversed([one.strip() for one in order.split(",") if one.strip()]):
        name, _, way = part.removeprefix("-").partition(" ")
        if rows and name.strip("`") not in known:
            raise OdsqlError("ODSQLError", f"Unknown field: {name}")
        is_down = part.startswith("-") or way.strip().lower() == "desc"
        rows = sorted(rows, key=cmp_to_key(_compare(name.strip("`"))), reverse=is_down)
    return rows


def _compare(name: str) -> Callable[[dict, dict], int]:
    def compare(one: dict, other: dict) -> int:
        a, b = one[name], other[name]
        if a is None or b is None:
            return (a is not None) - (b is not None)
        return (a > b) - (a < b)

    return compare


def written(value: object, kind: str | None, zone: ZoneInfo) -> object:
    if isinstance(value, datetime) and kind != "date":
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return moment(value).date().isoformat()
    return value


def _jsonl(rows: list[dict], words: dict) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _csv(rows: list[dict], words: dict) -> bytes:
    text = io.StringIO()
    names = list(rows[0]) if rows else []
    writer = csv.DictWriter(text, names, delimiter=words.get("delimiter", ";"))
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


EXPORTS = {
    "json": ("application/json; charset=utf-8", lambda rows, words: json.dumps(rows).encode()),
    "jsonl": ("application/jsonl; charset=utf-8", _jsonl),
    "csv": ("text/csv; charset=utf-8", _csv),
}


def send_json(exchange: Exchange, document: object, status: int = 200) -> None:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    exchange.send(json.dumps(document).encode(), status, kind)


def refuse(exchange: Exchange, status: int, code: str, message: str) -> None:
    send_json(exchange, {"error_code": code, "message": message}, status)


@contextmanager
def running() -> Iterator[Replica]:
    """The replica on loopback, for as long as the block lasts."""
    replica = Replica()
    replica.server.otherwise = replica.answer
    with replica.server:
        yield replica


def of_rows(name: str, rows: Iterable[dict], fields: dict[str, str], **more: object) -> Dataset:
    return Dataset(name, fields, [{key: row.get(key) for key in fields} for row in rows], **more)
