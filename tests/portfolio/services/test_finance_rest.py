"""Parameters, green marks, running costs, own share: every verb keeps its author and reason, and
what breaks a rule is refused by field."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portfolio.models import FinanceParameter, GreenAxis, GreenMark
from portfolio.queries import changes
from portfolio.queries.running import running_of
from portfolio.services import finance, green, own_share, parameters, running
from portfolio.services.finance import Terms
from portfolio.services.own_share import DerogationFacts
from portfolio.services.running import RunningFigures
from portfolio.templatetags.figures import euros
from tests.factories.finance import make_derogation, make_index, make_running_cost
from tests.factories.portfolio import NOW, make_project, make_user

pytestmark = pytest.mark.django_db
SIGNED = {"by": None, "reason": "Étude", "at": NOW}


def refused(field, verb, **given) -> None:
    with pytest.raises(ValidationError) as refusal:
        verb(**given)
    assert list(refusal.value.message_dict) == [field]


# ---------------------------------------------------------------- what an estimate means


def test_an_estimate_says_what_it_means():
    index = make_index()
    version = finance.estimate(
        project=make_project(cost=None), amount_eur=Decimal(120), valued_on=date(2026, 1, 1),
        terms=Terms(Decimal(100), "ALL_IN", index), by=None, at=NOW,
    )  # fmt: skip
    assert (version.before_tax_eur, version.scope, version.index) == (100, "ALL_IN", index)


@pytest.mark.parametrize("before_tax", ["-1", "1200000.01"])
def test_before_tax_lies_between_nothing_and_the_whole(before_tax):
    version = make_project().cost_estimates.get()
    refused("before_tax_eur", finance.complete, version=version,
            terms=Terms(Decimal(before_tax)), **SIGNED)  # fmt: skip


def test_what_was_left_unsaid_is_completed_and_what_was_said_stays():
    version, index = make_project().cost_estimates.get(), make_index()
    finance.complete(version=version, terms=Terms(Decimal(100), index=index), **SIGNED)
    done = finance.complete(
        version=version, terms=Terms(Decimal(999), "WORKS", make_index()), **SIGNED
    )
    assert (done.before_tax_eur, done.scope, done.index) == (100, "WORKS", index)
    assert done.amount_eur == 1_200_000


# ---------------------------------------------------------------- parameters


def parameter(**given):
    given = {"code": "FCTVA_RATE", "value": Decimal("0.1485"), "from_on": date(2027, 1, 1),
             "source": "Loi de finances", "by": None, "reason": "Nouveau taux"} | given  # fmt: skip
    return parameters.add_parameter(**given)


def test_a_new_figure_is_a_new_row():
    parameter()
    assert FinanceParameter.objects.filter(code="FCTVA_RATE").count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"from_on": date(2015, 1, 1)}, "from_on"), ({"value": Decimal("-1")}, "value"),
        ({"value": Decimal("14.85")}, "value"), ({"source": " "}, "source"),
        ({"reason": ""}, "reason"), ({"code": "TVA"}, "code"),
    ],
)  # fmt: skip
def test_a_wrong_figure_is_refused_by_field_and_none_is_replaced(given, field):
    before = set(FinanceParameter.objects.values_list("code", "value", "from_on"))
    refused(field, parameter, **given)
    assert set(FinanceParameter.objects.values_list("code", "value", "from_on")) == before


# ---------------------------------------------------------------- green marks


def mark(project, code="NEUTRAL", why="Voirie existante", **given):
    axis = GreenAxis.objects.get(code="eau")
    given = SIGNED | given
    return green.mark(project=project, axis=axis, mark=code, justification=why, **given)


def test_a_mark_is_set_changed_and_taken_back_with_its_history():
    project, author = make_project(), make_user()
    mark(project, by=author)
    mark(project, "FAVORABLE", "Sols rouverts", by=author)
    mark(project, "NOT_RATED", "", by=author)
    assert project.green_marks.get().mark == "NOT_RATED"
    told = [c for c in changes.of_project(project) if c.records[0].model == "portfolio.GreenMark"]
    assert [c.author for c in told] == [str(author)] * 3


def test_neutral_too_says_what_it_rests_on():
    refused("justification", mark, project=make_project(), why=" ")
    refused("mark", mark, project=make_project(), code="GREEN")


def test_not_rating_what_nobody_rated_stores_nothing():
    project = make_project()
    assert mark(project, "NOT_RATED", "") is None
    assert not GreenMark.objects.exists()


def test_the_six_axes_are_there_in_their_order():
    axes = GreenAxis.objects.order_by("rank")
    assert [(axis.code, axis.due_from_year) for axis in axes] == [
        ("attenuation", 2024), ("adaptation", 2027), ("eau", 2027), ("dechets", 2027),
        ("pollutions", 2027), ("biodiversite", 2025),
    ]  # fmt: skip


# ---------------------------------------------------------------- running costs


def figures(**given) -> RunningFigures:
    told = {"nature": "ENERGY", "from_year": 2027, "to_year": None, "yearly_eur": Decimal(1000),
            "basis": "Contrat"}  # fmt: skip
    return RunningFigures(**(told | given))


def test_a_yearly_amount_is_entered_corrected_taken_off_and_brought_back():
    project = make_project()
    cost = running.enter(project=project, figures=figures(), **SIGNED)
    running.correct(cost=cost, figures=figures(yearly_eur=Decimal(-50)), **SIGNED)
    running.withdraw(cost=cost, withdrawn=True, **SIGNED)
    assert not project.running_costs.current().exists()
    running.withdraw(cost=cost, withdrawn=False, **SIGNED)
    assert project.running_costs.current().get().yearly_eur == -50


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"yearly_eur": Decimal(0)}, "yearly_eur"),
        ({"nature": "REVENUE"}, "yearly_eur"),
        ({"from_year": 1789}, "from_year"),
        ({"to_year": 2026}, "to_year"),
        ({"basis": " "}, "basis"),
        ({"nature": "LUCK"}, "nature"),
    ],
)
def test_a_wrong_yearly_amount_is_refused_by_field(given, field):
    project = make_project()
    refused(field, running.enter, project=project, figures=figures(**given), **SIGNED)
    assert not project.running_costs.exists()


def test_every_change_says_why():
    cost = make_running_cost(make_project())
    unsaid = SIGNED | {"reason": " "}
    refused("reason", running.withdraw, cost=cost, withdrawn=True, **unsaid)
    refused("reason", running.correct, cost=cost, figures=figures(), **unsaid)


@pytest.mark.parametrize(
    ("lines", "year", "net"),
    [
        ([{"from_year": 2027}, {"from_year": 2045}], 2045, 20_000),
        ([{"from_year": 2027}, {"from_year": 2031, "to_year": 2031}], 2027, 10_000),
        ([{"from_year": 2027, "to_year": 2030}, {"from_year": 2029, "to_year": 2030}], 2029, 20_000),
    ],
)  # fmt: skip
def test_a_full_year_is_that_of_the_lines_that_last(lines, year, net):
    project = make_project()
    make_running_cost(project, "-7", withdrawn_at=NOW)
    for given in lines:
        make_running_cost(project, **given)
    full = running_of(project).full_year
    assert (full.year, full.net) == (year, net)


def test_a_last_year_too_far_is_not_said_to_come_first():
    with pytest.raises(ValidationError) as refusal:
        running.enter(project=make_project(), figures=figures(to_year=2150), **SIGNED)
    with translation.override("en"):
        assert refusal.value.message_dict["to_year"] != ["The last year comes before the first."]
        assert "plausible" in str(refusal.value.message_dict["to_year"])


# ---------------------------------------------------------------- own share


def test_who_leads_is_said_once_and_may_change():
    project = make_project()
    refused("basis", own_share.say_lead, project=project, is_lead=True, basis="", **SIGNED)
    own_share.say_lead(project=project, is_lead=True, basis="CGCT, art. L1111-9", **SIGNED)
    own_share.say_lead(project=project, is_lead=False, basis="", **SIGNED)
    project.refresh_from_db()
    assert project.lead_authority.is_lead is False


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decided_on": NOW.date() + timedelta(days=1)}, "decided_on"),
        ({"minimum_share": Decimal("20")}, "minimum_share"),
        ({"decided_by": ""}, "decided_by"),
        ({"legal_basis": " "}, "legal_basis"),
    ],
)
def test_a_wrong_derogation_is_refused_by_field(given, field):
    told = {"kind": "DISASTER", "legal_basis": "CGCT, art. L1111-10, III",
            "decided_on": date(2025, 1, 1), "decided_by": "le préfet"}  # fmt: skip
    project = make_project()
    refused(field, own_share.derogate, project=project, facts=DerogationFacts(**(told | given)),
            **SIGNED)  # fmt: skip
    assert not project.share_derogations.exists()


def test_a_derogation_is_taken_off_and_brought_back():
    derogation = make_derogation(make_project())
    own_share.withdraw_derogation(derogation=derogation, withdrawn=True, **SIGNED)
    assert not derogation.project.share_derogations.current().exists()
    own_share.withdraw_derogation(derogation=derogation, withdrawn=False, **SIGNED)
    assert derogation.project.share_derogations.current().exists()


def test_the_history_tells_an_axis_and_a_yearly_amount_from_their_likes():
    project = make_project()
    mark(project)
    running.enter(project=project, figures=figures(), **SIGNED)
    told = changes.of_project(project)
    subjects = {record.subject for change in told for record in change.records}
    assert {"Gestion des ressources en eau", euros(Decimal(1000))} <= subjects
