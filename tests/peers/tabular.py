"""A replica of data.gouv's tabular API, written from its documentation and from what its sources say
of its behaviour. It is not the real service, which needs PostgREST and the crawler that fills its
tables. Rows that the order holds equal come in another order each time, as in a database."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.fakes import Exchange, FaultServer

HOME = "/api/resources/"
MOST, USUAL = 50, 20  # rows a page
MADE = "2024-02-01T06:30:00.043492+00:00"
COMPARE: dict[str, Callable] = {
    "exact": lambda a, b: a == b,
    "less": lambda a, b: a <= b,
    "greater": lambda a, b: a >= b,
    "strictly_less": lambda a, b: a < b,
    "strictly_greater": lambda a, b: a > b,
}


class RefusedError(Exception):
    def __init__(self, status: int, title: str, detail: object) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


@dataclass
class Resource:
    """`columns`: name → type (string, int, float, date, datetime); rows hold what JSON holds."""

    columns: dict[str, str]
    rows: list[dict]
    made: str = MADE

    def __post_init__(self) -> None:
        self.rows = [{"__id": number} | row for number, row in enumerate(self.rows, start=1)]

    def value(self, column: str, written: object) -> object:
        """As the database compares it: what is compared to a day loses its hour."""
        kind = "int" if column == "__id" else self.columns.get(column)
        if kind is None:
            message = f'column "{column}" does not exist'
            raise RefusedError(400, "Database error", {"code": "42703", "message": message})
        if written is None or kind in {"string", "float"}:
            return float(written) if kind == "float" and written is not None else written
        if kind == "int":
            return int(written)
        instant = datetime.fromisoformat(str(written)).replace(tzinfo=None)
        return instant if kind == "datetime" else instant.date()


@dataclass
class Replica:
    resources: dict[str, Resource] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    server: FaultServer = field(default_factory=FaultServer)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def asked(self) -> list[dict[str, str]]:
        """The words of every page since the replica was last loaded."""
        calls = [urlsplit(one) for one in self.server.requests]
        return [dict(parse_qsl(one.query)) for one in calls if one.path.endswith("/data/")]

    def load(self, **resources: Resource) -> None:
        self.resources = resources
        self.withdrawn = set()
        self.server.requests.clear()
        self.server.faults.clear()

    def answer(self, exchange: Exchange) -> None:
        try:
            send(exchange, self._answer(exchange))
        except RefusedError as error:
            body = {"code": None, "title": error.title, "detail": error.detail}
            send(exchange, {"errors": [body]}, error.status)

    def _answer(self, exchange: Exchange) -> dict:
        path = urlsplit(exchange.handler.path).path
        name, place, *_rest = unquote(path.removeprefix(HOME)).split("/")
        if name in self.withdrawn:
            raise RefusedError(410, "Permanently gone", {"message": "parsing failed"})
        resource = self.resources.get(name)
        if resource is None or not path.startswith(HOME):
            raise RefusedError(404, "Not found", f"Resource id not found: {name}")
        if place == "":
            return {"created_at": resource.made, "url": f"http://files/{name}.csv", "links": []}
        if place == "profile":
            columns = {n: {"python_type": kind} for n, kind in resource.columns.items()}
            return {"profile": {"header": list(resource.columns), "columns": columns}}
        return self._page(exchange, resource, path)

    def _page(self, exchange: Exchange, resource: Resource, path: str) -> dict:
        words = parse_qsl(urlsplit(exchange.handler.path).query)
        page, size = (int(dict(words).get(n, d)) for n, d in (("page", 1), ("page_size", USUAL)))
        if not 1 <= size <= MOST:
            raise RefusedError(400, "Invalid query string", "Page size exceeds allowed maximum")
        rows = chosen(resource, words, exchange.number)
        offset = (page - 1) * size
        # the link drops whatever starts like `page`, filters on such columns too
        kept = [word for word in words if not word[0].startswith("page")]
        following = urlencode([*kept, ("page", page + 1), ("page_size", size)])
        link = f"{exchange.own_url}{path}?{following}"
        return {
            "data": rows[offset : offset + size],
            "links": {"next": link if offset + size < len(rows) else None, "prev": None},
            "meta": {"page": page, "page_size": size, "total": len(rows)},
        }


def chosen(resource: Resource, words: list[tuple[str, str]], seed: int) -> list[dict]:
    rows, order = list(resource.rows), ""
    random.Random(seed).shuffle(rows)
    for word, wanted in words:
        if word in {"page", "page_size"}:
            continue
        column, _, operator = word.rpartition("__")
        if operator == "sort":
            order = column
            resource.value(column, None)
        elif operator in COMPARE:
            limit = resource.value(column, wanted)
            rows = [r for r in rows if matches(resource, r, column, COMPARE[operator], limit)]
        else:
            raise RefusedError(
                400, "Invalid query string", f"argument '{word}' could not be parsed"
            )
    if order:
        rows.sort(key=lambda row: (row[order] is None, row[order]))
    return rows


def matches(resource: Resource, row: dict, column: str, compare: Callable, limit: object) -> bool:
    value = resource.value(column, row[column])
    return value is not None and compare(value, limit)


def send(exchange: Exchange, document: dict, status: int = 200) -> None:
    body = json.dumps(document).encode()
    exchange.send(body, status, {"Content-Type": "application/json; charset=utf-8"})


def table(rows: list[dict], **columns: str) -> Resource:
    """A resource of these columns; days are written as texts."""
    return Resource(
        columns,
        [
            {n: v.isoformat() if isinstance(v := row.get(n), date) else v for n in columns}
            for row in rows
        ],
    )


@contextmanager
def running() -> Iterator[Replica]:
    """The replica on loopback, for as long as the block lasts."""
    replica = Replica()
    replica.server.otherwise = replica.answer
    with replica.server:
        yield replica
