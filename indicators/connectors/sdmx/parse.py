"""From SDMX-ML messages to rows."""

import io
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import sdmx

from indicators.connectors.base import (
    Answer,
    MissingCollectionError,
    QueryRefusedError,
    Rows,
    SourceError,
    TooBigError,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.http import Refusal
from indicators.connectors.xml_answers import local_name, xml_root

TIME, VALUE, STATUS = "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"
EMPTY = {"", "NaN", ":"}  # ways to write that there is no value
# codes of the standard, and 413 that Eurostat writes into a footer with status 200
TOO_BIG, NOTHING = {"130", "413", "510"}, {"100"}
KINDS = {"GenericData", "StructureSpecificData", "Structure"}
LANGUAGES = ("fr", "en")


def check(answer: Answer) -> None:
    """Raises SourceError where the message is cut short, is another thing, or tells a fault."""
    messages: list[Element] = []

    def visit(element: Element, depth: int) -> bool:
        name = local_name(element)
        is_fault = name == "ErrorMessage" or (name == "Message" and "code" in element.attrib)
        if is_fault:
            messages.append(element)
        # what a message says is inside it: only what is no part of one is forgotten
        return depth > 1 and not is_fault and name not in {"Text", "Footer"}

    root = xml_root(answer, visit)
    kind = local_name(root)
    for message in messages:
        _judge(answer, message, is_error=kind == "Error")
    if kind not in KINDS:
        raise WrongShapeError(f"{answer.url}: {kind} is no message of SDMX 2.1")


def refused(refusal: Refusal) -> SourceError | None:
    """What a service says in the body of an error, if it is a message of SDMX."""
    if refusal.status == 429 or refusal.status >= 500:
        return None  # it passes: its own words would end the tries
    try:
        check(Answer(refusal.url, refusal.headers.get("content-type", ""), refusal.body))
    except (MissingCollectionError, QueryRefusedError, TooBigError) as error:
        return error
    except SourceError:
        pass
    return None


def rows(answer: Answer) -> Rows:
    """One an observation: its dimensions and attributes as texts, OBS_VALUE (null where there is
    none) and OBS_STATUS. Every row has every field. Raises SourceError."""
    message = _message(answer)
    if not isinstance(message, sdmx.message.DataMessage):
        raise WrongShapeError(f"{answer.url}: a message without data")
    found = [_row(one) for dataset in message.data for one in dataset.obs]
    names = dict.fromkeys(name for row in found for name in row)
    return tuple({name: row.get(name) for name in names} for row in found)


def flow(answer: Answer, identifier: str) -> Any:
    """The dataflow of a message of structures. Raises SourceError."""
    for one in _structures(answer).dataflow.values():
        if one.id == identifier:
            return one
    raise MissingCollectionError(f"{answer.url}: no dataflow {identifier}")


def title(flow: Any) -> str:
    names: dict[str, str] = dict(flow.name.localizations) if flow.name else {}
    told = [names[one] for one in LANGUAGES if one in names]
    return next(iter([*told, *names.values()]), flow.id)


def updated_at(flow: Any) -> datetime | None:
    """When its data changed, which Eurostat says in an annotation."""
    for note in flow.annotations:
        if "UPDATE_DATA" in {note.type, note.id}:
            return _instant(str(note.title or note.text or ""))
    return None


def field_types(answer: Answer) -> dict[str, str]:
    """Field name → what it is, of the first data structure of the message; none if it has none."""
    for one in _structures(answer).structure.values():
        kinds = {"dimension": one.dimensions, "attribute": one.attributes, "measure": one.measures}
        return {part.id: kind for kind, parts in kinds.items() for part in parts.components}
    return {}


def _structures(answer: Answer) -> Any:
    message = _message(answer)
    if not isinstance(message, sdmx.message.StructureMessage):
        raise WrongShapeError(f"{answer.url}: a message without structures")
    return message


def _message(answer: Answer) -> Any:
    check(answer)
    try:
        return sdmx.read_sdmx(io.BytesIO(answer.read()))
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise WrongShapeError(f"{answer.url}: {problem[:300]}") from error


def _row(observation: Any) -> dict[str, object]:
    attributes = {name: str(one.value) for name, one in observation.attrib.items()}
    dimensions = {name: str(one.value) for name, one in observation.key.values.items()}
    told = observation.value
    value = None if told is None or str(told).strip() in EMPTY else told
    return {STATUS: None, TIME: None, **attributes, **dimensions, VALUE: value}


def _judge(answer: Answer, message: Element, *, is_error: bool) -> None:
    """Raises the fault that a message tells, if it tells one."""
    code = message.attrib.get("code", "")
    words = " ".join(text.strip() for text in message.itertext() if text.strip())
    told = f"{answer.url}: {code} {words}"[:500]
    if code in TOO_BIG:
        raise TooBigError(told)
    if is_error or message.attrib.get("severity") == "Error":
        kind: type[SourceError] = MissingCollectionError if code in NOTHING else QueryRefusedError
        raise kind(told)


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
