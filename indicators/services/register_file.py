"""The register of sources in the file of `apply_sources`: the same facts as on its screens."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import DataSource, SupplyAgreement
from indicators.services import source_facts
from portfolio.models import Organisation, User

Entry = Mapping[str, Any]
DAYS = ("starts_on", "ends_on")
ORGANISATIONS = ("producer", "owner")


def problems(entry: Entry) -> Iterator[tuple[str, str]]:
    """(place, message) of what is wrong in the entry of a source: codes that name nothing, facts
    that contradict each other or those of the register."""
    named = [(name, entry.get(name)) for name in ORGANISATIONS]
    for number, one in enumerate(entry.get("agreements", [])):
        named.append((f"agreements/{number}/counterpart", one["counterpart"]))
    for place, code in named:
        if code and not Organisation.objects.filter(code=code).exists():
            yield place, _("no organisation has the code %(code)s") % {"code": code}
    steward = entry.get("steward")
    if steward and not User.objects.filter(username=steward).exists():
        yield "steward", _("nobody has the username %(name)s") % {"name": steward}
    yield from _contradictions(entry)
    yield from _agreement_problems(entry)


def source_fields(entry: Entry) -> dict[str, Any]:
    """Fields of the model that the entry names."""
    named = {name: value for name, value in entry.items() if name != "agreements"}
    for name in ORGANISATIONS:
        if name in named:
            code = named[name]
            named[name] = Organisation.objects.get(code=code) if code else None
    if "steward" in named:
        username = named["steward"]
        named["steward"] = User.objects.get(username=username) if username else None
    return named


def save_agreements(entry: Entry) -> dict[str, tuple[object, object]]:
    """Create or update the agreements that the entry names; the others stay. What changed, by
    `agreements/<reference>/<field>`."""
    source = DataSource.objects.get(code=entry["code"])
    changes: dict[str, tuple[object, object]] = {}
    for one in entry.get("agreements", []):
        stored = SupplyAgreement.objects.filter(source=source, reference=one["reference"]).first()
        agreement = stored or SupplyAgreement(source=source)
        written = {
            f"agreements/{one['reference']}/{name}": (getattr(stored, name, None), value)
            for name, value in _agreement_fields(one).items()
            if stored is None or getattr(stored, name) != value
        }
        _fill(agreement, one)
        if written:
            agreement.save()
        changes |= written
    return changes


def _contradictions(entry: Entry) -> Iterator[tuple[str, str]]:
    stored = DataSource.objects.filter(code=entry["code"]).first() or DataSource()
    facts = [entry.get(name, getattr(stored, name)) for name in ("personal_data", "legal_basis")]
    if source_facts.contradiction(*facts):
        yield "legal_basis", _("NO_PERSONAL_DATA goes with the class NONE, and only with it")


def _agreement_problems(entry: Entry) -> Iterator[tuple[str, str]]:
    references = [one["reference"] for one in entry.get("agreements", [])]
    for number, one in enumerate(entry.get("agreements", [])):
        place = f"agreements/{number}"
        if references.count(one["reference"]) > 1:
            yield f"{place}/reference", _("%(code)s is written twice") % {"code": one["reference"]}
        kept = SupplyAgreement.objects.filter(
            source__code=entry["code"], reference=one["reference"]
        ).first()
        agreement = kept or SupplyAgreement()
        if not Organisation.objects.filter(code=one["counterpart"]).exists():
            continue
        _fill(agreement, one)
        try:
            source_facts.check_agreement(agreement)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                yield f"{place}/{name}", " ".join(messages)


def _fill(agreement: SupplyAgreement, one: Entry) -> None:
    for name, value in _agreement_fields(one).items():
        setattr(agreement, name, value)


def _agreement_fields(one: Entry) -> dict[str, Any]:
    """An entry that gives a reason of dispensation dispenses."""
    named = dict(one)
    for name in DAYS:
        if named.get(name):
            named[name] = date.fromisoformat(named[name])
    named["counterpart"] = Organisation.objects.get(code=one["counterpart"])
    if "dispensation_reason" in named:
        named["is_dispensed"] = bool(named["dispensation_reason"])
    return named
