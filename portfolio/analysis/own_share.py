"""Which minimum own share binds a project (CGCT, art. L1111-10, III; art. L1111-9, I, 3°)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from portfolio.analysis.budget import Figure
from portfolio.results import Unknown

ZERO = Decimal(0)


def minimum_share(
    general: Figure, lead: Figure, *, is_lead: bool | None, derogations: Iterable[Decimal | None]
) -> Figure:
    """The general minimum, or that of a lead authority; a derogation lowers it to what its
    decision still asks for (None: nothing). Where nobody said who leads (`is_lead` None), the
    general one. A share from 0 to 1."""
    base = lead if is_lead else general
    allowed = [ZERO if share is None else share for share in derogations]
    if not allowed:
        return base
    lowest = min(allowed)
    return lowest if isinstance(base, Unknown) else min(base, lowest)
