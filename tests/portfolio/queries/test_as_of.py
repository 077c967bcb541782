"""What the register says of a past instant is what it said then."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio import moments
from portfolio.models import Authorisation, Funding, Milestone, PaymentCredit, Project
from portfolio.queries import as_of
from portfolio.queries import projects as project_queries
from portfolio.queries.projects import MilestoneStep
from portfolio.services import budget, finance, funding, projects, restore, schedule
from portfolio.services.budget import CreditFigures
from portfolio.services.funding import Dated
from portfolio.services.history import recorded
from portfolio.services.projects import ProjectFields
from tests.factories.portfolio import make_organisation, make_phase_set

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = ["rename", "phase", "estimate", "plan", "postpone", "complete", "vote", "revise", "credit",
         "fund", "notify", "undo"]  # fmt: skip


def clock() -> datetime:
    """The database's own: an event bears the instant at which its transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def snapshot(project: Project) -> dict[str, object]:
    stored = Project.objects.get(pk=project.pk)
    costs = stored.cost_estimates.order_by("version").values_list("version", "amount_eur", "reason")
    return {
        "facts": (stored.name_fr, stored.phase_id, stored.visibility, stored.updated_at),
        "costs": list(costs),
        "milestones": [step(m) for m in stored.milestones.current().order_by("current_on", "pk")],
        "acts": rows(stored.authorisations.order_by("voted_on", "pk")),
        "credits": rows(stored.credits.order_by("year")),
        "fundings": rows(stored.fundings.order_by("-requested_eur", "pk")),
        "line": project_queries.rows(Project.objects.filter(pk=project.pk)),
    }


def rows(records):
    return [[getattr(one, field.attname) for field in one._meta.concrete_fields] for one in records]


def step(milestone: Milestone) -> MilestoneStep:
    last = milestone.revisions.order_by("revised_at", "pk").last()
    return MilestoneStep(
        milestone.name, milestone.original_on, milestone.current_on, milestone.actual_on,
        last.reason if last else "",
    )  # fmt: skip


def read_again(project: Project, at: datetime) -> dict[str, object]:
    found = as_of.record(project, at)
    then = found.project
    return {
        "facts": (then.name_fr, then.phase_id, then.visibility, then.updated_at),
        "costs": [(c.version, c.amount_eur, c.reason) for c in found.costs],
        "milestones": list(found.milestones),
        "acts": rows(found.acts),
        "credits": rows(found.credits),
        "fundings": rows(found.fundings),
        "line": as_of.rows([project], at),
    }


@dataclass
class Story:
    """Changes of one project by the services; what they refuse is no change."""

    project: Project
    made: list

    def take(self, step: str, number: int) -> None:
        signed = {"by": None, "reason": f"{step} {number}", "at": timezone.now()}
        try:
            with recorded(by=None, reason=step) as change:
                getattr(self, f"_{step}")(number, signed)
            self.made.append(change)
        except (ValidationError, LookupError):
            return

    def _rename(self, number, signed):
        projects.update(project=self.project, changes={"name_fr": f"Nom {number}"}, **signed)

    def _phase(self, number, signed):
        phase = self.project.phase_set.phases.get(rank=1 + number % 3)
        projects.update(project=self.project, changes={"phase": phase}, **signed)

    def _estimate(self, number, signed):
        finance.estimate(project=self.project, amount_eur=Decimal(number),
                         valued_on=date(2026, 1, 1), **signed)  # fmt: skip

    def _plan(self, number, signed):
        schedule.plan_milestone(project=self.project, code=f"j{number}", name_fr=f"Jalon {number}",
                                on=date(2027, 1, 1) + timedelta(days=number), **signed)  # fmt: skip

    def _postpone(self, number, signed):
        schedule.postpone(milestone=list(self.project.milestones.order_by("-pk"))[-1],
                          to=date(2028, 1, 1) + timedelta(days=number), **signed)  # fmt: skip

    def _complete(self, number, signed):
        schedule.complete(milestone=list(self.project.milestones.order_by("pk"))[-1],
                          on=date(2026, 1, 1) + timedelta(days=number), **signed)  # fmt: skip

    def _vote(self, number, signed):
        budget.vote_authorisation(project=self.project, amount_eur=Decimal(1000 + number),
                                  voted_on=date(2026, 1, 1), deliberation="1", **signed)  # fmt: skip

    def _revise(self, number, signed):
        budget.revise_authorisation(project=self.project, amount_eur=Decimal(1 + number),
                                    voted_on=date(2026, 2, 1), deliberation="2", **signed)  # fmt: skip

    def _credit(self, number, signed):
        budget.set_payment_credit(project=self.project, year=2025 + number % 3,
                                  figures=CreditFigures(Decimal(number)), **signed)  # fmt: skip

    def _fund(self, number, signed):
        funder = make_organisation(kind="PARTNER")
        funding.ask_funding(project=self.project, funder=funder, scheme="DSIL",
                            requested=Dated(Decimal(100 + number), date(2026, 1, 1)), **signed)  # fmt: skip

    def _notify(self, number, signed):
        funding.notify_funding(funding=list(self.project.fundings.order_by("pk"))[-1],
                               notified=Dated(Decimal(number), date(2026, 3, 1)), **signed)  # fmt: skip

    def _undo(self, number, signed):
        restore.undo(project=self.project, change=self.made[-1], by=None, at=signed["at"])


def new_project(code: str) -> Project:
    phase_set = make_phase_set()
    given = ProjectFields(code=code, name_fr="Pont", phase_set=phase_set)
    return projects.create(fields=given, by=None, reason="Saisie", at=timezone.now())


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 60)), min_size=3, max_size=12))
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
def test_the_record_of_an_instant_is_what_it_was_then(transactional_db, steps):
    project = new_project(f"P-{timezone.now().timestamp()}")
    story, seen = Story(project, []), []
    for step, number in steps:
        story.take(step, number)
        seen.append((clock(), snapshot(project)))
    for at, then in seen:
        assert read_again(project, at) == then


def test_before_its_first_entry_a_project_is_not_known(transactional_db):
    before = clock()
    project = new_project("P-1")
    assert as_of.record(project, before) is None
    assert not as_of.known_at(Project.objects.all(), before).exists()
    assert as_of.known_at(Project.objects.all(), clock()).get() == project
    assert as_of.first_known_at(project) > before


def test_totals_of_a_past_instant_count_what_had_an_estimate_then(transactional_db):
    first, second = new_project("P-1"), new_project("P-2")
    estimate = {"valued_on": date(2026, 1, 1), "by": None, "reason": "x", "at": timezone.now()}
    finance.estimate(project=first, amount_eur=Decimal(100), **estimate)
    at = clock()
    finance.estimate(project=first, amount_eur=Decimal(150), **estimate)
    finance.estimate(project=second, amount_eur=Decimal(70), **estimate)
    totals = as_of.totals(Project.objects.all(), at)
    assert (totals.count, totals.costed, totals.current_eur) == (2, 1, Decimal(100))


def test_the_end_of_a_day_is_the_territorys(settings):
    end = moments.end_of(date(2025, 6, 30))
    assert timezone.localdate(end) == date(2025, 6, 30)
    assert timezone.localdate(end + timedelta(microseconds=1)) == date(2025, 7, 1)


def test_nothing_of_the_past_is_stored(transactional_db):
    project = new_project("P-1")
    counts = [
        m.objects.count() for m in (Project, Milestone, Authorisation, PaymentCredit, Funding)
    ]
    as_of.record(project, clock())
    assert counts == [
        m.objects.count() for m in (Project, Milestone, Authorisation, PaymentCredit, Funding)
    ]
