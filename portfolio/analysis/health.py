"""What the register itself says of a project's calendar and cost: the computed status.

Codes are those of the effects: ON_TRACK, AT_RISK, OFF_TRACK, ACHIEVED; or Unknown with its reason.
The manager's judgement (météo) is not an input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.results import Unknown

SLIPPAGE_OFF_TRACK_DAYS = 180
GROWTH_OFF_TRACK = Decimal("0.10")


@dataclass(frozen=True)
class Computed:
    """`cause` is a code, `amount` what it counts: days, percent, or findings."""

    code: str
    cause: str
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Step:
    """A milestone not reached yet."""

    original_on: date
    current_on: date


def schedule_status(ahead: Sequence[Step], *, milestones: int, today: date) -> Computed | Unknown:
    """From the milestones ahead of a project, out of all its `milestones`."""
    if not milestones:
        return Unknown("NO_MILESTONE")
    if not ahead:
        return Computed("ACHIEVED", "ALL_REACHED")
    overdue = max((today - step.current_on).days for step in ahead)
    if overdue > 0:
        return Computed("OFF_TRACK", "OVERDUE", Decimal(overdue))
    slipped = max((step.current_on - step.original_on).days for step in ahead)
    if slipped <= 0:
        return Computed("ON_TRACK", "AS_ANNOUNCED")
    code = "OFF_TRACK" if slipped > SLIPPAGE_OFF_TRACK_DAYS else "AT_RISK"
    return Computed(code, "SLIPPED", Decimal(slipped))


def cost_status(
    original: Decimal | None, current: Decimal | None, *, breaches: int, watched: int
) -> Computed | Unknown:
    """From the growth of the estimate, and what the rules of money find: the rules that are
    broken, and what they say to watch."""
    if original is None or current is None:
        return Unknown("NO_ESTIMATE")
    if breaches:
        return Computed("OFF_TRACK", "RULES_BROKEN", Decimal(breaches))
    if current and not original:
        return Unknown("FIRST_IS_ZERO")
    growth = (current - original) / original if original else Decimal(0)
    if growth > 0:
        code = "OFF_TRACK" if growth > GROWTH_OFF_TRACK else "AT_RISK"
        return Computed(code, "GROWN", growth * 100)
    if watched:
        return Computed("AT_RISK", "TO_WATCH", Decimal(watched))
    return Computed("ON_TRACK", "WITHIN_ESTIMATE")
