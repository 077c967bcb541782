"""The part of ODSQL that the replica of Opendatasoft understands: conditions, values, sums."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKEN = re.compile(
    r"""\s*(?:(?P<date>date'[^']*')|(?P<text>"[^"]*"|'[^']*')|(?P<quoted>`[^`]*`)
    |(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<sign>>=|<=|!=|[=<>(),*]))""",
    re.VERBOSE,
)
COMPARE: dict[str, Callable] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}
KINDS = {"date": "date", "datetime": "date", "int": "number", "double": "number"}
SUMS = ("sum", "count", "max", "min", "avg")
FORMATS = {"yyyy-MM-dd": "%Y-%m-%d", "yyyy-MM": "%Y-%m", "yyyy": "%Y"}
Record = Mapping[str, object]


class OdsqlError(Exception):
    """A clause that is refused: `code` and the message of the answer 400."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Value:
    """Something that a record has: its kind, what it is called, and how it is had."""

    kind: str
    name: str
    of: Callable[[Record], object]


@dataclass
class Clause:
    """One clause being read. `fields`: name → type of the dataset; `zone`: of days and years."""

    text: str
    fields: Mapping[str, str]
    zone: ZoneInfo

    def __post_init__(self) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while self.text[place:].strip():
            found = TOKEN.match(self.text, place)
            if found is None:
                raise OdsqlError("ODSQLError", f"Clause cannot be read: {self.text[place:]}")
            self.tokens.append((found.lastgroup or "", found.group(found.lastgroup or 0)))
            place = found.end()
        self.place = 0

    def condition(self) -> Callable[[Record], bool]:
        found = self._either()
        if self.place < len(self.tokens):
            raise self.wrong()
        return found

    def listed(self, one: Callable[[], Value]) -> list[Value]:
        """Values separated by commas, each perhaps under another name."""
        found = [self._named(one())]
        while self.takes(","):
            found.append(self._named(one()))
        if self.place < len(self.tokens):
            raise self.wrong()
        return found

    def _named(self, value: Value) -> Value:
        if self.takes("as"):
            return Value(value.kind, self.take("word", "quoted").strip("`"), value.of)
        return value

    def _either(self) -> Callable[[Record], bool]:
        found = self._both()
        while self.takes("or"):
            found = _joined(any, found, self._both())
        return found

    def _both(self) -> Callable[[Record], bool]:
        found = self._single()
        while self.takes("and"):
            found = _joined(all, found, self._single())
        return found

    def _single(self) -> Callable[[Record], bool]:
        if self.takes("("):
            found = self._either()
            self.take_sign(")")
            return found
        if self.takes("in_bbox"):
            return self._in_bbox()
        return self._comparison()

    def _comparison(self) -> Callable[[Record], bool]:
        left = self.value()
        sign = self.take("sign")
        right = self.value()
        if sign not in COMPARE:
            raise self.wrong()
        if left.kind != right.kind:
            raise OdsqlError(
                "IncompatibleTypesInComparisonFilter",
                f"Cannot compare field {left.name} ({left.kind}) to a {right.kind}",
            )
        compare = COMPARE[sign]

        def found(record: Record) -> bool:
            a, b = left.of(record), right.of(record)
            return a is not None and b is not None and compare(a, b)

        return found

    def _in_bbox(self) -> Callable[[Record], bool]:
        self.take_sign("(")
        place = self.field()
        numbers = []
        for _ in range(4):
            self.take_sign(",")
            numbers.append(float(self.take("number")))
        self.take_sign(")")
        south, west, north, east = numbers

        def found(record: Record) -> bool:
            point = record.get(place.name)
            return (
                isinstance(point, dict)
                and south <= point["lat"] <= north
                and west <= point["lon"] <= east
            )

        return found

    def value(self) -> Value:
        """A literal, a field, or a function of a date."""
        kind, text = self.peek()
        if kind in {"date", "text", "number"}:
            self.place += 1
            literal = self._literal(kind, text)
            return Value(kind, text, lambda _record: literal)
        if kind == "word" and self.peek(1)[1] == "(":
            return self._function()
        return self.field()

    def _literal(self, kind: str, text: str) -> object:
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1]
        return instant(text[5:-1], self.zone)

    def field(self) -> Value:
        name = self.take("word", "quoted").strip("`")
        if name not in self.fields:
            raise OdsqlError("ODSQLError", f"Unknown field: {name}")
        kind = KINDS.get(self.fields[name], "text")
        if kind == "date":
            return Value(kind, name, lambda record: moment(record.get(name)))
        return Value(kind, name, lambda record: record.get(name))

    def _function(self) -> Value:
        name = self.take("word").lower()
        self.take_sign("(")
        field = self.field()
        shape = "%Y"
        if name == "date_format":
            self.take_sign(",")
            shape = FORMATS[self.take("text")[1:-1]]
        elif name != "year":
            raise OdsqlError("ODSQLError", f"Unknown function: {name}")
        self.take_sign(")")

        def found(record: Record) -> object:
            value = field.of(record)
            text = value.astimezone(self.zone).strftime(shape) if value else None
            return int(text) if name == "year" and text else text

        return Value("number" if name == "year" else "text", f"{name}({field.name})", found)

    def total(self) -> Value:
        """A field, or a sum over the records of a group: then `of` is given the group."""
        name = self.peek()[1].lower()
        if name not in SUMS or self.peek(1)[1] != "(":
            return self.value()
        self.place += 1
        self.take_sign("(")
        if self.takes("*"):
            self.take_sign(")")
            return Value("sum", f"{name}(*)", len)
        field = self.field()
        self.take_sign(")")
        return Value("sum", f"{name}({field.name})", lambda group: _sum(name, map(field.of, group)))

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else ("end", "")

    def takes(self, text: str) -> bool:
        kind, found = self.peek()
        if kind in {"word", "sign"} and found.lower() == text:
            self.place += 1
            return True
        return False

    def take(self, *kinds: str) -> str:
        kind, text = self.peek()
        if kind not in kinds:
            raise self.wrong()
        self.place += 1
        return text

    def take_sign(self, sign: str) -> None:
        if not self.takes(sign):
            raise self.wrong()

    def wrong(self) -> OdsqlError:
        return OdsqlError("ODSQLError", f"Syntax error at {self.peek()[1]!r} in: {self.text}")


def instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise OdsqlError("ODSQLError", f"Invalid date: {text}") from error
    return found if found.tzinfo else found.replace(tzinfo=zone)


def moment(value: object) -> datetime | None:
    """A field of type `date` is at midnight in UTC."""
    if isinstance(value, datetime):
        return value
    return (
        datetime(value.year, value.month, value.day, tzinfo=UTC)
        if isinstance(value, date)
        else None
    )


def _joined(how: Callable, *parts: Callable[[Record], bool]) -> Callable[[Record], bool]:
    return lambda record: how(part(record) for part in parts)


def _sum(name: str, values: Iterable[object]) -> object:
    given = [value for value in values if value is not None]
    if name == "count":
        return len(given)
    if not given:
        return None
    return (
        sum(given) / len(given)
        if name == "avg"
        else {"sum": sum, "max": max, "min": min}[name](given)
    )
