"""Two people on any form of the record: only what the form shows can be contested."""

import importlib
import pkgutil
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio import forms
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import plain
from portfolio.models import GreenAxis, Project
from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile
from tests.factories import finance, portfolio
from tests.factories.portfolio import NOW, make_project
from tests.portfolio.views.test_two_people import again, opened
from tests.uploads import pdf

pytestmark = pytest.mark.django_db

# Forms that compare the whole record, and why.
WHOLE = {
    "CarryOverForm": "what the year left is computed when it is sent",
    "DependencyWithdrawForm": "does the opposite of what the record is",
    "DerogationTakeOffForm": "does the opposite of what the record is",
    "MilestoneForm": "has no field: its subclasses say",
    "MilestoneWithdrawForm": "does the opposite of what the record is",
    "MoveForm": "does the opposite of what the record is",
    "OverrideForm": "ends the word that holds, whoever said it",
    "PhaseChoiceForm": "one choice stands for two fields",
    "PhaseWithdrawForm": "does the opposite of what the record is",
    "PlaceForm": "a place is looked at, not compared word by word",
    "ProcedureWithdrawForm": "does the opposite of what the record is",
    "RunningTakeOffForm": "does the opposite of what the record is",
    "TermsForm": "its subclasses say",
    "WithdrawalForm": "does the opposite of what the record is",
}


def below(form) -> set[type[RecordForm]]:
    return {form}.union(*(below(one) for one in form.__subclasses__()))


def every_form() -> set[type[RecordForm]]:
    for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}."):
        importlib.import_module(module.name)
    return {
        one for one in below(RecordForm) - {RecordForm} if one.__module__.startswith("portfolio")
    }


def test_every_form_of_the_record_says_what_it_shows_or_why_not():
    silent = {one.__name__ for one in every_form() if one.shows is RecordForm.shows}
    assert silent == set(WHOLE)


def make_document(project):
    return documents.add(
        project=project, facts=DocumentFacts(title_fr="Étude", kind="STUDY"),
        file=GivenFile("etude.pdf", pdf()), by=None, reason="Versé", at=NOW,
    )  # fmt: skip


def by_key(record):
    return [record.project.code, record.pk]


def by_code(record):
    return [record.project.code]


# Address, record, its arguments, a field of the form, of the record, theirs, mine.
CASES = {
    "milestone moved": ("milestone-move", portfolio.make_milestone, by_key, "current_on",
                        "current_on", date(2028, 1, 1), "2028-02-01"),
    "milestone reached": ("milestone-complete", portfolio.make_milestone, by_key, "actual_on",
                          "actual_on", date(2026, 1, 1), "2026-01-02"),
    "milestone named": ("milestone-correct", portfolio.make_milestone, by_key, "name_fr",
                        "name_fr", "Inauguration", "Mise en service"),
    "phase moved": ("phase-edit", portfolio.make_period,
                    lambda record: [record.project.code, record.phase_id], "ends_on",
                    "current_ends_on", date(2028, 1, 1), "2028-02-01"),
    "procedure": ("procedure-edit", portfolio.make_procedure, by_key, "reference", "reference",
                  "Arrêté 12", "Arrêté 13"),
    "risk": ("risk-edit", portfolio.make_risk, by_key, "severity", "severity", 4, "1"),
    "stakeholder": ("part-edit", portfolio.make_stakeholder, by_key, "since_on",
                    "since_on", date(2025, 1, 1), "2025-02-01"),
    "document": ("document-edit", make_document, by_key, "title_fr", "title_fr", "Étude 2",
                 "Étude 3"),
    "running cost": ("running-edit", finance.make_running_cost, by_key, "yearly_eur",
                     "yearly_eur", Decimal(5), "7"),
    "lead authority": ("lead-edit", finance.make_lead, by_code, "basis", "basis", "Loi A",
                       "Loi B"),
}  # fmt: skip


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent)


def theirs(record, **values):
    """Somebody else's writing of the record, or of the project alone."""
    type(record).objects.filter(pk=record.pk).update(**values)
    Project.objects.filter(pk=record.project_id).update(updated_at=timezone.now())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_elsewhere_is_no_conflict(client, mine, case):
    name, make, arguments, field, column, _their, my = case
    record = make(mine)
    address = reverse(f"portfolio:{name}", args=arguments(record))
    form = opened(client, address)
    theirs(record)
    assert client.post(address, form | {field: my}).status_code == 302
    record.refresh_from_db()
    assert plain(getattr(record, column)) == my


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("resolve", ["mine", "theirs"])
def test_the_same_fact_is_told_and_one_of_the_two_is_kept(client, mine, case, resolve):
    name, make, arguments, field, column, their, my = case
    record = make(mine)
    address = reverse(f"portfolio:{name}", args=arguments(record))
    form = opened(client, address)
    theirs(record, **{column: their})
    response = client.post(address, form | {field: my})
    assert [conflict.name for conflict in response.context["form"].conflicts] == [field]
    record.refresh_from_db()
    assert getattr(record, column) == their
    kept = client.post(address, again(response, resolve=resolve))
    assert kept.status_code == 302, kept.context["form"].errors
    record.refresh_from_db()
    assert plain(getattr(record, column)) == (my if resolve == "mine" else plain(their))


def test_what_somebody_said_of_an_estimate_meanwhile_is_told_and_stays(client, mine):
    version = mine.cost_estimates.get()
    address = reverse("portfolio:estimate-complete", args=[mine.code, version.version])
    form = opened(client, address)
    theirs(version)
    told = client.post(address, form | {"before_tax_eur": "10"})
    assert told.status_code == 302
    form = opened(client, address)
    theirs(version, scope="ALL_IN")
    response = client.post(address, form | {"scope": "WORKS"})
    (conflict,) = response.context["form"].conflicts
    assert conflict.name == "scope"
    assert client.post(address, again(response, resolve="mine")).status_code == 302
    version.refresh_from_db()
    assert version.scope == "ALL_IN"


def test_two_on_one_green_axis_are_told_apart_from_two_on_two(client, mine):
    first, second = GreenAxis.objects.order_by("rank")[:2]
    address = reverse("portfolio:green-edit", args=[mine.code])
    form = opened(client, address)
    finance.make_mark(mine, "FAVORABLE", axis=first.code)
    Project.objects.filter(pk=mine.pk).update(updated_at=timezone.now() + timedelta(days=1))
    mark = {f"mark_{second.pk}": "NEUTRAL", f"why_{second.pk}": "Sans effet"}
    response = client.post(address, form | mark | {f"mark_{first.pk}": "UNFAVORABLE"})
    names = {conflict.name for conflict in response.context["form"].conflicts}
    assert names == {f"mark_{first.pk}", f"why_{first.pk}"}
    assert client.post(address, again(response, resolve="theirs")).status_code == 302
    assert dict(mine.green_marks.values_list("axis", "mark")) == {
        first.pk: "FAVORABLE", second.pk: "NEUTRAL"
    }  # fmt: skip
