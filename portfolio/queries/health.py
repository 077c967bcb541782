"""The computed status of projects, with the word of their manager where one overrides it.

In a constant number of queries, whatever the number of projects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.analysis.health import Computed, Step, cost_status, schedule_status
from portfolio.models import (
    Authorisation,
    CostEstimate,
    Funding,
    LeadAuthority,
    Milestone,
    PaymentCredit,
    Project,
    Section,
    ShareDerogation,
    StatusOverride,
)
from portfolio.queries.money import (
    FundingPlan,
    ProjectMoney,
    parameters_on,
    plan_money,
    section_money,
    share_terms,
)
from portfolio.queries.money_checks import BREACH, findings
from portfolio.results import Unknown
from portfolio.templatetags.figures import figure

# What says something of the cost; a study that is due, a share of a lead authority do not.
WATCHED = {"PAID_AHEAD", "PAID_BEHIND", "AP_BELOW_COST", "OWN_SHARE_AT_RISK"}


@dataclass(frozen=True)
class Judged:
    """A computed status, and the override that stands before it (None: none in force)."""

    computed: Computed | Unknown
    override: StatusOverride | None

    @property
    def computed_code(self) -> str:
        return "UNKNOWN" if isinstance(self.computed, Unknown) else self.computed.code

    @property
    def code(self) -> str:
        return self.override.status if self.override else self.computed_code

    @property
    def sentence(self) -> str:
        return sentence(self.computed)


WORST_FIRST = ("OFF_TRACK", "AT_RISK", "UNKNOWN", "ON_TRACK", "ACHIEVED")


@dataclass(frozen=True)
class Health:
    """`code` is the worse of the two; what is not known is no good news."""

    schedule: Judged
    cost: Judged

    @property
    def code(self) -> str:
        return min(self.schedule.code, self.cost.code, key=WORST_FIRST.index)


def sentence(computed: Computed | Unknown) -> str:
    """Why, in the reader's language."""
    if isinstance(computed, Unknown):
        reasons = {
            "NO_MILESTONE": _("No milestone is entered."),
            "NO_ESTIMATE": _("No cost estimate is entered."),
            "FIRST_IS_ZERO": _("The first estimate is zero: its growth cannot be told."),
        }
        return reasons[computed.reason]
    count = int(computed.amount)
    return {
        "ALL_REACHED": _("Every milestone is reached."),
        "OVERDUE": ngettext(
            "A milestone is %(count)s day past its date.",
            "A milestone is %(count)s days past its date.", count,
        ),
        "AS_ANNOUNCED": _("Every milestone ahead keeps its first date."),
        "SLIPPED": ngettext(
            "A milestone ahead has slipped by %(count)s day.",
            "A milestone ahead has slipped by %(count)s days.", count,
        ),
        "RULES_BROKEN": ngettext(
            "%(count)s rule of money is broken.", "%(count)s rules of money are broken.", count
        ),
        "GROWN": _("The estimate has grown by %(percent)s%%."),
        "TO_WATCH": ngettext(
            "The estimate holds; %(count)s point of money is to watch.",
            "The estimate holds; %(count)s points of money are to watch.", count,
        ),
        "WITHIN_ESTIMATE": _("The estimate holds and the rules of money are kept."),
    }[computed.cause] % {"count": count, "percent": figure(computed.amount, 1)}  # fmt: skip


def healths(project_ids: Iterable[int], *, today: date) -> dict[int, Health]:
    """By project; all of them are there."""
    ids = list(project_ids)
    overrides: dict[tuple[int, str], StatusOverride] = {
        (word.project_id, word.axis): word
        for word in StatusOverride.objects.in_force(today)
        .filter(project__among=ids)
        .select_related("author")
    }
    schedules, costs = _schedules(ids, today), _costs(ids, today)
    return {
        pk: Health(
            schedule=Judged(schedules[pk], overrides.get((pk, "SCHEDULE"))),
            cost=Judged(costs[pk], overrides.get((pk, "COST"))),
        )
        for pk in ids
    }


def _schedules(ids: Collection[int], today: date) -> dict[int, Computed | Unknown]:
    counts = dict(
        Milestone.objects.current()
        .filter(project__among=ids)
        .values_list("project")
        .annotate(models.Count("pk"))
    )
    ahead: defaultdict[int, list[Step]] = defaultdict(list)
    dates = Milestone.objects.ahead().filter(project__among=ids)
    for pk, original_on, current_on in dates.values_list("project", "original_on", "current_on"):
        ahead[pk].append(Step(original_on, current_on))
    return {
        pk: schedule_status(
            ahead[pk],
            milestones=counts.get(pk, 0), today=today,
        )
        for pk in ids
    }  # fmt: skip


def _costs(ids: Collection[int], today: date) -> dict[int, Computed | Unknown]:
    estimates: Any = Project.objects.filter(pk__among=ids).with_costs()
    pairs = {
        pk: (original, current)
        for pk, original, current in estimates.values_list(
            "pk", "original_cost_eur", "current_cost_eur"
        )
    }
    parameters = parameters_on(today)
    computed: dict[int, Computed | Unknown] = {}
    for pk, money in moneys(ids, today=today).items():
        found = findings(money, today=today, parameters=parameters)
        original, current = pairs.get(pk, (None, None))
        computed[pk] = cost_status(
            original,
            current,
            breaches=sum(finding.level == BREACH for finding in found),
            watched=sum(finding.code in WATCHED for finding in found),
        )
    return computed


def moneys(project_ids: Iterable[int], *, today: date) -> dict[int, ProjectMoney]:
    """The money of many projects, in a constant number of queries. Its acts, credits and fundings
    are figures without their record: a record each would take longer than all the rest."""
    ids = list(project_ids)
    acts = _by_project(
        Authorisation.objects.filter(project__among=ids)
        .order_by("voted_on", "pk")
        .values_list("project_id", "section", "kind", "amount_eur", named=True)
    )
    years = _by_project(
        PaymentCredit.objects.filter(project__among=ids)
        .order_by("year")
        .values_list(
            "project_id", "section", "year", "voted_eur", "committed_eur", "paid_eur",
            "carried_over_eur", named=True,
        )
    )  # fmt: skip
    plans = _plans(ids, today)
    return {
        pk: ProjectMoney(
            tuple(
                section_money(section, acts[pk], years[pk], today)
                for section in Section
                if section in {a.section for a in acts[pk]} | {y.section for y in years[pk]}
            ),
            plans[pk],
        )
        for pk in ids
    }


def _plans(ids: Collection[int], today: date) -> dict[int, FundingPlan]:
    parameters = parameters_on(today)
    lines = Funding.objects.filter(project__among=ids).order_by("-requested_eur", "pk")
    fundings = _by_project(
        lines.values_list(
            "project_id", "requested_eur", "notified_eur", "received_eur", "is_public_money",
            named=True,
        )
    )  # fmt: skip
    costs = dict(
        CostEstimate.objects.filter(project__among=ids)
        .order_by("project", "-version")
        .distinct("project")
        .values_list("project", "amount_eur")
    )
    leads = {one.project_id: one for one in LeadAuthority.objects.filter(project__among=ids)}
    told = _by_project(
        ShareDerogation.objects.filter(project__among=ids).order_by("decided_on", "pk")
    )
    return {
        pk: plan_money(
            costs.get(pk, Unknown("NO_ESTIMATE")), tuple(fundings[pk]), parameters,
            share_terms(leads.get(pk), told[pk], parameters),
        )
        for pk in ids
    }  # fmt: skip


def _by_project(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.project_id].append(row)
    return found
