"""The arithmetic of a project's money: authorisations, yearly credits, who pays what.

Amounts are Decimal euros. None in a line is a figure that nobody entered; what cannot be computed
without it is `Unknown`, with its reason. No clock: the day is an argument.

Two words that are easily confused. The *authorisation* (AP) limits what may be committed over the
whole project; the *credit* (CP) limits what may be paid in one year (CGCT, art. L5217-10-7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from portfolio.results import Unknown

CENT = Decimal("0.01")
ZERO = Decimal(0)
PACE_TOLERANCE = Decimal("0.15")  # of the year's credits
Figure = Decimal | Unknown


# ---------------------------------------------------------------- authorisations


@dataclass(frozen=True)
class Ceiling:
    """What the acts on an authorisation add up to. `authorised` is what may be committed."""

    voted: Decimal
    affected: Decimal
    lapsed: Decimal

    @property
    def authorised(self) -> Decimal:
        return self.voted - self.lapsed

    @property
    def available(self) -> Decimal:
        """Not yet reserved by an affectation."""
        return self.authorised - self.affected


def ceiling(acts: Iterable[tuple[str, Decimal]]) -> Ceiling:
    """Sum of (kind, amount): votes and revisions, affectations, lapses.

    Source: CGCT, art. L5217-10-7 (an authorisation may be revised, and holds until cancelled);
    what lapses, and when, is set by the budget rules of art. L5217-10-8.
    """
    sums = {"VOTED": ZERO, "REVISION": ZERO, "AFFECTATION": ZERO, "LAPSE": ZERO}
    for kind, amount in acts:
        sums[kind] += amount
    return Ceiling(sums["VOTED"] + sums["REVISION"], sums["AFFECTATION"], sums["LAPSE"])


# ---------------------------------------------------------------- yearly credits


@dataclass(frozen=True)
class CreditLine:
    """The credits of one year; `committed` includes `carried_over`, what came from the year
    before (RAR). None: not known."""

    year: int
    voted: Decimal
    committed: Decimal | None
    paid: Decimal | None
    carried_over: Decimal | None


@dataclass(frozen=True)
class CreditTotals:
    """Over several years; `committed` counts a carried-over commitment once."""

    voted: Decimal
    committed: Figure
    paid: Figure


def totals(lines: Sequence[CreditLine], *, year: int) -> CreditTotals:
    """Sums by column. One unknown term makes a sum unknown (DOMAIN.md, rule 3), but for the years
    after `year`: what is not entered there has not happened yet. What the first year carries over
    was committed before the lines begin: no other line counts it."""
    told = [line for line in lines if line.year <= year or line.committed is not None]
    paid = [line for line in lines if line.year <= year or line.paid is not None]
    first = min((line.year for line in told), default=year)
    again = (line.carried_over for line in told if line.year > first)
    carried = known_sum(again, "CARRIED_OVER_UNKNOWN")
    committed = known_sum((line.committed for line in told), "COMMITTED_UNKNOWN")
    return CreditTotals(
        voted=sum((line.voted for line in lines), ZERO),
        committed=difference(committed, carried),
        paid=known_sum((line.paid for line in paid), "PAID_UNKNOWN"),
    )


def known_sum(values: Iterable[Decimal | None], reason: str) -> Figure:
    """The sum, or Unknown(reason) if one of the values is not known."""
    total = ZERO
    for value in values:
        if value is None:
            return Unknown(reason)
        total += value
    return total


def difference(left: Figure, right: Figure) -> Figure:
    """Left − right; the first unknown one wins."""
    if isinstance(left, Unknown):
        return left
    return right if isinstance(right, Unknown) else left - right


def remaining_to_pay(sums: CreditTotals) -> Figure:
    """Committed and not yet paid, over all the years that are summed."""
    return difference(sums.committed, sums.paid)


def to_carry_over(line: CreditLine) -> Figure:
    """What a year leaves to carry over (RAR): committed and not paid at its end.

    Source: CGCT, art. R2311-11.
    """
    if line.committed is None:
        return Unknown("COMMITTED_UNKNOWN")
    return Unknown("PAID_UNKNOWN") if line.paid is None else line.committed - line.paid


def credits_needed(lines: Sequence[CreditLine], *, year: int) -> Figure:
    """What the authorisation has to cover, seen from `year` (DOMAIN.md, rule 7: Σ CP ≤ AP).

    What was paid in the years before, plus the credits of `year` (with what it carries over) and
    of the years to come: credits that a closed year did not use do not count twice.
    Source: CGCT, art. L5217-10-7.
    """
    before = known_sum((line.paid for line in lines if line.year < year), "PAID_UNKNOWN")
    if isinstance(before, Unknown):
        return before
    carried = known_sum(
        (line.carried_over for line in lines if line.year == year), "CARRIED_OVER_UNKNOWN"
    )
    if isinstance(carried, Unknown):
        return carried
    return before + carried + sum((line.voted for line in lines if line.year >= year), ZERO)


@dataclass(frozen=True)
class Execution:
    """`share` of the year's credits that is paid, `elapsed` share of the year; `pace` is AHEAD,
    BEHIND or ON_PACE."""

    share: Decimal
    elapsed: Decimal
    pace: str

    @property
    def percent(self) -> Decimal:
        return self.share * 100


def execution(line: CreditLine, *, today: date) -> Execution | Unknown:
    """How much of the year's credits is paid, against the part of the year that has passed.

    Within PACE_TOLERANCE of the elapsed share the pace is ON_PACE, unless the credits are used up
    before the year is over: AHEAD. A year not begun has no pace.
    """
    if line.year > today.year:
        return Unknown("YEAR_NOT_BEGUN")
    share, elapsed = used_share(line), elapsed_share(line.year, today)
    if isinstance(share, Unknown):
        return share
    used_up = share >= 1 > elapsed
    if abs(share - elapsed) <= PACE_TOLERANCE and not used_up:
        return Execution(share, elapsed, "ON_PACE")
    return Execution(share, elapsed, "AHEAD" if share > elapsed else "BEHIND")


def used_share(line: CreditLine) -> Figure:
    """The execution rate of a year: paid ÷ (voted + carried over)."""
    if line.paid is None:
        return Unknown("PAID_UNKNOWN")
    if line.carried_over is None:
        return Unknown("CARRIED_OVER_UNKNOWN")
    credit = line.voted + line.carried_over
    return line.paid / credit if credit else Unknown("NO_CREDIT")


def elapsed_share(year: int, today: date) -> Decimal:
    """Part of `year` that has passed at the end of `today`, from 0 to 1."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    passed = (min(today, date(year, 12, 31)) - first).days + 1
    return Decimal(max(passed, 0)) / Decimal((after - first).days)


# ---------------------------------------------------------------- who pays


@dataclass(frozen=True)
class Grant:
    """A line of the funding plan; `notified` None: not answered yet, 0: refused."""

    requested: Decimal
    notified: Decimal | None
    received: Decimal | None
    is_public_money: bool = True

    @property
    def expected(self) -> Decimal:
        return self.requested if self.notified is None else self.notified


def fctva(expense: Decimal, rate: Decimal) -> Decimal:
    """VAT compensation on an expense all taxes included, at the rate in force, to the cent.

    An estimate and an upper bound: all of the expense is taken as eligible.
    Source: CGCT, art. L1615-1 and L1615-6.
    """
    return (expense * rate).quantize(CENT, ROUND_HALF_UP)


def own_share(cost: Figure, grants: Iterable[Grant], compensation: Figure) -> Figure:
    """Net own share (reste à charge): cost − notified grants − VAT compensation.

    A grant that nobody has notified yet is not counted on; a refused one is zero.
    """
    notified = sum((grant.notified or ZERO for grant in grants), ZERO)
    return difference(difference(cost, notified), compensation)


def participation(cost: Decimal, grants: Sequence[Grant], *, expected: bool) -> Decimal | Unknown:
    """The owner's part of all the public money of a project, from 0 to 1; negative when the
    grants are above the cost.

    (cost − grants) / (cost − grants of private money). The VAT compensation is the owner's own
    resource. `expected`: count what was asked and not answered yet as granted.
    Source: CGCT, art. L1111-10, III (20 %), art. L1111-9, I, 3° (30 % as lead authority).
    """
    amounts = [(g.expected if expected else g.notified or ZERO, g.is_public_money) for g in grants]
    private = sum((amount for amount, is_public in amounts if not is_public), ZERO)
    public_money = cost - private
    if public_money <= 0:
        return Unknown("NO_PUBLIC_MONEY")
    return (cost - sum((amount for amount, _ in amounts), ZERO)) / public_money


def impact_study_threshold(ceiling_eur: Decimal, share: Decimal, revenue: Figure) -> Figure:
    """From which cost on a study of the running costs goes with the project: the smaller of a sum
    and of a share of the yearly operating revenue.

    Source: CGCT, art. L1611-9 and D1611-35, 5° (above 400,000 inhabitants).
    """
    return revenue if isinstance(revenue, Unknown) else min(ceiling_eur, share * revenue)
