"""The cost block: a version is added in place, brought to today's prices, an overrun explained."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Project
from tests.factories.finance import make_index
from tests.factories.portfolio import (
    make_authorisation,
    make_estimate,
    make_phase_set,
    make_project,
)

JANUARY = date(2024, 1, 1)


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent)


def block(client, project):
    return client.get(reverse("portfolio:block", args=[project.code, "costs"]))


def sent(project, **given):
    project.refresh_from_db()
    told = {"amount_eur": "1,5 M€", "before_tax_eur": "", "scope": "ALL_IN", "reason": "Appel d’offres",
            "valued_on": "2026-01-15", "seen_at": project.updated_at.isoformat()}  # fmt: skip
    return told | given


def add(client, project, **given):
    return client.post(
        reverse("portfolio:estimate-add", args=[project.code]), sent(project, **given)
    )


def test_a_new_version_is_added_and_the_first_one_stays(client, mine):
    index = make_index()
    answer = add(client, mine, index=index.pk, before_tax_eur="1 250 000")
    assert answer.status_code == 302
    first, second = mine.cost_estimates.order_by("version")
    assert (first.amount_eur, second.amount_eur) == (1_200_000, 1_500_000)
    assert (second.before_tax_eur, second.scope, second.index) == (1_250_000, "ALL_IN", index)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"amount_eur": ""}, "amount_eur"), ({"reason": ""}, "reason"), ({"scope": "?"}, "scope"),
     ({"before_tax_eur": "2 M€"}, "before_tax_eur"), ({"seen_at": ""}, "__all__")],
)  # fmt: skip
def test_a_wrong_version_is_named_and_not_stored(client, mine, given, field):
    answer = add(client, mine, **given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert mine.cost_estimates.count() == 1


def test_an_estimate_is_shown_in_the_prices_of_this_month(client, agent):
    month = timezone.localdate().replace(day=1)
    project = make_project(cost=None)
    make_estimate(project, Decimal(1000), index=make_index({JANUARY: "100", month: "110"}))
    row = block(client, project).context["block"]
    assert "1 100" in row.body.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_month_that_is_not_published_is_said_with_the_last_one_known(client, agent):
    project = make_project(cost=None)
    index = make_index({JANUARY: "100", date(2025, 5, 1): "120"}, code="tp01")
    make_estimate(project, Decimal(1000), index=index)
    text = block(client, project).content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Pas encore publié" in text
    assert "dernier connu, mai 2025" in text
    assert "1 200" in text


def test_what_a_version_left_unsaid_is_completed_once(client, mine):
    index = make_index()
    address = reverse("portfolio:estimate-complete", args=[mine.code, 1])
    assert address in block(client, mine).content.decode()
    given = sent(mine, index=index.pk, before_tax_eur="1 M€")
    assert client.post(address, given).status_code == 302
    version = mine.cost_estimates.get()
    assert (version.index, version.scope, version.amount_eur) == (index, "ALL_IN", 1_200_000)
    assert address not in block(client, mine).content.decode()


def test_an_overrun_says_its_reason(client, agent):
    project = make_project(cost=Decimal(1_000_000))
    make_authorisation(project, "1100000")
    make_estimate(project, Decimal(1_250_000), reason="Pollution des sols")
    text = block(client, project).content.decode().partition("</section>")[0]
    assert text.count("Pollution des sols") == 3  # the version, and two limits passed
    assert "+25,0" in text


def test_an_overrun_without_a_reason_asks_for_it(client, agent):
    project = make_project(cost=Decimal(1_000_000))
    make_authorisation(project, "900000")
    assert "Aucune raison n’est enregistrée" in block(client, project).content.decode()


def test_a_cost_within_its_limits_is_no_overrun(client, agent):
    project = make_project(cost=Decimal(1_000_000))
    make_authorisation(project, "1000000")
    assert "Au-dessus" not in block(client, project).content.decode()


def test_an_old_version_of_another_phase_set_is_completed_all_the_same(client, mine):
    make_estimate(mine, Decimal(5), phase=make_phase_set("batiment").phases.get(rank=1))
    address = reverse("portfolio:estimate-complete", args=[mine.code, 2])
    assert client.post(address, sent(mine)).status_code == 302
