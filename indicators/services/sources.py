"""Sources, indicators and feeds as code: check the whole document, then write all or nothing."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from jsonschema import Draft202012Validator, FormatChecker

from indicators.connectors.base import About
from indicators.connectors.registry import about, protocols
from indicators.models import DataSource, Feed, Indicator, PeopleGroup
from indicators.models.source import FORMULA
from indicators.services import (
    compared_places,
    contracts,
    formula_documents,
    register_file,
    schema_words,
)
from portfolio.models import User, Zone
from portfolio.services.history import recorded

SCHEMA = Path(__file__).resolve().parent.parent / "sources.schema.json"
READ_AGAIN = {"source", "collection", "options", "mapping", "starts_on"}
REASON = "apply_sources"  # kept in the history of a source
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, in the active language, and where: `feeds/0/mapping/time/period`."""

    path: str
    message: str

    @property
    def place(self) -> str:
        """Within its entry, as its author wrote it: `mapping/time/period`."""
        return "/".join(self.path.split("/")[2:])


class SourcesError(Exception):
    """The document cannot be applied; nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True)
class Change:
    """A record created (no fields) or changed: field → (before, after)."""

    kind: str
    code: str
    created: bool
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)


def apply(
    *, document: object, dry_run: bool = False, by: User | None = None, reason: str = ""
) -> list[Change]:
    """Create or update what the document names; leave everything else as it is.

    Returns what changes, empty the second time. With `dry_run` nothing is written. `by` and
    `reason` are kept in the history and with a new version of a contract. Raises SourcesError, naming the path of
    every problem.
    """
    problems = check(document)
    if problems:
        raise SourcesError(problems)
    assert isinstance(document, dict)
    with transaction.atomic():
        with recorded(by=by, reason=reason or REASON):
            changes = _write(document, by, reason) + _write_formulas(document)
        transaction.set_rollback(dry_run)
    return changes


def check(document: object) -> list[Problem]:
    """What is wrong with a document; references are looked at once its shape is right."""
    problems = list(_shape_problems(document))
    if problems or not isinstance(document, dict):
        return problems
    return list(_reference_problems(document))


def _shape_problems(document: object) -> Iterator[Problem]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for error in sorted(validator.iter_errors(document), key=lambda e: list(map(str, e.path))):
        yield Problem("/".join(map(str, error.path)) or "(document)", schema_words.in_words(error))


def _reference_problems(document: Entry) -> Iterator[Problem]:
    """Codes that name nothing, or are written twice."""
    for section in ("sources", "indicators", "groups", "comparators", "feeds"):
        counts = Counter(entry["code"] for entry in document.get(section, []))
        for number, entry in enumerate(document.get(section, [])):
            if counts[entry["code"]] > 1:
                yield Problem(
                    f"{section}/{number}/code",
                    _("%(code)s is written twice") % {"code": entry["code"]},
                )
    for number, entry in enumerate(document.get("sources", [])):
        yield from _source_problems(f"sources/{number}", entry)
    yield from _comparator_problems(document)
    known = _Known(document)
    for path, message in formula_documents.reference_problems(document, known.indicators):
        yield Problem(path, message)
    for number, entry in enumerate(document.get("feeds", [])):
        yield from known.feed_problems(f"feeds/{number}", entry)


def _source_problems(path: str, entry: Entry) -> Iterator[Problem]:
    if entry["protocol"] not in protocols():
        named = {"protocol": entry["protocol"], "known": ", ".join(protocols())}
        yield Problem(f"{path}/protocol", _("%(protocol)s: known are %(known)s") % named)
    elif urlsplit(entry["base_url"]).scheme not in (told := about(entry["protocol"])).schemes:
        begins = {"protocol": told.name, "schemes": ", ".join(f"{s}://" for s in told.schemes)}
        yield Problem(f"{path}/base_url",
                      _("an address of %(protocol)s begins with %(schemes)s") % begins)  # fmt: skip
    for place, message in register_file.problems(entry):
        yield Problem(f"{path}/{place}", message)


def _comparator_problems(document: Entry) -> Iterator[Problem]:
    inside = Zone.objects.exclude(kind=Zone.Kind.COMPARATOR).values_list("code", flat=True)
    codes = set(inside)
    for number, entry in enumerate(document.get("comparators", [])):
        if entry["code"] in codes:
            yield Problem(
                f"comparators/{number}/code",
                _("%(code)s is a zone of the territory") % {"code": entry["code"]},
            )


class _Known:
    """Codes that a feed may refer to: in the document, or in the database already."""

    def __init__(self, document: Entry) -> None:
        def codes(section: str, model: type[models.Model]) -> set[str]:
            written = {entry["code"] for entry in document.get(section, [])}
            return written | set(model._default_manager.values_list("code", flat=True))

        self.sources = codes("sources", DataSource)
        written = {entry["code"]: entry["protocol"] for entry in document.get("sources", [])}
        self.protocols = dict(DataSource.objects.values_list("code", "protocol")) | written
        self.indicators = codes("indicators", Indicator)
        self.zones = codes("comparators", Zone)
        self.groups = codes("groups", PeopleGroup)
        self.timezones = available_timezones()
        published = Feed.objects.filter(series__isnull=False).select_related("indicator")
        self.published = {feed.code: feed for feed in published.distinct()}

    def feed_problems(self, path: str, entry: Entry) -> Iterator[Problem]:
        mapping = entry["mapping"]
        zone = mapping.get("zone", {}).get("code")
        checks = (
            ("source", entry["source"], self.sources),
            ("indicator", entry["indicator"], self.indicators),
            ("mapping/time/timezone", mapping["time"]["timezone"], self.timezones),
            ("mapping/zone/code", zone, self.zones | {None}),
        )
        for place, code, known in checks:
            if code not in known:
                yield Problem(f"{path}/{place}", _("%(code)s is not known") % {"code": code})
        yield from self._group_problems(f"{path}/mapping/group", mapping.get("group", {}))
        yield from _area_problems(f"{path}/mapping", mapping)
        yield from contract_problems(f"{path}/contract", entry.get("contract", {}))
        if self.protocols.get(entry["source"]) == FORMULA:
            yield Problem(f"{path}/source", _("computed here: write a formula instead of a feed"))
        feed = self.published.get(entry["code"])
        if feed is not None:
            yield from _identity_problems(path, entry, feed)
        if self.protocols.get(entry["source"]) in protocols():
            yield from _option_problems(path, entry, about(self.protocols[entry["source"]]))

    def _group_problems(self, path: str, told: Entry) -> Iterator[Problem]:
        named = {"code": told["code"]} if "code" in told else {
            f"codes/{text}": code for text, code in told.get("codes", {}).items()
        }  # fmt: skip
        for place, code in named.items():
            if code not in self.groups:
                yield Problem(f"{path}/{place}", _("%(code)s is not known") % {"code": code})


def _area_problems(path: str, mapping: Entry) -> Iterator[Problem]:
    """What contradicts itself in a mapping by area."""
    zone = mapping.get("zone", {})
    told = zone.get("by_area")
    if told is None:
        return
    if "within" in zone:
        yield Problem(f"{path}/zone/within", _("the field is a point or a polygon: not both"))
    if "gather" in mapping:
        yield Problem(f"{path}/gather", _("values by area are not gathered in time too"))
    if "group" in mapping:
        yield Problem(f"{path}/group", _("values by area are of everyone"))
    if told["measure"] in ("PEOPLE", "SHARE"):
        for name in ("weight", "minimum"):
            if name in told:
                place = f"{path}/zone/by_area/{name}"
                said = {"measure": told["measure"], "name": name}
                yield Problem(place, _("%(measure)s counts inhabitants: it has no %(name)s") % said)


def contract_problems(path: str, document: Entry) -> Iterator[Problem]:
    for place, message in contracts.problems(document):
        yield Problem(f"{path}/{place}" if place else path, message)


def _option_problems(path: str, entry: Entry, protocol: About) -> Iterator[Problem]:
    """Options that the protocol does not know, or that it needs."""
    given = entry.get("options", {})
    known = ", ".join(sorted(protocol.options)) or pgettext("options", "none")
    told = {"protocol": protocol.name, "known": known}
    for name in given:
        if name not in protocol.options:
            yield Problem(f"{path}/options/{name}", _("%(protocol)s knows: %(known)s") % told)
    for name, option in protocol.options.items():
        if option.is_required and name not in given:
            yield Problem(f"{path}/options/{name}", _("%(protocol)s needs it") % told)
        if name in given:
            for error in Draft202012Validator(option.schema).iter_errors(given[name]):
                place = "/".join(map(str, ["", *error.path]))
                yield Problem(f"{path}/options/{name}{place}", schema_words.in_words(error))


def _identity_problems(path: str, entry: Entry, feed: Feed) -> Iterator[Problem]:
    """What names the series of a feed stays: old and new ones would be counted together."""
    before = _series_names(feed.mapping, feed.indicator.code)
    for place, value in _series_names(entry["mapping"], entry["indicator"]).items():
        if before[place] != value:
            yield Problem(
                f"{path}/{place}",
                _(
                    "%(code)s has published values otherwise: switch it off (is_active: false) and write a new feed"
                )
                % {"code": feed.code},
            )


def _series_names(mapping: Entry, indicator: str) -> dict[str, object]:
    time = mapping.get("time", {})
    return {
        "indicator": indicator,
        "mapping/time/timezone": time.get("timezone"),
        "mapping/time/period": time.get("period"),
        "mapping/zone": mapping.get("zone"),
        "mapping/series": mapping.get("series"),
        "mapping/gather": mapping.get("gather"),
        "mapping/group": mapping.get("group"),
    }


def _write(document: Entry, by: User | None, reason: str) -> list[Change]:
    changes = [_save_source(entry) for entry in document.get("sources", [])]
    changes += [_save(Indicator, dict(entry)) for entry in document.get("indicators", [])]
    changes += [_save(PeopleGroup, dict(entry)) for entry in document.get("groups", [])]
    changes += [_save_comparator(entry) for entry in document.get("comparators", [])]
    changes += [_save_feed(entry, by, reason) for entry in document.get("feeds", [])]
    return [change for change in changes if change is not None]


def _save_source(entry: Entry) -> Change | None:
    change = _save(DataSource, register_file.source_fields(entry))
    agreed = register_file.save_agreements(entry)
    if not agreed:
        return change
    if change is None:
        return Change("datasource", str(entry["code"]), created=False, fields=agreed)
    return replace(change, fields={**change.fields, **agreed})


def _save_comparator(entry: Entry) -> Change | None:
    is_new, fields = compared_places.write(entry)
    if not (is_new or fields):
        return None
    return Change("zone", str(entry["code"]), created=is_new, fields={} if is_new else fields)


def _write_formulas(document: Entry) -> list[Change]:
    """Checked once all that they refer to is written. Raises SourcesError: nothing stays."""
    problems, changes = [], []
    for number, entry in enumerate(document.get("formulas", [])):
        try:
            fields = formula_documents.write(entry, at=timezone.now())
        except formula_documents.RefusedError as error:
            problems += [Problem(f"formulas/{number}/{at}", told) for at, told in error.told]
            continue
        if fields:
            changes.append(Change("formula", str(entry["indicator"]), created=False, fields=fields))
    if problems:
        raise SourcesError(problems)
    return changes


def _save_feed(entry: Entry, by: User | None, reason: str) -> Change | None:
    """A feed that reads otherwise than before asks for all of its days again."""
    change = _save(Feed, _feed_fields(entry))
    agreed = _agree(entry, by, reason)
    if change is None and agreed is not None:
        change = Change("feed", str(entry["code"]), created=False, fields=agreed)
    if change is not None and change.fields.keys() & READ_AGAIN:
        Feed.objects.filter(code=change.code).update(watermark_at=None)
    return change


def _agree(
    entry: Entry, by: User | None, reason: str
) -> Mapping[str, tuple[object, object]] | None:
    """A new version of the feed's contract, where the document says another one."""
    if "contract" not in entry:
        return None
    feed = Feed.objects.get(code=entry["code"])
    before = contracts.current(feed)
    added = contracts.agree(
        feed=feed, document=entry["contract"], by=by, reason=reason, at=timezone.now()
    )
    if added is None:
        return None
    return {"contract": (before.document if before else None, added.document)}


def _feed_fields(entry: Entry) -> dict[str, Any]:
    return {
        **{name: value for name, value in entry.items() if name != "contract"},
        "source": DataSource.objects.get(code=entry["source"]),
        "indicator": Indicator.objects.get(code=entry["indicator"]),
        "starts_on": date.fromisoformat(entry["starts_on"]),
    }


def _save(model: type[models.Model], fields: Mapping[str, Any]) -> Change | None:
    """Create or update one record. None if it was like that already."""
    kind, code = model._meta.model_name or "", str(fields["code"])
    record = model._default_manager.filter(code=code).first()
    if record is None:
        model._default_manager.create(**fields)
        return Change(kind, code, created=True)
    differences = {
        name: (getattr(record, name), value)
        for name, value in fields.items()
        if getattr(record, name) != value
    }
    if not differences:
        return None
    for name, (_before, value) in differences.items():
        setattr(record, name, value)
    record.save(update_fields=list(differences))
    return Change(kind, code, created=False, fields=differences)
