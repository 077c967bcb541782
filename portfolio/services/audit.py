"""The seals of the register of decisions: made, and checked one by one."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from portfolio.models import Decision, DecisionChain

FIRST = "0" * 64  # what stands before the first seal
DERIVED = "secret-key"  # the name of the key where AUDIT_KEYS gives none


class UnknownKeyError(LookupError):
    """No key of that name is in the settings."""


@dataclass(frozen=True)
class Broken:
    """What is wrong with a decision: its number (None: the register itself), and why."""

    number: int | None
    reason: str


def canonical(content: Any) -> str:
    """One text for one content: sorted keys, no blanks, text as it is."""
    return json.dumps(
        content, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def key_name(at: datetime) -> str:
    """The newest key of AUDIT_KEYS that has begun by then; without one, that of SECRET_KEY."""
    begun = [name for name in _dated() if date.fromisoformat(name) <= timezone.localdate(at)]
    return max(begun, default=DERIVED)


def seal(content: str, *, previous: str, name: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of the seal before and the content. Raises UnknownKeyError."""
    return hmac.new(_key(name), f"{previous}\n{content}".encode(), hashlib.sha256).hexdigest()


def verify() -> list[Broken]:
    """Every decision in its order: nothing where the register is whole. What follows a broken row
    is checked for itself."""
    return list(_broken())


def _broken() -> Iterator[Broken]:
    previous, expected = "", 1
    rows = Decision.objects.select_related("item", "project", "author").order_by("number")
    for decision in rows.iterator(chunk_size=200):
        if decision.number != expected:
            yield Broken(expected, "MISSING")
        elif decision.previous_seal != (previous or FIRST):
            yield Broken(decision.number, "PREVIOUS")
        if fault := _fault(decision):
            yield Broken(decision.number, fault)
        previous, expected = decision.seal, decision.number + 1
    chain = DecisionChain.objects.filter(pk=1).first()
    if (chain.length if chain else 0, chain.last_seal if chain else "") != (expected - 1, previous):
        yield Broken(None, "END")


def _fault(decision: Decision) -> str:
    """Empty where the row holds what was sealed."""
    try:
        expected = seal(decision.content, previous=decision.previous_seal, name=decision.key_name)
    except UnknownKeyError:
        return "KEY"
    if not hmac.compare_digest(expected, decision.seal):
        return "SEAL"
    if digest(decision.snapshot) != decision.sealed["snapshot_sha256"]:
        return "SNAPSHOT"
    return "COLUMNS" if columns(decision) != _sealed_columns(decision) else ""


def columns(decision: Decision) -> dict[str, Any]:
    """What the columns of a row, and the records below it, say of what was sealed."""
    conditions = decision.conditions.order_by("pk").values("text", "due_on")
    actions = decision.actions.order_by("pk").values("text", "due_on", "owner")
    return {
        "number": decision.number,
        "item": decision.item_id,
        "project": decision.project_id,
        "kind": decision.kind,
        "text": decision.text,
        "reason": decision.reason,
        "decided_at": instant(decision.decided_at),
        "author": decision.author_id,
        "snapshot_sha256": decision.snapshot_sha256,
        "conditions": [one | {"due_on": one["due_on"].isoformat()} for one in conditions],
        "actions": [one | {"due_on": one["due_on"].isoformat()} for one in actions],
    }


def _sealed_columns(decision: Decision) -> dict[str, Any]:
    sealed = decision.sealed
    told = {name: sealed.get(name) for name in columns(decision)}
    told["actions"] = [
        {name: one[name] for name in ("text", "due_on", "owner")} for one in sealed["actions"]
    ]
    return told


def _dated() -> dict[str, str]:
    """Keys by the day from which they seal, written `2026-01-01:long-random-text`."""
    pairs = [text.partition(":") for text in settings.AUDIT_KEYS]
    return {day: key for day, _colon, key in pairs}


def _key(name: str) -> bytes:
    if name == DERIVED:
        return hashlib.sha256(f"decisions:{settings.SECRET_KEY}".encode()).digest()
    if name not in _dated():
        raise UnknownKeyError(name)
    return hashlib.sha256(_dated()[name].encode()).digest()
