"""The contract of a feed: which one holds, and agreeing on another."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from jsonschema import Draft202012Validator

from indicators.analysis.contract import Contract
from indicators.models import DataContract, Feed
from indicators.services import schema_words
from portfolio.models import User

SCHEMA = Path(__file__).resolve().parent.parent / "contract.schema.json"


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def problems(document: object) -> list[tuple[str, str]]:
    """What is wrong with a contract: (place, message)."""
    errors = Draft202012Validator(schema()).iter_errors(document)
    found = [("/".join(map(str, error.path)), schema_words.in_words(error)) for error in errors]
    return sorted(found)


def current(feed: Feed) -> DataContract | None:
    """The version that holds; None where nothing was agreed on."""
    return feed.contracts.order_by("-version").first()


def terms(contract: DataContract | None) -> Contract:
    """What it says; without a contract, nothing is checked."""
    return Contract.from_json(contract.document if contract else {})


@transaction.atomic
def agree(
    *, feed: Feed, document: Mapping[str, Any], by: User | None, reason: str, at: datetime
) -> DataContract | None:
    """Add a version, if it says anything else than the one that holds. Raises ValidationError with
    the place of every problem."""
    wrong = [f"{place or '(document)'}: {message}" for place, message in problems(document)]
    if wrong:
        raise ValidationError({"document": wrong})
    Feed.objects.select_for_update().get(pk=feed.pk)
    held = current(feed)
    if held is not None and held.document == document:
        return None
    version = held.version + 1 if held else 1
    return DataContract.objects.create(
        feed=feed, version=version, document=dict(document), reason=reason, author=by, agreed_at=at
    )
