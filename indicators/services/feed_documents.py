"""A draft, or a feed, as the document that `sources.apply` reads: the one way in."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from indicators.models import DataSource, Feed, FeedDraft, Indicator
from indicators.services import contracts

Entry = dict[str, Any]
SOURCE, ADDRESS, MAPPING, CONTRACT, INDICATOR, SCHEDULE = (
    "source", "address", "mapping", "contract", "indicator", "schedule",
)  # fmt: skip
PARTS = (SOURCE, ADDRESS, MAPPING, CONTRACT, INDICATOR, SCHEDULE)
OF_INDICATOR = (
    "code", "name_fr", "name_en", "explanation_fr", "explanation_en", "unit_fr", "unit_en",
    "family", "direction", "frequency", "zone_aggregation", "decimals", "stale_after_days",
)  # fmt: skip
LONGEST_CODE = 60


def of_draft(draft: FeedDraft) -> Entry:
    """What the steps that are in order say. Of a source or an indicator that exists, its code
    alone; of a new one, its entry."""
    said = draft.said
    source, address = said.get(SOURCE, {}), said.get(ADDRESS, {})
    indicator, schedule = said.get(INDICATOR, {}), said.get(SCHEDULE, {})
    document: Entry = {}
    if "new" in source:
        told = {"licence": draft.sample["licence"]} if draft.sample.get("licence") else {}
        entry = told | source["new"] | {"base_url": address.get("base_url", "")}
        document["sources"] = [entry]
    if "new" in indicator:
        document["indicators"] = [indicator["new"]]
    feed: Entry = {
        "code": draft.feed.code if draft.feed else schedule.get("code", ""),
        "source": code_of(source),
        "indicator": code_of(indicator),
        "collection": address.get("collection", ""),
        "options": address.get("options", {}),
        "mapping": said.get(MAPPING, {}),
        **{name: value for name, value in schedule.items() if name != "code"},
    }
    if contract := said.get(CONTRACT):
        feed["contract"] = contract
    document["feeds"] = [feed]
    return document


def code_of(part: Mapping[str, Any]) -> str:
    """Of a source or an indicator, new or not; empty where nothing is said."""
    found: str = part["new"]["code"] if "new" in part else part.get("existing", "")
    return found


def entry_of(feed: Feed) -> Entry:
    """A feed as its entry in a file of sources, with the contract that holds."""
    entry: Entry = {
        "code": feed.code,
        "source": feed.source.code,
        "indicator": feed.indicator.code,
        "collection": feed.collection,
        "options": feed.options,
        "mapping": feed.mapping,
        "starts_on": feed.starts_on.isoformat(),
        "every_minutes": feed.every_minutes,
        "lookback_days": feed.lookback_days,
        "priority": feed.priority,
        "is_active": feed.is_active,
    }
    held = contracts.current(feed)
    return entry | ({"contract": held.document} if held else {})


def entry_of_source(source: DataSource) -> Entry:
    """A source as its entry: what the schema requires, what it knows besides stays as it is."""
    entry = {name: getattr(source, name) for name in ("code", "name", "protocol", "base_url")}
    return entry | {"licence": source.licence, "is_active": source.is_active}


def entry_of_indicator(indicator: Indicator) -> Entry:
    return {name: getattr(indicator, name) for name in OF_INDICATOR}


def of_feed(feed: Feed) -> Entry:
    """A feed with its source and indicator, as a file of its own."""
    return {
        "sources": [entry_of_source(feed.source)],
        "indicators": [entry_of_indicator(feed.indicator)],
        "feeds": [entry_of(feed)],
    }


def said_of(feed: Feed) -> Entry:
    """The steps of the assistant, as a feed answers them."""
    entry = entry_of(feed)
    schedule = ("starts_on", "every_minutes", "lookback_days", "priority")
    said: Entry = {
        SOURCE: {"existing": entry["source"]},
        ADDRESS: {"collection": entry["collection"], "options": entry["options"]},
        MAPPING: entry["mapping"],
        CONTRACT: entry.get("contract", {}),
        INDICATOR: {"existing": entry["indicator"]},
        SCHEDULE: {"code": entry["code"], **{name: entry[name] for name in schedule}},
    }
    return said


def as_yaml(document: Entry) -> str:
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100))


def free_code(text: str, taken: Collection[str]) -> str:
    """A code made of a name, that nothing has yet: « Comptages vélo » → comptages-velo."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = plain.encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_CODE - 4] or "x"
    number, code = 1, base
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code
