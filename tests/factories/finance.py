"""Records of the rest of finance for tests: valid by default, every argument may be given."""

from datetime import date
from decimal import Decimal
from itertools import count

from portfolio.models import (
    GreenAxis,
    GreenMark,
    LeadAuthority,
    PriceIndex,
    PriceIndexValue,
    Project,
    RunningCost,
    ShareDerogation,
)
from tests.factories.portfolio import NOW

_numbers = count(1)


def make_index(values: dict[date, str] | None = None, **fields) -> PriceIndex:
    """`values`: {first of a month: figure}."""
    defaults = {"code": f"tp{next(_numbers)}", "name_fr": "Travaux publics", "base": "2010 = 100",
                "source": "INSEE"}  # fmt: skip
    index = PriceIndex.objects.create(**(defaults | fields))
    for month, value in (values or {}).items():
        PriceIndexValue.objects.create(
            index=index, month_on=month, value=Decimal(value), recorded_at=NOW
        )
    return index


def make_running_cost(project: Project, amount="10000", **fields) -> RunningCost:
    defaults = {"nature": "MAINTENANCE", "from_year": 2027, "yearly_eur": Decimal(amount),
                "basis": "Ratio", "recorded_at": NOW}  # fmt: skip
    return RunningCost.objects.create(project=project, **(defaults | fields))


def make_mark(project: Project, mark="FAVORABLE", axis="attenuation", **fields) -> GreenMark:
    defaults = {"justification": "Étude", "recorded_at": NOW}
    return GreenMark.objects.create(
        project=project, axis=GreenAxis.objects.get(code=axis), mark=mark, **(defaults | fields)
    )


def make_lead(project: Project, *, is_lead: bool = True) -> LeadAuthority:
    return LeadAuthority.objects.create(
        project=project, is_lead=is_lead, basis="CGCT, art. L1111-9", recorded_at=NOW
    )


def make_derogation(project: Project, **fields) -> ShareDerogation:
    defaults = {"kind": "DISASTER", "legal_basis": "CGCT, art. L1111-10, III",
                "decided_on": date(2025, 3, 1), "decided_by": "le préfet",
                "recorded_at": NOW}  # fmt: skip
    return ShareDerogation.objects.create(project=project, **(defaults | fields))
