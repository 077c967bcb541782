"""From the answers of the tabular API to rows, and from its refusals to their names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from indicators.connectors.base import (
    Answer,
    HttpStatusError,
    MissingCollectionError,
    QueryRefusedError,
    Rows,
    SourceError,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.http import Refusal
from indicators.connectors.json_answers import json_object, json_said

OF_THE_PAGE = {"page", "page_size"}  # words that may differ from one page to the next
NAMED = {
    400: QueryRefusedError,
    403: HttpStatusError,
    404: MissingCollectionError,
    410: MissingCollectionError,  # the file was withdrawn, or is no table
}


@dataclass(frozen=True)
class Resource:
    """A published file. `parsed_at` is when the service last made a table of it."""

    title: str
    parsed_at: datetime | None
    token: str


def resource(answer: Answer) -> Resource:
    """Raises SourceError if the answer does not describe a resource."""
    document = json_object(answer)
    made = document.get("created_at")
    if not isinstance(made, str):
        raise WrongShapeError(f"{answer.url}: no created_at")
    name = urlsplit(str(document.get("url") or "")).path.rsplit("/", 1)[-1]
    return Resource(name, _instant(made), made)


def field_types(answer: Answer) -> dict[str, str]:
    """Column → type, from what the service guessed of the file."""
    profile = json_object(answer).get("profile")
    if not isinstance(profile, dict):
        raise WrongShapeError(f"{answer.url}: no profile")
    columns = profile.get("columns")
    if isinstance(columns, dict):
        return {str(name): _type(one) for name, one in columns.items()}
    header = profile.get("header")
    return {str(name): "" for name in header} if isinstance(header, list) else {}


def rows(answer: Answer) -> Rows:
    """Raises SourceError if the answer is no page of rows."""
    data = json_object(answer).get("data")
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise WrongShapeError(f"{answer.url}: no data")
    return tuple(data)


def next_link(answer: Answer) -> str:
    """ "" on the last page."""
    links = json_object(answer).get("links")
    link = links.get("next") if isinstance(links, dict) else None
    return str(link or "")


def keys(found: Rows, names: Sequence[str]) -> Iterator[str]:
    """What names each row: the first of `names` that it has. Raises WrongShapeError."""
    for row in found:
        given = [name for name in names if name in row]
        if not given:
            raise WrongShapeError(f"a row without {' or '.join(names)}")
        yield f"{given[0]}={row[given[0]]!r}"


def check_question(asked: str, following: str) -> None:
    """The service drops from its link every word that starts like `page`, such as a filter on a
    column named page_date. Raises WrongShapeError where the next page answers another question."""
    lost = _question(asked) - _question(following)
    if lost:
        raise WrongShapeError(
            f"the next page forgets {', '.join(sorted(name for name, _ in lost))}"
        )


def refusal(refused: Refusal) -> SourceError | None:
    """The name of a refusal, in the words of the service."""
    kind = NAMED.get(refused.status)
    errors = json_said(refused.body).get("errors")
    said = "; ".join(map(_said, errors)) if isinstance(errors, list) else ""
    return kind(f"{refused.url} answered {refused.status}: {said[:500]}") if kind else None


def _said(error: object) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    detail = error.get("detail")
    if isinstance(detail, Mapping):
        detail = detail.get("message")
    return f"{error.get('title')}: {detail}"


def _question(url: str) -> set[tuple[str, str]]:
    words = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return {word for word in words if word[0] not in OF_THE_PAGE}


def _type(column: object) -> str:
    if not isinstance(column, Mapping):
        return ""
    return str(column.get("python_type") or column.get("format") or "")


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
