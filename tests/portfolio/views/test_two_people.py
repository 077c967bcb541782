"""Two people on one block: the second one is told, and loses nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import PaymentCredit, Project
from portfolio.services import budget, projects
from portfolio.services.budget import CreditFigures
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_funding,
    make_project,
    make_role,
    make_user,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent, name_fr="Pont", name_en="Bridge")


@pytest.fixture
def colleague():
    return make_user(first_name="Nadia", last_name="Berthelin")


def opened(client, address):
    """What the browser would send back of a form, untouched."""
    form = client.get(address).context["form"]
    values = {field.name: field.value() for field in form}
    shown = {
        name: form[name].field.prepare_value(value) if value is not None else ""
        for name, value in values.items()
    }
    return {name: value for name, value in shown.items() if value is not False} | {
        "reason": "Point mensuel"
    }


def facts(project):
    return reverse("portfolio:project-edit", args=[project.code])


def theirs(project, colleague, **values):
    projects.update(project=project, changes=values, by=colleague, reason="Conseil de mai",
                    at=timezone.now())  # fmt: skip


def test_a_change_elsewhere_in_the_record_is_no_conflict_and_is_kept(client, mine, colleague):
    form = opened(client, facts(mine))
    theirs(mine, colleague, address="Quai sud")
    response = client.post(facts(mine), form | {"name_fr": "Passerelle"}, follow=True)
    mine.refresh_from_db()
    assert (mine.name_fr, mine.address) == ("Passerelle", "Quai sud")
    assert len([str(message) for message in response.context["messages"]]) == 1


def test_a_change_of_the_same_fact_is_told_field_by_field(client, mine, colleague):
    form = opened(client, facts(mine))
    theirs(mine, colleague, name_fr="Pont neuf")
    response = client.post(facts(mine), form | {"name_fr": "Passerelle", "name_en": "Footbridge"})
    assert response.status_code == 422
    (conflict,) = response.context["form"].conflicts
    assert (conflict.saw, conflict.theirs, conflict.typed) == ("Pont", "Pont neuf", "Passerelle")
    assert (conflict.author, conflict.reason) == ("Nadia Berthelin", "Conseil de mai")
    text = response.content.decode()
    assert 'value="Passerelle"' in text
    assert 'value="Footbridge"' in text
    mine.refresh_from_db()
    assert mine.name_fr == "Pont neuf"


def again(response, **given):
    """The form that came back, sent again."""
    form = response.context["form"]
    return {f.name: f.value() for f in form if f.value() is not None} | given


@pytest.mark.parametrize(("resolve", "name"), [("mine", "Passerelle"), ("theirs", "Pont neuf")])
def test_the_second_one_chooses_what_is_kept(client, mine, colleague, resolve, name):
    form = opened(client, facts(mine))
    theirs(mine, colleague, name_fr="Pont neuf")
    told = client.post(facts(mine), form | {"name_fr": "Passerelle", "name_en": "Footbridge"})
    assert client.post(facts(mine), again(told, resolve=resolve)).status_code == 302
    mine.refresh_from_db()
    assert (mine.name_fr, mine.name_en) == (name, "Footbridge")


@pytest.mark.parametrize("resolve", ["mine", "theirs"])
def test_a_third_change_in_between_is_told_too(client, mine, colleague, resolve):
    form = opened(client, facts(mine))
    theirs(mine, colleague, name_fr="Pont neuf")
    told = client.post(facts(mine), form | {"name_fr": "Passerelle"})
    theirs(mine, colleague, name_en="New bridge")
    response = client.post(facts(mine), again(told, resolve=resolve, name_en="Footbridge"))
    assert response.status_code == 422
    assert [c.name for c in response.context["form"].conflicts] == ["name_en"]


def test_two_who_write_the_same_do_not_disagree(client, mine, colleague):
    form = opened(client, facts(mine))
    theirs(mine, colleague, name_fr="Passerelle")
    assert client.post(facts(mine), form | {"name_fr": "Passerelle"}).status_code == 302


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", '{"name_fr": 1}', '{"name_fr": "Pont"}'])
def test_a_form_that_does_not_say_what_it_showed_is_compared_whole(client, mine, colleague, seen):
    form = opened(client, facts(mine))
    theirs(mine, colleague, address="Quai sud")
    response = client.post(facts(mine), form | {"seen": seen, "name_fr": "Passerelle"})
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", code="stale")
    assert 'value="Passerelle"' in response.content.decode()
    assert client.post(facts(mine), again(response)).status_code == 302


def credits_of(project):
    return reverse("portfolio:credit-edit", args=[project.code, "investissement", 2026])


def set_credit(project, colleague, **figures):
    budget.set_payment_credit(
        project=project, year=2026, figures=CreditFigures(**figures), by=colleague,
        reason="Décision modificative", at=timezone.now(),
    )  # fmt: skip


def test_another_year_of_credits_is_no_conflict(client, mine, colleague):
    make_credit(mine, 2026)
    form = opened(client, credits_of(mine))
    budget.set_payment_credit(project=mine, year=2027, figures=CreditFigures(Decimal(5)),
                              by=colleague, reason="BP", at=timezone.now())  # fmt: skip
    assert client.post(credits_of(mine), form | {"voted_eur": "600000"}).status_code == 302
    assert PaymentCredit.objects.get(year=2026).voted_eur == Decimal(600_000)


def test_the_same_year_entered_by_two_is_told_in_euros(client, mine, colleague):
    form = opened(client, credits_of(mine))
    set_credit(mine, colleague, voted_eur=Decimal(700_000))
    response = client.post(credits_of(mine), form | {"voted_eur": "600000"})
    (conflict,) = response.context["form"].conflicts
    assert conflict.saw == ""
    assert (conflict.theirs[:3], conflict.typed[:3]) == ("700", "600")


def test_a_figure_that_cannot_be_read_is_told_as_typed(client, mine, colleague):
    make_credit(mine, 2026)
    form = opened(client, credits_of(mine))
    set_credit(mine, colleague, voted_eur=Decimal(700_000), carried_over_eur=Decimal(0),
               committed_eur=Decimal(300_000), paid_eur=Decimal(200_000))  # fmt: skip
    response = client.post(credits_of(mine), form | {"voted_eur": "beaucoup"})
    (conflict,) = response.context["form"].conflicts
    assert conflict.typed == "beaucoup"
    kept = client.post(credits_of(mine), again(response, resolve="theirs"))
    assert kept.status_code == 302
    assert PaymentCredit.objects.get().voted_eur == Decimal(700_000)


def test_an_act_is_added_whatever_was_entered_meanwhile(client, mine, colleague):
    address = reverse("portfolio:act-add", args=[mine.code])
    form = opened(client, address)
    set_credit(mine, colleague, voted_eur=Decimal(700_000))
    act = {"kind": "VOTED", "section": "INVESTMENT", "amount_eur": "1000", "voted_on": "2026-01-01",
           "deliberation": "2026-1"}  # fmt: skip
    assert client.post(address, form | act).status_code == 302
    assert mine.authorisations.count() == 1


def test_a_funding_says_who_answered_meanwhile(client, mine, colleague):
    line = make_funding(mine, scheme="DSIL")
    address = reverse("portfolio:funding-edit", args=[mine.code, line.pk])
    form = opened(client, address)
    line.notified_eur, line.notified_on = Decimal(80_000), date(2026, 5, 1)
    line.save()
    Project.objects.filter(pk=mine.pk).update(updated_at=NOW + timedelta(days=2))
    response = client.post(address, form | {"notified_eur": "90000", "notified_on": "2026-05-02"})
    assert {c.name for c in response.context["form"].conflicts} == {"notified_eur", "notified_on"}


def test_a_contributor_saves_the_facts_that_they_may_change(client, colleague):
    project = make_project(name_fr="Pont")
    make_role(colleague, "CONTRIBUTOR", project)
    client.force_login(colleague)
    form = opened(client, facts(project))
    assert "visibility" not in form
    assert client.post(facts(project), form | {"name_fr": "Passerelle"}).status_code == 302
    project.refresh_from_db()
    assert (project.name_fr, project.visibility) == ("Passerelle", "PUBLIC")
