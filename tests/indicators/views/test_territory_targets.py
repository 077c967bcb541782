"""Targets of the territory are set, revised and taken off on a screen of the data pages."""

from datetime import date

import pytest
from django.urls import reverse

from indicators.models import Target
from indicators.services.targets import Terms, revise
from tests.factories.indicators import make_group, make_indicator, make_target
from tests.factories.portfolio import NOW, make_project, make_role, make_user, make_zone

pytestmark = pytest.mark.django_db
PAGE, ADD = reverse("indicators:territory-targets"), reverse("indicators:territory-target-add")


@pytest.fixture
def steward(client):
    user = make_user()
    make_role(user, "DATA_STEWARD")
    client.force_login(user)
    return user


def address(name, target):
    return reverse(f"indicators:territory-target-{name}", args=[target.pk])


def form_of(client, at):
    """The fields that the form shows, as a browser would send them back."""
    values = {field.html_name: field.value() for field in client.get(at).context["form"]}
    return {name: "" if value is None else value for name, value in values.items()}


def test_a_steward_sets_a_target_that_everybody_reads(client, steward):
    indicator = make_indicator(name_fr="Part du vélo")
    group = make_group(name_fr="Moins de 25 ans")
    given = {"indicator": indicator.pk, "zone": make_zone(name="Métropole").pk, "group": group.pk,
             "path": "LINEAR", "baseline_value": "12,5", "baseline_on": "2024-12-31",
             "due_0": "2030-12-31", "value_0": "20", "reason": "Plan climat"}  # fmt: skip
    assert client.post(ADD, given).status_code == 302
    target = Target.objects.get()
    assert (target.project, target.group, target.baseline_value) == (None, group, 12.5)
    client.force_login(make_user())
    page = client.get(PAGE).content.decode()
    assert "Part du vélo" in page
    assert "Métropole, Moins de 25 ans" in page
    assert ADD not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"value_0": "8"}, "value_0"), ({"due_0": ""}, "due_0"), ({"reason": " "}, "reason"),
     ({"baseline_value": "douze"}, "baseline_value"), ({"zone": ""}, "zone")],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, steward, wrong, field):
    given = {"indicator": make_indicator().pk, "zone": make_zone().pk, "path": "LINEAR",
             "baseline_value": "12", "baseline_on": "2024-12-31", "due_0": "2030-12-31",
             "value_0": "20", "reason": "Plan", "note": "À garder"} | wrong  # fmt: skip
    answer = client.post(ADD, given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "À garder" in answer.content.decode()
    assert not Target.objects.exists()


def test_a_revision_says_why_and_keeps_what_was_promised(client, steward):
    target = make_target()
    at = address("revise", target)
    sent = form_of(client, at) | {"value_0": "250", "reason": "Objectif relevé"}
    assert client.post(at, sent).status_code == 302
    assert [point.value for point in target.points.all()] == [250]
    page = client.get(at).content.decode()
    assert "Objectif relevé" in page


def test_a_revision_of_what_somebody_else_revised_meanwhile_is_told(client, steward):
    target = make_target()
    at = address("revise", target)
    sent = form_of(client, at) | {"value_0": "250", "reason": "Relevé", "note": "À garder"}
    terms = Terms(baseline_value=90, baseline_on=date(2024, 1, 1))
    revise(target=target, terms=terms, by=None, reason="Autre", at=NOW)
    answer = client.post(at, sent)
    assert answer.status_code == 422
    assert "entre-temps" in answer.content.decode()
    assert "À garder" in answer.content.decode()
    target.refresh_from_db()
    assert target.baseline_value == 90
    again = {field.html_name: field.value() or "" for field in answer.context["form"]}
    assert client.post(at, again).status_code == 302
    target.refresh_from_db()
    assert target.note == "À garder"


def test_a_target_is_taken_off_and_brought_back_with_a_reason(client, steward):
    target = make_target(indicator=make_indicator(name_fr="Nuits chaudes"))
    at = address("move", target)
    assert client.post(at, {"reason": ""}).status_code == 422
    client.post(at, {"reason": "Plan abandonné"})
    target.refresh_from_db()
    assert target.withdrawn_at is not None
    assert "1 cible retirée" in client.get(PAGE).content.decode().replace("\xa0", " ")
    client.post(at, {"reason": "Plan repris"})
    target.refresh_from_db()
    assert target.withdrawn_at is None


def test_the_target_of_a_project_is_not_changed_there(client, steward):
    target = make_target(project=make_project())
    for name in ("revise", "move"):
        assert client.get(address(name, target)).status_code == 404
        assert client.post(address(name, target), {"reason": "x"}).status_code == 404
    assert str(target.indicator) not in client.get(PAGE).content.decode()


def test_without_a_target_the_page_says_so(client, steward):
    assert "Personne n’a dit" in client.get(PAGE).content.decode()
