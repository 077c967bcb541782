"""Formulas as code: an entry of the file of sources, to a version of the formula."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.models import Feed, FormulaInput, Indicator
from indicators.models.source import FORMULA
from indicators.queries.worksheet import Input
from indicators.services import formulas
from indicators.services.formula_checks import Draft
from portfolio.models import Zone

Entry = Mapping[str, Any]
PLACES = {"expression": "formula", "units": "formula"}


class RefusedError(Exception):
    """`told`: where in the entry, and what is wrong."""

    def __init__(self, told: list[tuple[str, str]]) -> None:
        super().__init__(f"{len(told)} problems")
        self.told = told


def reference_problems(document: Entry, indicators: Collection[str]) -> Iterator[tuple[str, str]]:
    """Codes that name nothing, written twice, or measured and computed at the same time."""
    counts = Counter(entry["indicator"] for entry in document.get("formulas", []))
    zones = set(Zone.objects.values_list("code", flat=True))
    for number, entry in enumerate(document.get("formulas", [])):
        path, code = f"formulas/{number}", entry["indicator"]
        if counts[code] > 1:
            yield f"{path}/indicator", _("%(code)s is written twice") % {"code": code}
        named = [("indicator", code, indicators)]
        for name, told in entry["inputs"].items():
            named.append((f"inputs/{name}/indicator", told["indicator"], indicators))
            named.append((f"inputs/{name}/zone", told.get("zone", ""), zones | {""}))
        for place, written, known in named:
            if written not in known:
                yield f"{path}/{place}", _("%(code)s is not known") % {"code": written}
    yield from _feed_problems(document)


def _feed_problems(document: Entry) -> Iterator[tuple[str, str]]:
    computed = Feed.objects.filter(source__protocol=FORMULA, is_active=True)
    held = set(computed.values_list("indicator__code", flat=True))
    for number, entry in enumerate(document.get("feeds", [])):
        if entry["indicator"] in held and entry.get("is_active", True):
            yield (
                f"feeds/{number}/indicator",
                _("%(code)s is computed by a formula") % {"code": entry["indicator"]},
            )


def write(entry: Entry, *, at: datetime) -> dict[str, tuple[object, object]] | None:
    """A new version, as field → (before, after); None where it says nothing new. Call it once the
    indicators are written. Raises RefusedError."""
    indicator = Indicator.objects.get(code=entry["indicator"])
    if not entry.get("is_active", True):
        return {"is_active": (True, False)} if formulas.stop(indicator=indicator) else None
    before = formulas.current(indicator)
    with translation.override("en"):  # as the other messages of these files
        try:
            agreed = formulas.agree(
                draft=_draft(indicator, entry), by=None, reason=entry.get("reason", ""), at=at
            )
        except ValidationError as error:
            raise RefusedError(list(_told(error))) from error
    if agreed is None:
        return None
    after = agreed.formula
    return {
        "version": (before.version if before else None, after.version),
        "formula": (before.expression if before else None, after.expression),
    }


def _draft(indicator: Indicator, entry: Entry) -> Draft:
    inputs = tuple(
        Input(
            name,
            Indicator.objects.get(code=told["indicator"]),
            Zone.objects.get(code=told["zone"]) if "zone" in told else None,
            told.get("time", FormulaInput.Time.SAME),
        )
        for name, told in entry["inputs"].items()
    )
    since = entry.get("valid_from")
    return Draft(
        indicator, entry["formula"], inputs, date.fromisoformat(since) if since else None,
        bool(entry.get("accept_unknown_units")),
    )  # fmt: skip


def _told(error: ValidationError) -> Iterator[tuple[str, str]]:
    for field, messages in error.message_dict.items():
        for message in messages:
            yield PLACES.get(field, f"inputs/{field}"), message
