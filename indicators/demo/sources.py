"""Sources, indicators and feeds of the demonstration: `sources.yml`, as any city writes its own."""

from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml

from indicators.services import sources
from portfolio.demo.files import Loader

DATA = Path(__file__).parent / "sources.yml"
Entry = dict[str, Any]


def document(platform_url: str) -> Entry:
    """The document with the platform's address filled in."""
    text = Template(DATA.read_text(encoding="utf-8")).substitute(PLATFORM_URL=platform_url)
    content: Entry = yaml.load(text, Loader=Loader)  # noqa: S506 - a SafeLoader
    for feed in content["feeds"]:
        feed["starts_on"] = str(feed["starts_on"])  # YAML reads a date, the schema wants its text
    return content


@cache
def indicators() -> dict[str, Entry]:
    """The indicators by code, as written."""
    return {entry["code"]: entry for entry in document("")["indicators"]}


def apply(platform_url: str) -> list[sources.Change]:
    """Create or update sources, indicators and feeds; empty where nothing changes."""
    return sources.apply(document=document(platform_url))
