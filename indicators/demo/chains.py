"""Results chains of the demonstration, and what a few projects expect of themselves."""

from pathlib import Path

from indicators.models import CausalLink, Indicator
from indicators.services.chain import Link, link
from portfolio.demo.files import read_yaml
from portfolio.models import Project

DATA = Path(__file__).parent / "data" / "chains.yml"
REASON = "Atelier de cadrage avec les services"


def seed() -> int:
    """Say the links of the projects that have none; returns how many. Part of the seed's
    transaction."""
    told = set(CausalLink.objects.values_list("project__code", flat=True))
    chains = {code: links for code, links in read_yaml(DATA).items() if code not in told}
    projects = {one.code: one for one in Project.objects.filter(code__in=chains)}
    indicators = {one.code: one for one in Indicator.objects.all()}
    count = 0
    for code, links in chains.items():
        for entry in links:
            given = Link(
                cause=indicators[entry["cause"]], effect=indicators[entry["effect"]],
                sign=entry["sign"], ground=entry["ground"], why=entry["why"],
            )  # fmt: skip
            project = projects[code]
            link(project=project, given=given, by=None, reason=REASON, at=project.updated_at)
            count += 1
    return count
