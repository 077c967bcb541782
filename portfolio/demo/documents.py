"""The documents of the demonstration projects: short generated files, of the kinds that a project
really gathers, each saying in its text that it is invented.

- the deliberation of the first estimate, public;
- the design study, internal, with a second version where the cost was revised;
- the review of the public consultation or inquiry, public, where it is over;
- the calendar of the works as a table, internal, for a project in works.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from portfolio.demo import projects
from portfolio.demo.pdf import pdf
from portfolio.models import Project, ProjectDocument
from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile

REASON = "Versement au dossier du projet"
INVENTED = "Document fictif de la démonstration : ni la ville ni les chiffres n’existent."
CONSULTED = {"concertation": "concertation", "enquete": "enquête publique"}
Entry = dict[str, Any]


@dataclass(frozen=True)
class Planned:
    """A document to enter on its day; `replaces` says that it is a version of the one before."""

    facts: DocumentFacts
    file: GivenFile
    on: date
    replaces: bool = False


def seed() -> int:
    """Enter those of the projects that have none; returns how many documents. Part of the seed's
    transaction, after the projects."""
    by_code = {entry["code"]: entry for entry in projects.entries()}
    todo = Project.objects.filter(code__in=list(by_code), documents=None)
    return sum(_enter(one, by_code[one.code]) for one in todo.select_related("manager"))


def _enter(project: Project, entry: Entry) -> int:
    count, last = 0, None
    for count, planned in enumerate(_planned(entry), start=1):  # noqa: B007 - the last one counts
        last = _keep(project, planned, last)
    return count


def _keep(project: Project, planned: Planned, last: ProjectDocument | None) -> ProjectDocument:
    signed: dict[str, Any] = {
        "facts": planned.facts, "file": planned.file, "by": project.manager, "reason": REASON,
        "at": datetime.combine(planned.on, time(9), tzinfo=UTC),
    }  # fmt: skip
    if planned.replaces and last is not None:
        return documents.replace(document=last, **signed)
    return documents.add(project=project, **signed)


def _planned(entry: Entry) -> Iterator[Planned]:
    costs = [cost for cost in entry.get("costs", []) if cost["day"] <= projects.LAST_ENTRY]
    if costs:
        yield _deliberation(entry, costs[0]["day"])
        for number, cost in enumerate(costs[:2], start=1):
            yield _study(entry, cost, number)
    for step in entry["milestones"]:
        if step["code"] in CONSULTED and "done" in step:
            yield _consultation(entry, step)
    if entry["phase"] == "travaux":
        yield _calendar(entry)


def _deliberation(entry: Entry, on: date) -> Planned:
    number = f"{on:%Y-%m}-AP"
    facts = DocumentFacts(
        f"Délibération {number} : autorisation de programme", "DELIBERATION",
        f"Council decision {number}: programme authorisation", on, is_public=True,
    )  # fmt: skip
    lines = [f"Séance du {on:%d/%m/%Y}.", f"Objet : {entry['name'][0]}.", entry["summary"][0],
             "Le conseil approuve l’opération et ouvre l’autorisation de programme."]  # fmt: skip
    return Planned(facts, _file(f"deliberation-{number}.pdf", facts.title_fr, lines), on)


def _study(entry: Entry, cost: Entry, number: int) -> Planned:
    facts = DocumentFacts("Étude de conception", "STUDY", "Design study", cost["day"])
    lines = [f"Projet : {entry['name'][0]}.", f"Estimation : {cost['eur']} euros TTC.",
             cost.get("why", "Première estimation.")]  # fmt: skip
    name = f"etude-{entry['code']}-v{number}.pdf"
    file = _file(name, f"{facts.title_fr}, version {number}", lines)
    return Planned(facts, file, cost["day"], replaces=number > 1)


def _consultation(entry: Entry, step: Entry) -> Planned:
    kind = CONSULTED[step["code"]]
    english = {"concertation": "consultation", "enquête publique": "inquiry"}[kind]
    facts = DocumentFacts(
        f"Bilan de la {kind}" if kind == "concertation" else f"Conclusions de l’{kind}",
        "CONSULTATION", f"Outcome of the public {english}", step["done"], is_public=True,
    )  # fmt: skip
    lines = [f"Projet : {entry['name'][0]}.",
             "Les observations portent sur le calendrier, le stationnement et les arbres.",
             "Réponses de la Métropole en annexe."]  # fmt: skip
    return Planned(facts, _file(f"bilan-{step['code']}.pdf", facts.title_fr, lines), step["done"])


def _calendar(entry: Entry) -> Planned:
    facts = DocumentFacts(
        "Calendrier des travaux", "PLAN", "Calendar of the works", date(2026, 9, 15)
    )
    rows = ["jalon;date"] + [
        f"{step['code']};{step.get('done') or step['day']}" for step in entry["milestones"]
    ]
    body = "\n".join([*rows, f"# {INVENTED}", ""]).encode()
    return Planned(facts, GivenFile(f"calendrier-{entry['code']}.csv", body), date(2026, 9, 15))


def _file(name: str, title: str, lines: list[str]) -> GivenFile:
    return GivenFile(name, pdf(title, [*lines, INVENTED]))
