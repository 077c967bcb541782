"""Reading JSON strictly: what is not plain JSON is named, never guessed."""

import json
from collections.abc import Iterator

from indicators.connectors.base import (
    Answer,
    NotFinite,
    NotJsonError,
    SourceError,
    TooBigError,
    TruncatedError,
    WrongShapeError,
)  # fmt: skip

LONGEST_LINE = 16_000_000  # bytes


def json_object(answer: Answer) -> dict[str, object]:
    """The answer as one JSON object. Raises NotJsonError, TruncatedError, WrongShapeError."""
    document = json_document(answer)
    if not isinstance(document, dict):
        raise WrongShapeError(f"{answer.url}: a list instead of an object")
    return document


def json_document(answer: Answer) -> object:
    """The answer as JSON, read once however often it is asked for. A number that no float can
    hold is NotFinite. Raises NotJsonError, TruncatedError."""
    if "json" not in answer.parsed:
        answer.parsed["json"] = _read(answer)
    return answer.parsed["json"]


def json_lines(answer: Answer) -> Iterator[dict[str, object]]:
    """The objects of an answer that holds one a line, never all in memory. Raises NotJsonError,
    TruncatedError, TooBigError."""
    with answer.open() as file:
        for line in iter(lambda: file.readline(LONGEST_LINE), b""):
            if len(line) == LONGEST_LINE:
                raise TooBigError(f"{answer.url}: a line of {LONGEST_LINE} bytes or more")
            if text := line.strip():
                yield _line(answer, text)


def _line(answer: Answer, text: bytes) -> dict[str, object]:
    if text[:1] != b"{":
        kind = answer.content_type or "no content type"
        raise NotJsonError(f"{answer.url}: {kind}, a line starting with {text[:60]!r}")
    try:
        row: dict[str, object] = json.loads(text, parse_constant=NotFinite, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise _unreadable(answer, error, ended=text[-1:] == b"}") from error
    return row


def json_said(body: bytes) -> dict[str, object]:
    """What a source says when it refuses; nothing where that is no JSON object."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _read(answer: Answer) -> object:
    body = answer.read()
    start, end = body[:400].lstrip()[:1], body[-400:].rstrip()[-1:]
    if start not in {b"{", b"["}:
        kind = answer.content_type or "no content type"
        raise NotJsonError(f"{answer.url}: {kind}, starting with {body[:60]!r}")
    try:
        return json.loads(body, parse_constant=NotFinite, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise _unreadable(answer, error, ended=end in {b"}", b"]"}) from error


def _unreadable(answer: Answer, error: Exception, *, ended: bool) -> SourceError:
    kind = NotJsonError if ended else TruncatedError
    return kind(f"{answer.url}: {error}")


def _number(text: str) -> float | NotFinite:
    """1e400 is valid JSON and no float: kept as text, to be set aside with its row."""
    value = float(text)
    return NotFinite(text) if value in {float("inf"), float("-inf")} else value
