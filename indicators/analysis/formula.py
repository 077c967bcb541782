"""Formulas over indicators: read from a text, written back in words, computed. Pure functions.

    expression = term (("+" | "-") term)*
    term       = factor (("*" | "/") factor)*
    factor     = "-" factor | number | name | function "(" expression ("," expression)* ")"
               | "(" expression ")"

Nothing else is read, and nothing is ever executed: the text becomes a small tree, which
`compute` walks. Unknown is never zero: what one input lacks, the result lacks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portfolio.results import Unknown

LONGEST = 500  # characters
DEEPEST = 40  # parentheses within each other
LONGEST_NAME = 40
LARGEST = 1e15  # as of measures: beyond it a float no longer counts by ones
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?|\.\d+)"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign>[-+*/(),×÷−]))"
)
PLAIN = {"×": "*", "÷": "/", "−": "-"}  # as people write them
FUNCTIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "min": min, "max": max, "sum": math.fsum,
    "mean": lambda values: math.fsum(values) / len(values),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Negative:
    of: Node


@dataclass(frozen=True)
class Binary:
    """`sign` is one of + - * /."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """`function` is one of FUNCTIONS."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Negative | Binary | Call


class FormulaError(ValueError):
    """The text is no formula. `code` says why, `at` where (a place in the text, from 0), `found`
    what stands there.

    Codes: EMPTY, TOO_LONG, TOO_DEEP, UNREADABLE, UNEXPECTED, UNFINISHED, UNKNOWN_FUNCTION,
    LONG_NAME, BIG_NUMBER.
    """

    def __init__(self, code: str, at: int = 0, found: str = "") -> None:
        super().__init__(f"{code} at {at}: {found}")
        self.code, self.at, self.found = code, at, found


@dataclass(frozen=True)
class _Token:
    kind: str  # number, name, sign, or end
    text: str
    at: int


def parse(text: str) -> Node:
    """The tree of a formula. Raises FormulaError, and nothing else, on any text."""
    if not text.strip():
        raise FormulaError("EMPTY")
    if len(text) > LONGEST:
        raise FormulaError("TOO_LONG", LONGEST)
    reader = _Reader(list(_tokens(text)))
    node = reader.expression(0)
    reader.expect("end")
    return node


def names(node: Node) -> tuple[str, ...]:
    """The names that a formula uses, in their order, each one once."""
    found = dict.fromkeys(one.name for one in walk(node) if isinstance(one, Name))
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, from left to right."""
    yield node
    for below in _below(node):
        yield from walk(below)


def compute(node: Node, values: Mapping[str, float | Unknown]) -> float | Unknown:
    """The value of a formula. Unknown("INPUT_MISSING") where an input that it uses is not known,
    Unknown("DIVISION_BY_ZERO"), Unknown("OVERFLOW") beyond what can be counted."""
    if any(isinstance(values[name], Unknown) for name in names(node)):
        return Unknown("INPUT_MISSING")
    known = {name: value for name, value in values.items() if not isinstance(value, Unknown)}
    try:
        found = _value(node, known)
    except ZeroDivisionError:
        return Unknown("DIVISION_BY_ZERO")
    except (OverflowError, ValueError):  # fsum refuses infinities
        return Unknown("OVERFLOW")
    return found if abs(found) <= LARGEST else Unknown("OVERFLOW")  # NaN is not below it either


def plainly(value: float) -> str:
    """A number as it is written in a formula."""
    return f"{value:.15g}"


def in_words(node: Node, told: Mapping[str, str], figure: Callable[[float], str] = plainly) -> str:
    """The formula as people read it: names and functions replaced by what `told` says of them, × ÷ −
    for signs; `figure` writes numbers."""
    return _Writer(told, figure).words(node, 0)


class _Reader:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._next
        self._place += token.kind != "end"
        return token

    def expect(self, kind: str, text: str = "") -> None:
        token = self._take()
        if token.kind != kind or (text and token.text != text):
            raise FormulaError("UNFINISHED" if token.kind == "end" else "UNEXPECTED", token.at,
                               token.text)  # fmt: skip

    def expression(self, depth: int) -> Node:
        return self._chain("+-", self._term, depth)

    def _term(self, depth: int) -> Node:
        return self._chain("*/", self._factor, depth)

    def _chain(self, signs: str, part: Callable[[int], Node], depth: int) -> Node:
        """Parts joined by those signs, from left to right: each adds to the depth of the tree."""
        node = part(depth)
        while self._next.kind == "sign" and self._next.text in signs:
            sign = self._take().text
            node = Binary(sign, node, part(depth))
        return node

    def _factor(self, depth: int) -> Node:
        token = self._take()
        if depth > DEEPEST:
            raise FormulaError("TOO_DEEP", token.at)
        if token.kind == "number":
            return Number(_number(token))
        if token.kind == "name":
            return self._named(token, depth)
        if token.text == "-":
            return Negative(self._factor(depth + 1))
        if token.text == "(":
            node = self.expression(depth + 1)
            self.expect("sign", ")")
            return node
        code = "UNFINISHED" if token.kind == "end" else "UNEXPECTED"
        raise FormulaError(code, token.at, token.text)

    def _named(self, token: _Token, depth: int) -> Node:
        is_call = self._next.text == "("
        if is_call and token.text not in FUNCTIONS:
            raise FormulaError("UNKNOWN_FUNCTION", token.at, token.text)
        if not is_call and token.text in FUNCTIONS:
            raise FormulaError("UNFINISHED", token.at + len(token.text), token.text)
        if len(token.text) > LONGEST_NAME:
            raise FormulaError("LONG_NAME", token.at, token.text[:LONGEST_NAME])
        return self._call(token.text, depth) if is_call else Name(token.text)

    def _call(self, function: str, depth: int) -> Call:
        self.expect("sign", "(")
        arguments = [self.expression(depth + 1)]
        while self._next.text == ",":
            self._take()
            arguments.append(self.expression(depth + 1))
        self.expect("sign", ")")
        return Call(function, tuple(arguments))


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        if found is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise FormulaError("UNREADABLE", at, text[at : at + 1])
        kind = str(found.lastgroup)
        written = found[kind]
        yield _Token(kind, PLAIN.get(written, written), found.start(kind))
        place = found.end()
    yield _Token("end", "", end)


def _number(token: _Token) -> float:
    value = float(token.text)
    if value > LARGEST:
        raise FormulaError("BIG_NUMBER", token.at, token.text[:LONGEST_NAME])
    return value


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case Negative(of):
            return (of,)
        case Binary(_, left, right):
            return left, right
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def _value(node: Node, known: Mapping[str, float]) -> float:
    match node:
        case Number(value):
            return value
        case Name(name):
            return known[name]
        case Negative(of):
            return -_value(of, known)
        case Call(function, arguments):
            return FUNCTIONS[function]([_value(one, known) for one in arguments])
        case Binary(sign, left, right):
            return _joined(sign, _value(left, known), _value(right, known))


def _joined(sign: str, left: float, right: float) -> float:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else left / right


STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


class _Writer:
    def __init__(self, told: Mapping[str, str], figure: Callable[[float], str]) -> None:
        self._told, self._figure = told, figure

    def words(self, node: Node, around: int) -> str:
        """`around`: how strongly what stands around it binds; parentheses where it binds less."""
        match node:
            case Number(value):
                return self._figure(value)
            case Name(name):
                return self._told.get(name, name)
            case Negative(of):
                return f"−{self.words(of, 3)}"
            case Call(function, arguments):
                inner = ", ".join(self.words(one, 0) for one in arguments)
                return f"{self._told.get(function, function)}({inner})"
            case Binary(sign, left, right):
                own = STRENGTH[sign]
                text = f"{self.words(left, own)} {SIGNS[sign]} {self.words(right, own + 1)}"
                return f"({text})" if own < around else text
