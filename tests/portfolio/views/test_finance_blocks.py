"""Green budget, running costs, own share on a project's page: entered, changed, taken off."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portfolio.models import GreenAxis, Project
from tests.factories.finance import make_derogation, make_lead, make_mark, make_running_cost
from tests.factories.portfolio import make_estimate, make_funding, make_project


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent)


def block(client, project, name) -> str:
    return client.get(reverse("portfolio:block", args=[project.code, name])).content.decode()


def post(client, project, name, *arguments, **given):
    project.refresh_from_db()
    address = reverse(f"portfolio:{name}", args=[project.code, *arguments])
    signed = {"reason": "Étude", "seen_at": project.updated_at.isoformat()}
    return client.post(address, signed | given)


# ---------------------------------------------------------------- green


def marks(**given):
    told = {f"mark_{axis.pk}": "NOT_RATED" for axis in GreenAxis.objects.all()}
    for code, (mark, why) in given.items():
        pk = GreenAxis.objects.get(code=code).pk
        told |= {f"mark_{pk}": mark, f"why_{pk}": why}
    return told


def test_axes_are_rated_and_the_others_stay_unrated(client, mine):
    answer = post(client, mine, "green-edit", **marks(eau=("MIXED", "Pile dans le lit")))
    assert answer.status_code == 302
    assert [mark.mark for mark in mine.green_marks.all()] == ["MIXED"]
    text = block(client, mine, "green")
    assert text.count("Non coté</span>") == 5
    assert "Pile dans le lit" in text


def test_a_mark_without_its_justification_is_refused_with_its_axis(client, mine):
    answer = post(client, mine, "green-edit", **marks(eau=("NEUTRAL", "")))
    pk = GreenAxis.objects.get(code="eau").pk
    assert list(answer.context["form"].errors) == [f"why_{pk}"]
    assert not mine.green_marks.exists()


def test_the_axes_that_the_annex_asks_for_are_named_until_they_are_rated(client, mine):
    assert "Atténuation" in block(client, mine, "green").split("<table ")[0]
    make_mark(mine)
    make_mark(mine, axis="biodiversite")
    assert "L’annexe" not in block(client, mine, "green").split("<table ")[0]


# ---------------------------------------------------------------- running


def amount(**given):
    told = {"nature": "REVENUE", "yearly_eur": "-95 000", "from_year": "2027", "to_year": "",
            "basis": "35 000 entrées"}  # fmt: skip
    return told | given


def test_a_yearly_amount_is_entered_then_corrected(client, mine):
    assert post(client, mine, "running-add", **amount()).status_code == 302
    cost = mine.running_costs.get()
    post(client, mine, "running-edit", cost.pk, **amount(yearly_eur="-100 k€", to_year="2030"))
    cost.refresh_from_db()
    assert (cost.yearly_eur, cost.to_year) == (-100_000, 2030)


def test_a_revenue_without_its_sign_is_refused(client, mine):
    answer = post(client, mine, "running-add", **amount(yearly_eur="95 000"))
    assert list(answer.context["form"].errors) == ["yearly_eur"]


def test_a_line_is_taken_off_and_brought_back(client, mine):
    cost = make_running_cost(mine, "12345")
    post(client, mine, "running-take-off", cost.pk)
    assert "1 ligne retirée" in block(client, mine, "running")
    post(client, mine, "running-take-off", cost.pk)
    assert "ligne retirée" not in block(client, mine, "running")


def test_a_large_project_says_that_its_study_lacks_its_amounts(client, mine):
    make_estimate(mine, Decimal(150_000_000))
    assert "Aucun montant annuel" in block(client, mine, "running")
    make_running_cost(mine)
    assert "ce qu’elle doit montrer" in block(client, mine, "running")


def test_a_line_of_another_project_has_no_address_here(client, mine):
    other = make_running_cost(make_project())
    for name in ("running-edit", "running-take-off"):
        assert post(client, mine, name, other.pk).status_code == 404
    assert (
        post(client, mine, "derogation-take-off", make_derogation(make_project()).pk).status_code
        == 404
    )


# ---------------------------------------------------------------- own share


def test_who_leads_raises_the_minimum_that_binds(client, mine):
    make_funding(mine, "900000", notified_eur=Decimal(900_000), notified_on="2024-06-01")
    assert "dites si nous le sommes" in block(client, mine, "money")
    post(client, mine, "lead-edit", is_lead="yes", basis="CGCT, art. L1111-9, III")
    text = block(client, mine, "money")
    assert "Règle non respectée" in text
    assert "le minimum est de 30,0" in text
    post(client, mine, "lead-edit", is_lead="no", basis="")
    assert "Règle non respectée" not in block(client, mine, "money")
    assert "dites si" not in block(client, mine, "money")


def test_a_derogation_lowers_the_minimum_until_it_is_taken_off(client, mine):
    make_funding(mine, "1050000", notified_eur=Decimal(1_050_000), notified_on="2024-06-01")
    assert "Règle non respectée" in block(client, mine, "money")
    given = {"kind": "DISASTER", "legal_basis": "CGCT, art. L1111-10, III", "minimum_percent": "10",
             "decided_on": "2025-02-01", "decided_by": "le préfet"}  # fmt: skip
    assert post(client, mine, "derogation-add", **given).status_code == 302
    derogation = mine.share_derogations.get()
    assert derogation.minimum_share == Decimal("0.1")
    assert "Règle non respectée" not in block(client, mine, "money")
    post(client, mine, "derogation-take-off", derogation.pk)
    assert "Règle non respectée" in block(client, mine, "money")


def test_a_lead_authority_with_a_derogation_follows_the_derogation(client, mine):
    make_funding(mine, "1000000", notified_eur=Decimal(1_000_000), notified_on="2024-06-01")
    make_lead(mine)
    make_derogation(mine, minimum_share=Decimal("0.15"))
    assert "Règle non respectée" not in block(client, mine, "money")
