"""Where a project costs more than was said: by how much, and the reason that was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from portfolio.analysis.budget import ceiling
from portfolio.models import Authorisation, CostEstimate, Project, Section
from portfolio.results import Unknown


@dataclass(frozen=True)
class Overrun:
    """`over` (FIRST: the first estimate, AUTHORISATION: what the council authorised) is passed by
    `difference_eur`. `reason` is that of the version that passed it; empty: it is asked for."""

    over: str
    limit_eur: Decimal
    difference_eur: Decimal
    reason: str

    @property
    def percent(self) -> Decimal | None:
        return self.difference_eur / self.limit_eur * 100 if self.limit_eur else None


def overruns(project: Project, versions: Sequence[CostEstimate]) -> list[Overrun]:
    """Of the current version, in one query; DOMAIN rule 7: an overrun carries its reason."""
    if not versions:
        return []
    found = [_over("FIRST", versions[0].amount_eur, versions)]
    authorised = authorised_eur(project.authorisations.filter(section=Section.INVESTMENT))
    if not isinstance(authorised, Unknown):
        found.append(_over("AUTHORISATION", authorised, versions))
    return [overrun for overrun in found if overrun is not None]


def authorised_eur(acts: QuerySet[Authorisation]) -> Decimal | Unknown:
    pairs = list(acts.values_list("kind", "amount_eur"))
    return ceiling(pairs).authorised if pairs else Unknown("NO_AUTHORISATION")


def _over(over: str, limit: Decimal, versions: Sequence[CostEstimate]) -> Overrun | None:
    if versions[-1].amount_eur <= limit:
        return None
    above = [version for version in versions if version.amount_eur > limit]
    reason = next((version.reason for version in reversed(above) if version.reason), "")
    return Overrun(over, limit, versions[-1].amount_eur - limit, reason)
