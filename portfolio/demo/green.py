"""Green marks and running costs of the demonstration projects, as `data/green.yml` and
`data/running.yml` say; and who leads, which derogation was granted."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from portfolio.demo import projects
from portfolio.demo.files import read_yaml
from portfolio.models import GreenAxis, LeadAuthority, Project, RunningCost, ShareDerogation
from portfolio.services import green, own_share, running
from portfolio.services.own_share import DerogationFacts
from portfolio.services.running import RunningFigures

DATA = Path(__file__).parent / "data"
ON = date(2026, 3, 16)
AT = datetime.combine(ON, time(9), tzinfo=UTC)
REASON = "Préparation de l’annexe sur la transition écologique"
STUDY = "Étude des coûts de fonctionnement"
Entry = dict[str, Any]


def seed() -> int:
    """Enter what is missing; returns how many marks. Part of the seed's transaction."""
    found = {project.code: project for project in _projects()}
    _running(found)
    _own_share(found)
    return _marks(found)


def _projects() -> list[Project]:
    demonstration = Project.objects.filter(code__in=projects.codes())
    return list(demonstration.select_related("manager").prefetch_related("green_marks"))


def marks(entry: Entry) -> dict[str, list[str]]:
    """The marks of a project by axis: [mark, justification]."""
    told: Entry = read_yaml(DATA / "green.yml")
    if entry["code"] in told["without"] or entry["kind"] == "etude":
        return {}
    own: dict[str, list[str]] = told["projects"].get(entry["code"])
    return own or told["programmes"].get(entry["programme"], {})


def _marks(found: dict[str, Project]) -> int:
    axes = {axis.code: axis for axis in GreenAxis.objects.all()}
    count = 0
    for entry in projects.entries():
        project = found.get(entry["code"])
        if project is None or project.green_marks.all():
            continue
        for code, (mark, why) in marks(entry).items():
            count += 1
            green.mark(
                project=project, axis=axes[code], mark=mark, justification=why,
                by=project.manager, reason=REASON, at=AT,
            )  # fmt: skip
    return count


def _running(found: dict[str, Project]) -> None:
    entered = set(RunningCost.objects.values_list("project__code", flat=True))
    for code, lines in read_yaml(DATA / "running.yml").items():
        if code in entered or code not in found:
            continue
        for nature, first, last, eur, basis in lines:
            running.enter(
                project=found[code], by=found[code].manager, reason=STUDY, at=AT,
                figures=RunningFigures(nature, first, last, Decimal(eur), basis),
            )  # fmt: skip


def _own_share(found: dict[str, Project]) -> None:
    """One project that we lead, one that the prefect lets us pay less for."""
    lead, spared = found["tram-e"], found["halle-mariniers"]
    if not LeadAuthority.objects.filter(project=lead).exists():
        own_share.say_lead(
            project=lead, is_lead=True, basis="CGCT, art. L1111-9, III : mobilité durable",
            by=lead.manager, reason="Convention de financement de la ligne E", at=AT,
        )  # fmt: skip
    if not ShareDerogation.objects.filter(project=spared).exists():
        facts = DerogationFacts(
            "PROTECTED_HERITAGE", "CGCT, art. L1111-10, III", date(2023, 11, 6),
            "le préfet de l’Ombre", Decimal("0.1"),
        )  # fmt: skip
        own_share.derogate(
            project=spared, facts=facts, by=spared.manager,
            reason="Halle inscrite au titre des monuments historiques", at=AT,
        )  # fmt: skip
