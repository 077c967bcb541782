"""Programmes and policies add up their projects, each once, and say what the sums cover."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from portfolio.models import Programme
from portfolio.services import programmes as services
from tests.factories.indicators import make_target
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_milestone,
    make_programme,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(agent) -> Programme:
    """A commitment above a policy above two programmes, with three projects."""
    mandate = make_programme(code="mandat", kind="MANDATE")
    policy = make_programme(code="politique", kind="POLICY", parent=mandate)
    first, second = (
        make_programme(parent=policy, code="un"),
        make_programme(parent=policy, code="zone"),
    )
    own = make_project(programme=first, cost=Decimal(100))
    make_project(programme=second, cost=None, phase=None, geometry=None)
    make_project(programme=second, cost=Decimal(50), visibility="DRAFT")
    make_project(cost=Decimal(7))
    make_credit(own, 2026)
    make_milestone(own, current_on=date(2028, 1, 1), original_on=date(2027, 1, 1))
    return policy


def page(client, code):
    return client.get(reverse("portfolio:programme", args=[code]))


def test_the_tree_adds_up_what_i_may_read_at_each_level(client, policy):
    tree = client.get(reverse("portfolio:programmes")).context["tree"]
    (mandate,) = tree.roots
    sums = []
    node = mandate
    while node:
        sums.append((node.programme.code, node.totals.count, node.totals.costed,
                     node.totals.current_eur))  # fmt: skip
        node = node.children[0] if node.children else None
    assert sums == [("mandat", 2, 1, 100), ("politique", 2, 1, 100), ("un", 1, 1, 100)]
    assert tree.outside.count == 1


def test_a_page_rolls_up_what_lies_below_it(client, policy):
    found = page(client, "mandat").context["found"]
    assert (found.totals.count, found.totals.costed, found.totals.current_eur) == (2, 1, 100)
    assert [phase.projects for phase in found.phases] == [1, 1]
    assert found.phases[-1].code == ""

    assert len(found.late) == 1
    assert found.drawn == 1
    assert found.money.totals.with_credits == 1


def test_its_projects_are_told_with_their_phase_and_cost(client, policy):
    response = page(client, "un")
    assert response.context["columns"][0].key == "phase"
    assert f'data-label="{response.context["columns"][0].label}"' in response.content.decode()


def test_a_budget_counts_once_whatever_joins_the_filter_makes(client, policy):
    year = page(client, "politique").context["found"].money.totals
    assert year.total.voted_eur == Decimal(500_000)


def test_the_list_follows_a_policy_down_to_its_projects(client, policy):
    response = client.get(reverse("portfolio:projects"), {"programme": "mandat"})
    assert response.context["totals"].count == 2


def test_effects_are_loaded_and_say_what_they_cover(client, policy):
    project = Programme.objects.get(code="un").projects.get()
    make_target(project=project)
    assert (
        reverse("indicators:programme-effects", args=["mandat"])
        in page(client, "mandat").content.decode()
    )
    response = client.get(reverse("indicators:programme-effects", args=["mandat"]))
    assert (response.context["measured"], response.context["projects"]) == (0, 2)
    assert response.context["statuses"] == [("UNKNOWN", 1)]


def test_its_projects_are_shown_with_their_phase_and_cost(client, policy):
    text = client.get("/en/pilotage/programmes/politique/").content.decode()
    head = text[text.rindex("<thead ") :]
    for column in ("Phase", "Next milestone", "Current cost", "Updated"):
        assert column in head
    assert "€100" in head.replace("\xa0", "").replace(" ", "")


def test_an_empty_programme_says_so(client, agent):
    make_programme(code="vide")
    response = page(client, "vide")
    assert response.status_code == 200
    assert response.context["found"].totals.current_eur is None
    assert 'class="empty"' in response.content.decode()


def test_a_programme_that_does_not_exist_answers_404(client, agent):
    assert page(client, "nulle-part").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_projects(
    client, policy, django_assert_max_num_queries
):
    with django_assert_max_num_queries(45) as few:
        page(client, "mandat")
    for _ in range(6):
        make_credit(make_project(programme=Programme.objects.get(code="un")), 2026)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client, "mandat")


# ---------------------------------------------------------------- texts


def send(client, programme, **given):
    address = reverse("portfolio:programme-edit", args=[programme.code])
    form = client.get(address).context["form"]
    sent = {field.name: field.value() or "" for field in form} | {"reason": "Conseil"} | given
    return client.post(address, sent)


def test_texts_are_changed_by_an_administrator_with_a_reason(client, policy):
    boss = make_user(is_superuser=True)
    client.force_login(boss)
    assert send(client, policy, reason=" ").status_code == 422
    assert send(client, policy, objective_fr="Relier les rives").status_code == 302
    policy.refresh_from_db()
    assert policy.objective_fr == "Relier les rives"
    (last, *_) = page(client, "politique").context["changes"]
    assert (last.author, last.reason) == (str(boss), "Conseil")


def test_texts_are_not_changed_by_anybody_else(client, policy):
    address = reverse("portfolio:programme-edit", args=["politique"])
    assert client.get(address).status_code == 404
    assert client.post(address, {"name_fr": "x", "reason": "y"}).status_code == 404


def test_texts_changed_meanwhile_are_told_and_nothing_typed_is_lost(client, policy):
    client.force_login(make_user(is_superuser=True))
    address = reverse("portfolio:programme-edit", args=["politique"])
    form = client.get(address).context["form"]
    sent = {field.name: field.value() or "" for field in form} | {"reason": "Conseil"}
    services.update(programme=policy, texts={"name_fr": "Le leur"}, by=None, reason="x", at=NOW)
    response = client.post(address, sent | {"name_fr": "Le mien"})
    assert response.status_code == 422
    assert 'value="Le mien"' in response.content.decode()
    again = {field.name: field.value() or "" for field in response.context["form"]}
    assert client.post(address, again).status_code == 302
    policy.refresh_from_db()
    assert policy.name_fr == "Le mien"
