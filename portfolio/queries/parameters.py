"""The finance parameters, each with every figure it had."""

from dataclasses import dataclass
from datetime import date

from portfolio.models import FinanceParameter


@dataclass(frozen=True)
class ParameterGroup:
    """`rows`: the latest first; `current` is the one in force today, None: none is."""

    code: str
    label: str
    is_share: bool
    rows: tuple[FinanceParameter, ...]
    current: FinanceParameter | None


def parameter_groups(*, today: date) -> list[ParameterGroup]:
    """Every parameter that the rules know of, even those without a figure; in one query."""
    told = list(FinanceParameter.objects.order_by("code", "-from_on"))
    return [_group(code, told, today) for code in FinanceParameter.Code]


def _group(
    code: FinanceParameter.Code, told: list[FinanceParameter], today: date
) -> ParameterGroup:
    rows = tuple(row for row in told if row.code == code)
    in_force = (row for row in rows if row.from_on <= today)
    is_share = not code.endswith(("_EUR", "_YEARS"))
    return ParameterGroup(code.value, str(code.label), is_share, rows, next(in_force, None))
