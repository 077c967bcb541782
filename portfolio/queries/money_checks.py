"""What the rules of money say of a project: each finding has its code, a sentence and the text
that sets the rule. Rules that no single row can break are here; the others are constraints."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.analysis import budget
from portfolio.analysis.budget import Figure
from portfolio.models import FinanceParameter
from portfolio.queries.money import FundingPlan, ProjectMoney, SectionMoney, value_of
from portfolio.results import Unknown
from portfolio.templatetags.figures import euros, figure

Parameters = dict[str, FinanceParameter]
BREACH, WATCH, UNKNOWN = "BREACH", "WATCH", "UNKNOWN"
LAW_CEILING = "CGCT, art. L5217-10-7"
LAW_CARRY = "CGCT, art. R2311-11"
LAW_SHARE = "CGCT, art. L1111-10, III"
LAW_LEAD = "CGCT, art. L1111-9, I, 3°"
LAW_STUDY = "CGCT, art. L1611-9, D1611-35"
PARAMETERS = FinanceParameter.Code


Words = Mapping[str, Callable[[], str]]


@dataclass(frozen=True)
class Finding:
    """`level`: BREACH (a rule is broken), WATCH, or UNKNOWN (it cannot be checked). Its sentence
    is written when it is read: a list of projects counts findings by the thousand."""

    code: str
    level: str
    text: Promise
    source: str
    words: Words = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        text = str(self.text)
        if not self.words:
            return text
        return text % {name: written() for name, written in self.words.items()}


def findings(money: ProjectMoney, *, today: date, parameters: Parameters) -> list[Finding]:
    """Breaches first, then what to watch, then what cannot be checked."""
    found: list[Finding] = []
    for section in money.sections:
        for check in SECTION_CHECKS:
            found += check(section, today)
    if not isinstance(money.plan.cost, Unknown):
        found += _plan_checks(money, money.plan.cost, parameters)
    return sorted(found, key=lambda finding: [BREACH, WATCH, UNKNOWN].index(finding.level))


# ---------------------------------------------------------------- authorisations and credits


def _credits_within_authorisation(section: SectionMoney, today: date) -> Iterator[Finding]:
    """Σ CP ≤ AP (CGCT, art. L5217-10-7)."""
    if isinstance(section.ceiling, Unknown):
        return
    needed = budget.credits_needed(section.lines, year=today.year)
    if isinstance(needed, Unknown):
        yield Finding("CP_NOT_CHECKED", UNKNOWN, _("Whether the credits stay within the authorisation cannot be told: figures of a past year or of this one are missing."), LAW_CEILING)  # fmt: skip
    elif needed > section.ceiling.authorised:
        sentence = _("Payments and credits add up to %(sum)s, above the authorisation of %(ap)s.")
        words = {"sum": partial(euros, needed), "ap": partial(euros, section.ceiling.authorised)}
        yield Finding("CP_OVER_AP", BREACH, sentence, LAW_CEILING, words)


def _committed_within_authorisation(section: SectionMoney, today: date) -> Iterator[Finding]:
    """Committed ≤ AP (CGCT, art. L5217-10-7)."""
    if isinstance(section.ceiling, Unknown):
        return
    committed = section.totals.committed
    if isinstance(committed, Unknown):
        yield Finding("COMMITTED_NOT_CHECKED", UNKNOWN, _("What is committed cannot be compared with the authorisation: a year does not say it."), LAW_CEILING)  # fmt: skip
    elif committed > section.ceiling.authorised:
        sentence = _("%(sum)s is committed, above the authorisation of %(ap)s.")
        words = {"sum": partial(euros, committed), "ap": partial(euros, section.ceiling.authorised)}
        yield Finding("COMMITTED_OVER_AP", BREACH, sentence, LAW_CEILING, words)


def _pace(section: SectionMoney, today: date) -> Iterator[Finding]:
    """Payments of the year against the part of the year that has passed."""
    for row in section.rows:
        if row.line.year != today.year or isinstance(row.execution, Unknown):
            continue
        words = {
            "year": partial(str, row.line.year),
            "share": partial(figure, row.execution.share * 100),
            "elapsed": partial(figure, row.execution.elapsed * 100),
        }
        if row.execution.pace == "AHEAD":
            sentence = _("%(share)s%% of the credits of %(year)s are paid; %(elapsed)s%% of the year has passed: the year may run short.")  # fmt: skip
            yield Finding("PAID_AHEAD", WATCH, sentence, LAW_CEILING, words)
        elif row.execution.pace == "BEHIND":
            sentence = _("%(share)s%% of the credits of %(year)s are paid; %(elapsed)s%% of the year has passed: credits may go unused.")  # fmt: skip
            yield Finding("PAID_BEHIND", WATCH, sentence, LAW_CEILING, words)


def _carry_over(section: SectionMoney, today: date) -> Iterator[Finding]:
    """What a year carries over is what the year before left committed and unpaid."""
    by_year = {line.year: line for line in section.lines}
    for line in section.lines:
        before = by_year.get(line.year - 1)
        if before is None or line.carried_over is None or line.year > today.year:
            continue
        left = budget.to_carry_over(before)
        if not isinstance(left, Unknown) and line.carried_over > left:
            sentence = _("%(year)s carries over %(carried)s; the year before left %(left)s committed and unpaid.")  # fmt: skip
            words = {
                "year": partial(str, line.year),
                "carried": partial(euros, line.carried_over),
                "left": partial(euros, left),
            }
            yield Finding("CARRIED_TOO_MUCH", BREACH, sentence, LAW_CARRY, words)


SECTION_CHECKS: list[Callable[[SectionMoney, date], Iterator[Finding]]] = [
    _credits_within_authorisation,
    _committed_within_authorisation,
    _carry_over,
    _pace,
]


# ---------------------------------------------------------------- who pays


def _plan_checks(money: ProjectMoney, cost: Decimal, parameters: Parameters) -> Iterator[Finding]:
    yield from _funding_within_cost(money.plan, cost)
    yield from _minimum_share(money.plan, cost, parameters)
    yield from impact_study(cost, parameters)
    section = money.section("INVESTMENT")
    if section and not isinstance(section.ceiling, Unknown) and section.ceiling.authorised < cost:
        sentence = _("The authorisation of %(ap)s does not cover the current cost of %(cost)s.")
        words = {"ap": partial(euros, section.ceiling.authorised), "cost": partial(euros, cost)}
        yield Finding("AP_BELOW_COST", WATCH, sentence, LAW_CEILING, words)


def _funding_within_cost(plan: FundingPlan, cost: Decimal) -> Iterator[Finding]:
    """Nobody is paid more than the works cost."""
    if plan.notified > cost:
        sentence = _("The grants notified, %(sum)s, are above the cost of %(cost)s.")
        words = {"sum": partial(euros, plan.notified), "cost": partial(euros, cost)}
        yield Finding("FUNDING_OVER_COST", BREACH, sentence, LAW_SHARE, words)


def _minimum_share(plan: FundingPlan, cost: Decimal, parameters: Parameters) -> Iterator[Finding]:
    """The owner pays a minimum of the public money (CGCT, art. L1111-10, III; L1111-9, I, 3°)."""
    minimum, terms = plan.terms.minimum, plan.terms
    if not plan.grants or isinstance(minimum, Unknown):
        return
    source = LAW_LEAD if terms.is_lead and not terms.derogations else LAW_SHARE
    now = budget.participation(cost, plan.grants, expected=False)
    later = budget.participation(cost, plan.grants, expected=True)
    if _below(now, minimum):
        sentence = _("We would pay %(share)s%% of the public money of the project; the minimum is %(minimum)s%%, unless a derogation is granted.")  # fmt: skip
        yield Finding("OWN_SHARE_LOW", BREACH, sentence, source, _percents(now, minimum))
    elif _below(later, minimum):
        sentence = _("If every request is granted, we would pay %(share)s%% of the public money; the minimum is %(minimum)s%%.")  # fmt: skip
        yield Finding("OWN_SHARE_AT_RISK", WATCH, sentence, source, _percents(later, minimum))
    elif terms.derogations or terms.lead:
        return  # the minimum that binds is known, and met
    elif _below(now, lead := value_of(parameters, PARAMETERS.OWN_SHARE_MIN_LEAD)):
        sentence = _("We would pay %(share)s%% of the public money; where we act as lead authority the minimum is %(minimum)s%%: say whether we do.")  # fmt: skip
        source = parameters[PARAMETERS.OWN_SHARE_MIN_LEAD].source
        yield Finding("OWN_SHARE_LEAD", WATCH, sentence, source, _percents(now, lead))


def impact_study(cost: Decimal, parameters: Parameters) -> Iterator[Finding]:
    """A study of the running costs is due above a threshold (CGCT, art. D1611-35)."""
    sum_eur = value_of(parameters, PARAMETERS.IMPACT_STUDY_CEILING_EUR)
    share = value_of(parameters, PARAMETERS.IMPACT_STUDY_SHARE)
    if isinstance(sum_eur, Unknown) or isinstance(share, Unknown):
        return
    revenue = value_of(parameters, PARAMETERS.OPERATING_REVENUE_EUR)
    threshold = budget.impact_study_threshold(sum_eur, share, revenue)
    # Above the sum the study is due whatever the revenue; below, only the revenue can tell.
    limit = sum_eur if isinstance(threshold, Unknown) else threshold
    if cost > limit:
        sentence = _("The cost passes %(limit)s: a study of the yearly running costs goes with the project before the council.")  # fmt: skip
        yield Finding(
            "IMPACT_STUDY_DUE", WATCH, sentence, LAW_STUDY, {"limit": partial(euros, limit)}
        )


def _below(share: Figure, minimum: Figure) -> bool:
    if isinstance(share, Unknown) or isinstance(minimum, Unknown):
        return False
    return share < minimum


def _percents(share: Figure, minimum: Figure) -> Words:
    """Both are known: `_below` compared them."""
    pair = {"share": share, "minimum": minimum}
    return {
        name: partial(figure, value * 100, 1)
        for name, value in pair.items()
        if isinstance(value, Decimal)
    }
