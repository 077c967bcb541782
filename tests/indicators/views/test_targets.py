"""What a project promises to change is set, revised and taken off on its page."""

from datetime import date

from django.urls import reverse

from indicators.models import CausalLink, Target
from tests.factories.indicators import make_indicator, make_target
from tests.factories.portfolio import make_project, make_zone


def form_of(client, name, *args):
    """The fields that the form shows, as a browser would send them back."""
    page = client.get(reverse(f"indicators:{name}", args=args))
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in values.items()}


def send(client, name, *args, **given):
    data = form_of(client, name, *args) | {"reason": "Délibération"} | given
    return client.post(reverse(f"indicators:{name}", args=args), data)


def test_a_manager_promises_a_change_in_french_figures(client, agent):
    project, zone = make_project(manager=agent), make_zone()
    indicator = make_indicator(direction="DOWN")
    response = send(
        client, "target-add", project.code, indicator=indicator.pk, zone=zone.pk,
        baseline_value="1 234,5", baseline_on="2024-12-31", baseline_method="Moyenne de 2024",
        due_0="2030-12-31", value_0="900", effect_low="-300", effect_central="-250,5",
        effect_high="-200", effect_basis="Étude de 2023",
    )  # fmt: skip
    assert response.status_code == 302
    target = Target.objects.get()
    assert (target.baseline_value, target.baseline_method) == (1234.5, "Moyenne de 2024")
    assert (target.effect_low, target.effect_central, target.effect_high) == (-300, -250.5, -200)
    assert [(point.due_on, point.value) for point in target.points.all()] == [
        (date(2030, 12, 31), 900)
    ]
    shown = client.get(reverse("indicators:project-effects", args=[project.code])).content.decode()
    assert "Attendu du projet seul" in shown
    assert "Moyenne de 2024" in shown


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(client, agent):
    project, zone = make_project(manager=agent), make_zone()
    given = {"indicator": make_indicator(direction="UP").pk, "zone": zone.pk, "note": "À garder"}
    for wrong, field in (
        ({"value_0": "12"}, "due_0"),
        ({"due_0": "2030-12-31"}, "value_0"),
        ({"baseline_value": "douze"}, "baseline_value"),
        ({"baseline_value": "1.234", "baseline_on": "2024-12-31"}, "baseline_value"),
        ({"effect_low": "1"}, "effect_central"),
        ({"effect_low": "3", "effect_central": "2", "effect_high": "1",
          "effect_basis": "Étude"}, "effect_central"),
        ({"effect_low": "1", "effect_central": "2", "effect_high": "3"}, "effect_basis"),
        ({"baseline_value": "9", "baseline_on": "2024-12-31", "due_0": "2030-12-31",
          "value_0": "8"}, "value_0"),
    ):  # fmt: skip
        response = send(client, "target-add", project.code, **given, **wrong)
        assert response.status_code == 422, wrong
        assert list(response.context["form"].errors) == [field], wrong
        assert "À garder" in response.content.decode()
    assert not Target.objects.exists()


def test_a_range_is_given_by_both_bounds(client, agent):
    project, zone = make_project(manager=agent), make_zone()
    send(
        client, "target-add", project.code, indicator=make_indicator(direction="RANGE").pk,
        zone=zone.pk, due_0="2028-12-31", value_0="88,5", high_0="94",
    )  # fmt: skip
    (point,) = Target.objects.get().points.all()
    assert (point.value, point.low, point.high) == (None, 88.5, 94)


def test_a_revision_shows_what_is_stored_and_changes_one_thing(client, agent):
    target = make_target(project=make_project(manager=agent))
    before = list(target.points.values_list("due_on", "value"))
    response = send(client, "target-revise", target.project.code, target.pk, note="Revu")
    assert response.status_code == 302
    target.refresh_from_db()
    assert (target.note, list(target.points.values_list("due_on", "value"))) == ("Revu", before)


def test_the_smallest_and_the_largest_figures_are_read_back_as_they_are_shown(client, agent):
    target = make_target(project=make_project(manager=agent), points={date(2030, 12, 31): 2e13})
    Target.objects.filter(pk=target.pk).update(baseline_value=0.000012)
    response = send(client, "target-revise", target.project.code, target.pk, note="Revu")
    assert response.status_code == 302
    target.refresh_from_db()
    assert (target.note, target.baseline_value, target.points.get().value) == ("Revu", 12e-6, 2e13)


def test_a_target_taken_off_is_shown_no_more_and_comes_back(client, agent):
    target = make_target(project=make_project(manager=agent))
    code = target.project.code
    assert send(client, "target-move", code, target.pk).status_code == 302
    page = client.get(reverse("indicators:project-effects", args=[code]))
    assert (page.context["effects"], page.context["withdrawn"]) == ([], [target])
    assert client.get(f"/api/v1/targets/?project={code}").json()["count"] == 0
    again = send(client, "target-add", code, indicator=target.indicator.pk, zone=target.zone.pk)
    assert "a été retiré" in again.content.decode()
    send(client, "target-move", code, target.pk)
    page = client.get(reverse("indicators:project-effects", args=[code]))
    assert [effect.view.target for effect in page.context["effects"]] == [target]


def test_who_may_not_change_the_project_is_offered_nothing(client, agent):
    target = make_target(project=make_project())
    page = client.get(reverse("indicators:project-effects", args=[target.project.code]))
    assert "cibles/" not in page.content.decode()
    for name, args in (("target-add", ()), ("target-revise", (target.pk,)), ("link-add", ())):
        address = reverse(f"indicators:{name}", args=[target.project.code, *args])
        assert client.get(address).status_code == 404


def test_a_chain_is_drawn_and_listed_with_its_reasons(client, agent):
    project = make_project(manager=agent)
    lanes = make_indicator(family="OUTPUT", name_fr="Pistes livrées")
    target = make_target(project=project, indicator=make_indicator(family="OUTCOME"))
    empty = client.get(reverse("indicators:chain", args=[make_project().code]))
    assert "Aucune mesure dans la chaîne" in empty.content.decode()
    response = send(
        client, "link-add", project.code, cause=lanes.pk, effect=target.indicator.pk,
        sign="MORE", ground="ELSEWHERE", why="Comparable à Séville",
    )  # fmt: skip
    assert response.status_code == 302
    page = client.get(response.url)
    text = page.content.decode()
    assert "Comparable à Séville" in text
    assert text.count("<svg") == 2 + text.count('<svg class="status')
    told = [level.family for level in page.context["chain"].levels if level.steps]
    assert told == ["OUTPUT", "OUTCOME"]
    assert page.context["chain"].unexplained == ()


def test_a_link_is_changed_and_taken_off(client, agent):
    project = make_project(manager=agent)
    one, two = make_indicator(), make_indicator()
    given = {"cause": one.pk, "effect": two.pk, "sign": "MORE", "ground": "ASSUMED"}
    send(client, "link-add", project.code, **given, why="Hypothèse")
    (link,) = CausalLink.objects.all()
    send(client, "link-edit", project.code, link.pk, why="Étude")
    link.refresh_from_db()
    assert link.why == "Étude"
    circle = given | {"cause": two.pk, "effect": one.pk, "why": "Retour"}
    assert send(client, "link-add", project.code, **circle).status_code == 422
    send(client, "link-move", project.code, link.pk)
    assert not CausalLink.objects.standing().exists()
