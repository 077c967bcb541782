"""Who takes part in the demonstration projects, by one rule over `data/stakeholders.yml`.

The lead department is the owner; from the design on there is a designer, and a person to call; in
works a contractor, the coordination of safety and, for an infrastructure, one network operator;
associations take part in some programmes. Organisations are shown to residents, people never.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from portfolio.demo import projects
from portfolio.demo.files import read_yaml
from portfolio.models import Organisation, Project, User
from portfolio.services import organisations, stakeholders
from portfolio.services.organisations import OrganisationFields
from portfolio.services.stakeholders import Part

DATA = Path(__file__).parent / "data" / "stakeholders.yml"
REASON = "Reprise de l’annuaire du projet"
ADDED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
Entry = dict[str, Any]


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """Enter those of the projects that have nobody; returns of how many. Part of the seed's
    transaction, after the projects."""
    _organisations()
    by_code = {entry["code"]: entry for entry in projects.entries()}
    todo = Project.objects.filter(code__in=list(by_code), stakeholders=None)
    known = {one.code: one for one in Organisation.objects.all()}
    missing = list(todo.select_related("manager", "lead", "phase").order_by("code"))
    for project in missing:
        for part in _parts(project, by_code[project.code], known):
            stakeholders.add(
                project=project, part=part, by=project.manager, reason=REASON,
                at=_instant(by_code[project.code]["starts"]),
            )  # fmt: skip
    return len(missing)


def _organisations() -> None:
    present = set(Organisation.objects.values_list("code", flat=True))
    for entry in description()["organisations"]:
        if entry["code"] in present:
            continue
        french, english = entry["name"]
        given = OrganisationFields(french, "PARTNER", english, siret=entry.get("siret", ""))
        organisations.create(
            code=entry["code"], given=given, by=None, reason=REASON, at=ADDED_AT
        )  # fmt: skip


def _parts(project: Project, entry: Entry, known: dict[str, Organisation]) -> Iterator[Part]:
    rules, kind = description(), entry["kind"]
    turn = zlib.crc32(entry["code"].encode())
    since = entry["starts"] if entry["starts"] <= projects.LAST_ENTRY else None
    if project.lead is not None:
        yield _owner(project.lead, project.manager, since)
    designers = rules["designers"].get(kind, [])
    if designers and entry["phase"] not in {"etudes", "faisabilite", "programme", "diagnostic"}:
        yield _part("DESIGNER", designers[turn % len(designers)], known, turn, since)
    if entry["phase"] == "travaux":
        yield _part("CONTRACTOR", rules["contractors"][kind], known, turn + 1, None)
        yield _part("SAFETY", "coordination-sud", known, turn + 2, None)
        if kind == "infrastructure":
            networks = rules["networks"]
            yield _part("CONCESSIONAIRE", networks[turn % len(networks)], known, turn + 3, None)
    if association := rules["associations"].get(entry["programme"]):
        yield _part("ASSOCIATION", association, known, turn + 4, since)


def _owner(lead: Organisation, manager: User | None, since: date | None) -> Part:
    return Part(
        role="OWNER",
        organisation=lead,
        person=str(manager) if manager else "",
        job="Conduite du projet" if manager else "",
        since_on=since,
        is_public=True,
    )


def _part(
    role: str, code: str, known: dict[str, Organisation], turn: int, since: date | None
) -> Part:
    rules = description()
    first, last = rules["people"][turn % len(rules["people"])]
    domains = {one["code"]: one["domain"] for one in rules["organisations"]}
    domain = domains.get(code, "regie-eaux.example")
    return Part(
        role=role,
        organisation=known[code],
        person=f"{first} {last}",
        job=rules["jobs"][role],
        email=f"{slugify(first)}.{slugify(last)}@{domain}",
        phone=f"05 00 00 {turn % 90 + 10} {turn // 90 % 90 + 10}",
        since_on=since,
        is_public=True,
    )


def _instant(day: date) -> datetime:
    return datetime.combine(min(day, projects.LAST_ENTRY), time(9), tzinfo=UTC)
