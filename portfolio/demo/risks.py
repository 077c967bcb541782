"""The risks of the demonstration projects: two or three usual ones of their kind, and their own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from portfolio.demo import projects
from portfolio.demo.files import read_yaml
from portfolio.models import Project
from portfolio.services import risks
from portfolio.services.risks import RiskFields

DATA = Path(__file__).parent / "data" / "risks.yml"
REASON = "Revue des risques au comité technique"
FIRST_REVIEW = date(2025, 9, 15)
LAST_REVIEW = date(2026, 10, 12)
Entry = dict[str, Any]


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """Enter those of the projects that have none; returns of how many. Part of the seed's
    transaction, after the projects."""
    by_code = {entry["code"]: entry for entry in projects.entries() if _is_followed(entry)}
    todo = Project.objects.filter(code__in=list(by_code), risks=None)
    missing = list(todo.select_related("manager").order_by("code"))
    for project in missing:
        for number, risk in enumerate(_risks(by_code[project.code])):
            _enter(project, risk, number)
    return len(missing)


def _is_followed(entry: Entry) -> bool:
    """A project that is over, or that stopped, has no risk left to watch."""
    over = entry["phase"] in {"service", "bilan", "rendu"}
    return not over and entry.get("state", "ACTIVE") == "ACTIVE"


def _risks(entry: Entry) -> Iterator[Entry]:
    yield from description()["projects"].get(entry["code"], [])
    usual = description()["usual"][entry["kind"]]
    turn = zlib.crc32(entry["code"].encode())
    for step in range(min(2 + turn % 2, len(usual))):
        yield usual[(turn + step) % len(usual)]


def _enter(project: Project, risk: Entry, number: int) -> None:
    at = max(_instant(FIRST_REVIEW), project.created_at)
    opened_on = at.date()
    given = RiskFields(
        title=risk["title"],
        category=risk["category"],
        probability=risk["p"],
        severity=risk["s"],
        response=risk["response"],
        cause=risk["cause"],
        consequence=risk["consequence"],
        action=risk["action"],
        owner=project.manager,
        due_on=LAST_REVIEW + timedelta(days=30 * (number + 3)),
        status=risk.get("status", "OPEN"),
        opened_on=opened_on,
    )
    if "closed" in risk:
        opened_on = risk["closed"] - timedelta(days=200)
        given = replace(given, status="CLOSED", opened_on=opened_on, closed_on=risk["closed"])
    signed: dict[str, Any] = {"by": project.manager, "reason": REASON, "at": at}
    entered = risks.add(project=project, given=given, **signed)
    if later := risk.get("later"):
        signed |= {"reason": later["why"], "at": _instant(LAST_REVIEW)}
        given = replace(given, probability=later["p"], severity=later["s"])
        risks.change(risk=entered, given=given, **signed)


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
