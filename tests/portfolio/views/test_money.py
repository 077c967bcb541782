"""The money block of a project and its forms: what is known, who may change it, what is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from portfolio.models import Funding, PaymentCredit, Project
from portfolio.queries import changes
from tests.factories.portfolio import (
    make_authorisation,
    make_credit,
    make_funding,
    make_organisation,
    make_project,
    make_user,
)

YEAR = 2026


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent)


def page(client, project):
    return client.get(reverse("portfolio:project", args=[project.code]))


def credit_address(project, section="investissement", year=YEAR) -> str:
    return reverse("portfolio:credit-edit", args=[project.code, section, year])


def funding_address(funding) -> str:
    return reverse("portfolio:funding-edit", args=[funding.project.code, funding.pk])


def sent(project, **given):
    project.refresh_from_db()
    return {"reason": "Point mensuel", "seen_at": project.updated_at.isoformat()} | given


def credit_of(project, **given):
    figures = {"voted_eur": "500 000", "committed_eur": "300 000", "paid_eur": "",
               "carried_over_eur": "0"}  # fmt: skip
    return sent(project, **(figures | given))


def funding_of(project, body, **given):
    asked = {"funder": body.pk, "scheme": "DSIL", "is_public_money": "on",
             "requested_eur": "1,2 M€", "requested_on": "2025-01-10"}  # fmt: skip
    return sent(project, **(asked | given))


# ---------------------------------------------------------------- the block


def test_a_project_without_lines_says_so_and_offers_the_first_ones(client, mine):
    response = page(client, mine)
    assert response.context["money"].money.is_empty
    year = timezone.localdate().year
    assert credit_address(mine, year=year) in response.content.decode()


def test_the_block_shows_years_totals_and_who_pays(client, agent):
    project = make_project(cost=Decimal(1_000_000))
    make_authorisation(project, "900000", deliberation="2024-77")
    make_credit(project, 2025, committed_eur=None)
    make_funding(project, "850000", notified_eur=Decimal(850_000), notified_on=date(2024, 2, 1))
    response = page(client, project)
    block = response.context["money"]
    assert block.sections[0].bar.committed is None
    assert {finding.code for finding in block.findings} >= {"OWN_SHARE_LOW"}
    text = response.content.decode()
    assert "2024-77" in text
    assert "L1111-10" in text
    assert credit_address(project, year=2025) not in text  # not mine to change


def test_the_years_around_those_entered_are_offered(client, mine):
    make_credit(mine, 2025)
    text = page(client, mine).content.decode()
    for year in (2024, 2025, 2026):
        assert credit_address(mine, year=year) in text


def test_the_number_of_queries_does_not_grow_with_the_lines(
    client, mine, django_assert_num_queries, django_assert_max_num_queries
):
    make_credit(mine, 2024)
    make_funding(mine)
    page(client, mine)  # what is read once for all is read
    with django_assert_max_num_queries(95) as few:
        page(client, mine)
    for year in range(2025, 2030):
        make_credit(mine, year)
        make_funding(mine, scheme=str(year))
    # The events of the new lines have no author and no foreign key to name: no query each.
    with django_assert_num_queries(len(few.captured_queries)):
        page(client, mine)


# ---------------------------------------------------------------- a year


def test_a_year_is_entered_then_changed_with_its_reason(client, agent, mine):
    answer = client.post(credit_address(mine), credit_of(mine))
    assert answer.url == reverse("portfolio:project", args=[mine.code]) + "#money"
    answer = client.post(credit_address(mine), credit_of(mine, paid_eur="1 000,50"))
    assert answer.status_code == 302
    line = PaymentCredit.objects.get(project=mine)
    assert (line.voted_eur, line.paid_eur) == (500_000, Decimal("1000.50"))
    assert {change.author for change in changes.of_project(mine)} >= {str(agent)}


def test_the_form_opens_with_what_is_stored_and_may_be_sent_back(client, mine):
    make_credit(mine, YEAR, voted_eur=Decimal("500400.50"))
    for language in ("fr", "en"):
        with translation.override(language):
            address = credit_address(mine)
            form = client.get(address).context["form"]
            given = {bound.name: bound.value() or "" for bound in form}
            answer = client.post(address, given | {"reason": "Rien ne change"})
        assert answer.status_code == 302, form.errors
    assert PaymentCredit.objects.get(project=mine).voted_eur == Decimal("500400.50")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"paid_eur": "300001"}, "paid_eur"),
        ({"voted_eur": ""}, "voted_eur"),
        ({"voted_eur": "1.500"}, "voted_eur"),
        ({"committed_eur": "-4"}, "committed_eur"),
        ({"reason": " "}, "reason"),
        ({"seen_at": ""}, "__all__"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(client, mine, given, field):
    answer = client.post(credit_address(mine), credit_of(mine, **given))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not mine.credits.exists()


def test_a_year_that_somebody_changed_meanwhile_is_not_overwritten(client, mine):
    given = credit_of(mine)
    Project.objects.filter(pk=mine.pk).update(updated_at=timezone.now())
    answer = client.post(credit_address(mine), given)
    assert answer.context["form"].has_error("__all__", code="stale")


@pytest.mark.parametrize(("section", "year"), [("impot", 2026), ("investissement", 1789)])
def test_a_line_that_cannot_exist_has_no_address(client, mine, section, year):
    assert client.get(credit_address(mine, section, year)).status_code == 404


def test_the_money_of_others_cannot_be_changed(client, agent):
    others = make_project(manager=make_user())
    line = make_funding(others)
    addresses = [
        credit_address(others), funding_address(line),
        reverse("portfolio:act-add", args=[others.code]),
        reverse("portfolio:funding-add", args=[others.code]),
    ]  # fmt: skip
    for address in addresses:
        assert client.get(address).status_code == 404
        assert client.post(address, credit_of(others)).status_code == 404
    assert not others.credits.exists()


# ---------------------------------------------------------------- acts


def act_of(project, **given):
    act = {"kind": "VOTED", "section": "INVESTMENT", "amount_eur": "12 M€",
           "voted_on": "2025-03-01", "deliberation": "2025-12"}  # fmt: skip
    return sent(project, **(act | given))


def test_acts_are_added_one_after_the_other(client, mine):
    address = reverse("portfolio:act-add", args=[mine.code])
    assert client.post(address, act_of(mine)).status_code == 302
    lower = act_of(mine, kind="REVISION", amount_eur="-2 000 000")
    assert client.post(address, lower).status_code == 302
    assert client.post(address, act_of(mine, kind="AFFECTATION")).status_code == 422  # 12 > 10
    ten = act_of(mine, kind="AFFECTATION", amount_eur="9 M€")
    assert client.post(address, ten).status_code == 302
    rest = act_of(mine, kind="LAPSE", amount_eur="1000000")
    assert client.post(address, rest).status_code == 302
    found = page(client, mine).context["money"].sections[0].money.ceiling
    assert (found.authorised, found.available) == (9_000_000, 0)


# ---------------------------------------------------------------- funding


def test_a_funding_is_asked_then_followed_to_its_payment(client, mine):
    funder = make_organisation(kind="PARTNER", name_fr="Région")
    address = reverse("portfolio:funding-add", args=[mine.code])
    assert client.post(address, funding_of(mine, funder)).status_code == 302
    line = Funding.objects.get(project=mine)
    steps = {"notified_eur": "1 M€", "notified_on": "2025-06-01", "received_eur": "300 k€",
             "received_on": "2026-01-10"}  # fmt: skip
    answer = client.post(funding_address(line), funding_of(mine, funder, **steps))
    assert answer.status_code == 302
    line.refresh_from_db()
    assert (line.status, line.received_eur) == ("PARTLY_RECEIVED", 300_000)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"notified_eur": "5"}, "notified_on"),
        ({"notified_on": "2025-06-01"}, "notified_eur"),
        ({"received_eur": "5", "received_on": "2025-06-01"}, "received_eur"),
        ({"requested_eur": "0"}, "requested_eur"),
        ({"funder": "999999"}, "funder"),
    ],
)
def test_a_wrong_funding_is_refused_whole(client, mine, given, field):
    funder = make_organisation(kind="PARTNER")
    answer = client.post(
        reverse("portfolio:funding-add", args=[mine.code]), funding_of(mine, funder, **given)
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Funding.objects.exists()


def test_a_step_that_was_reached_is_not_emptied(client, mine):
    line = make_funding(mine, notified_eur=Decimal(5), notified_on=date(2025, 1, 1))
    answer = client.post(funding_address(line), funding_of(mine, line.funder))
    assert "notified_eur" in answer.context["form"].errors


def test_several_steps_of_a_funding_are_corrected_at_once(client, mine):
    """What holds in the end is checked, not what would hold half-way."""
    line = make_funding(
        mine, notified_eur=Decimal(100), notified_on=date(2025, 2, 1), received_eur=Decimal(90),
        received_on=date(2025, 3, 1),
    )  # fmt: skip
    steps = {"requested_on": "2025-02-10", "notified_eur": "80", "notified_on": "2025-02-20",
             "received_eur": "70", "received_on": "2025-03-01"}  # fmt: skip
    answer = client.post(funding_address(line), funding_of(mine, line.funder, **steps))
    assert answer.status_code == 302
    line.refresh_from_db()
    assert (line.notified_eur, line.received_eur) == (80, 70)
    assert (line.requested_on, line.notified_on) == (date(2025, 2, 10), date(2025, 2, 20))
    wrong = client.post(
        funding_address(line), funding_of(mine, line.funder, **steps | {"received_eur": "81"})
    )
    assert "received_eur" in wrong.context["form"].errors


def test_a_funding_of_another_project_has_no_address_here(client, mine):
    other = make_funding(make_project())
    address = reverse("portfolio:funding-edit", args=[mine.code, other.pk])
    assert client.get(address).status_code == 404
