"""From the answers of Explore v2.1 to rows, and from its refusals to their names."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from indicators.connectors.base import (
    Answer,
    BusyError,
    HttpStatusError,
    Listed,
    MissingCollectionError,
    OptionsError,
    QueryRefusedError,
    Row,
    Rows,
    SourceError,
    WrongShapeError,
)
from indicators.connectors.http import Refusal
from indicators.connectors.json_answers import json_lines, json_object, json_said

BATCH = 20_000  # rows of an export that are in memory at a time
NAMED = {
    400: QueryRefusedError,
    401: HttpStatusError,
    403: HttpStatusError,
    404: MissingCollectionError,
}


@dataclass(frozen=True)
class Dataset:
    """What the catalogue says of a dataset. `processed_at` is when its data last changed; the
    `modified` of its card is typed by hand, and may not move with the data."""

    title: str
    licence: str
    processed_at: datetime | None
    count: int | None
    fields: Mapping[str, str]
    units: Mapping[str, str]

    @property
    def token(self) -> str:
        return f"{self.processed_at.isoformat() if self.processed_at else ''}/{self.count}"


def listed(answer: Answer) -> list[Listed]:
    """The datasets of a page of the catalogue. Raises WrongShapeError."""
    told = json_object(answer).get("results")
    if not isinstance(told, list):
        raise WrongShapeError(f"{answer.url}: no list of datasets")
    found = [one for one in told if isinstance(one, dict) and one.get("dataset_id")]
    return [
        Listed(str(one["dataset_id"]), str(_inner(one, "metas", "default").get("title") or ""))
        for one in found
    ]


def dataset(answer: Answer) -> Dataset:
    """Raises SourceError if the answer is not the card of a dataset."""
    document = json_object(answer)
    fields = document.get("fields")
    if not isinstance(fields, list):
        raise WrongShapeError(f"{answer.url}: no fields")
    named = [one for one in fields if isinstance(one, dict) and one.get("name")]
    card = _inner(document, "metas", "default")
    count = card.get("records_count")
    return Dataset(
        title=str(card.get("title") or document.get("dataset_id") or ""),
        licence=str(card.get("license") or ""),
        processed_at=_instant(card.get("data_processed")),
        count=count if isinstance(count, int) else None,
        fields={str(one["name"]): str(one.get("type") or "") for one in named},
        units={str(one["name"]): unit for one in named if (unit := _unit(one))},
    )


def records(answer: Answer) -> Rows:
    """The rows of a page. `total_count` is never read: it is wrong for groups."""
    results = json_object(answer).get("results")
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise WrongShapeError(f"{answer.url}: no results")
    return tuple(results)


def exported(answer: Answer) -> Iterator[Rows]:
    """The rows of an export, one a line, a batch at a time."""
    lines = json_lines(answer)
    while batch := tuple(islice(lines, BATCH)):
        yield batch


def keys(rows: Rows, names: Sequence[str]) -> Iterator[str]:
    """What names each row. Raises OptionsError where a row lacks one of `names`."""
    for row in rows:
        missing = [name for name in names if name not in row]
        if missing:
            raise OptionsError(f"`select` leaves out {missing[0]}, by which records are ordered")
        yield whole({name: row[name] for name in names})


def whole(row: Row) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)


def refusal(refused: Refusal) -> SourceError | None:
    """The name of a refusal, in the words of the source: a 400 names the field at fault."""
    said = json_said(refused.body)
    words = [
        str(said[one]) for one in ("error_code", "message", "errorcode", "error") if one in said
    ]
    text = f"{refused.url} answered {refused.status}: {': '.join(words)[:500]}"
    if refused.status == 429:
        return BusyError(text, _wait(refused, said))
    kind = NAMED.get(refused.status)
    return kind(text) if kind else None


def _wait(refused: Refusal, said: Mapping[str, object]) -> float | None:
    """Seconds until the quota is whole again, by the clock of the source itself."""
    asked = refused.headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return float(asked)
    reset = _instant(said.get("reset_time"))
    try:
        now = parsedate_to_datetime(refused.headers.get("date", ""))
    except ValueError:
        return None
    return max(0.0, (reset - _aware(now)).total_seconds()) if reset else None


def _instant(value: object) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(str(value)))
    except ValueError:
        return None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unit(field: Mapping[str, object]) -> str:
    return str(_inner(field, "annotations").get("unit") or "")


def _inner(document: Mapping[str, object], *names: str) -> Mapping[str, object]:
    found: object = document
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
