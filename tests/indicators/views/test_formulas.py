"""A formula written on a page: checked while it is typed, saved as a version, led back to."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from indicators.models import Feed, Formula, Run
from tests.factories.formulas import (
    AT,
    LATER,
    agreed,
    bound,
    compute,
    computed,
    measured,
    publish,
)
from tests.factories.indicators import make_contract, make_indicator, make_target
from tests.factories.portfolio import make_project, make_role, make_user, make_zone

JAN, FEB = date(2025, 1, 1), date(2025, 2, 1)


@pytest.fixture
def steward(client, db):
    user = make_user()
    make_role(user, "DATA_STEWARD")
    client.force_login(user)
    return user


@pytest.fixture
def zone(db):
    return make_zone(code="A", name="Ardes", kind="COMMUNE")


@pytest.fixture
def velos(zone):
    feed = measured("passage/day", code="velos", name_fr="Passages de vélos")
    publish(feed, zone, {JAN: 500.0, FEB: 600.0})
    return feed


@pytest.fixture
def people(zone):
    feed = measured("inhabitant", "YEAR", code="habitants", name_fr="Habitants")
    publish(feed, zone, {date(2024, 1, 1): 10_000.0})
    return feed


@pytest.fixture
def rate(db):
    return make_indicator(
        code="taux", name_fr="Vélos pour 1 000", machine_unit="passage/day/kiloinhabitant",
        zone_aggregation="NONE",
    )  # fmt: skip


def sent(expression: str, *rows: tuple, **more: str) -> dict[str, str]:
    """Rows of (name, indicator, time, zone)."""
    data = {"expression": expression, "reason": "Comparer les communes", **more}
    for place, row in enumerate(rows):
        for field, value in zip(("name", "indicator", "time", "zone"), row, strict=False):
            data[f"entree-{place}-{field}"] = value
    return data


ROWS = (("v", "velos", "SAME"), ("h", "habitants", "LAST_KNOWN"))


def address(name: str = "formula", code: str = "taux") -> str:
    return reverse(f"indicators:{name}", args=[code])


def typed(client, data: dict) -> str:
    response = client.post(address(), data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def test_names_ask_what_they_are_as_soon_as_they_are_typed(client, steward, rate, velos):
    text = typed(client, sent("v / h", ("v", "velos", "SAME")))
    assert "<html" not in text
    assert text.count("<fieldset") == 2
    assert "Dites quel indicateur est «\u202fh\u202f»." in text


def test_a_name_that_grows_keeps_what_it_stood_for(client, steward, rate, velos, people):
    text = typed(client, sent("velo / h", *ROWS))
    assert '<option value="velos" selected>' in text
    assert 'value="velo"' in text


def test_a_text_under_way_says_where_it_stops_and_loses_nothing(client, steward, rate, velos):
    text = typed(client, sent("v /", ("v", "velos", "SAME")))
    assert "n’est pas terminée" in text
    assert '<option value="velos" selected>' in text


def test_the_factor_and_the_last_periods_are_shown_before_saving(
    client, steward, rate, velos, people
):
    text = typed(client, sent("v / h", *ROWS))
    assert "multipliée par 1\u202f000" in text
    assert "<strong>60</strong>" in text
    assert "600" in text
    assert not Formula.objects.exists()


def test_units_that_do_not_go_together_are_said(client, steward, rate, velos, people):
    assert "une même mesure" in typed(client, sent("v + h", *ROWS))


def test_an_unknown_unit_is_said_with_the_way_to_state_it(client, steward, rate, velos, people):
    people.indicator.machine_unit = ""
    people.indicator.save()
    text = typed(client, sent("v / h", *ROWS))
    assert "Unité non connue" in text
    assert address("indicator-unit", "habitants") in text
    client.post(address(), sent("v / h", *ROWS, save="1"))
    assert not Formula.objects.exists()
    client.post(address(), sent("v / h", *ROWS, save="1", accepts_unknown_units="on"))
    assert not Formula.objects.get().are_units_checked
    assert "Unités non vérifiées" in client.get(address("indicator")).content.decode()


def test_saving_makes_a_version_and_plans_its_computation(client, steward, rate, velos, people):
    response = client.post(address(), sent("v / h", *ROWS, save="1", valid_from="2025-02-01"))
    assert response.url == address("indicator")
    formula = Formula.objects.get()
    assert (formula.version, formula.author, formula.reason) == (
        1,
        steward,
        "Comparer les communes",
    )
    assert formula.valid_from == FEB
    assert Run.objects.get(feed__indicator=rate).state == "DUE"
    text = client.get(address("indicator")).content.decode()
    assert "Passages de vélos ÷ Habitants" in text
    assert "Version 1" in text


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, steward, rate, velos, people):
    response = client.post(address(), sent("v / h / x", *ROWS, save="1"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "v / h / x" in text
    assert "Comparer les communes" in text
    assert '<option value="habitants" selected>' in text
    assert client.post(address(), sent("v", ROWS[0], save="1", reason="")).status_code == 422


@pytest.mark.parametrize("wrong", [
    {"entree-0-indicator": "nulle-part"}, {"entree-0-zone": "nulle-part"},
    {"entree-0-time": "X"}, {"valid_from": "hier"}, {"expression": "v" * 600},
    {"expression": "\x00"},
])  # fmt: skip
def test_hostile_input_is_refused_with_a_page(client, steward, rate, velos, people, wrong):
    assert client.post(address(), sent("v / h", *ROWS, save="1") | wrong).status_code == 422
    assert not Formula.objects.exists()


def test_every_version_stays_readable(client, steward, rate, velos, people):
    given = bound("v", velos), bound("h", people, "LAST_KNOWN")
    computed(rate, "v / h", *given)
    computed(rate, "v / h / 2", *given, at=LATER)
    text = client.get(address("indicator")).content.decode()
    assert text.index("Version 2") < text.index("Version 1")
    assert "taux" not in client.get(address()).context["work"].given


def test_stopping_hides_the_figures_and_the_same_formula_starts_it_again(
    client, steward, rate, velos, people
):
    computed(rate, "v / h", bound("v", velos), bound("h", people, "LAST_KNOWN"))
    client.post(address(), {"stop": "1"})
    assert not Feed.objects.get(indicator=rate).is_active
    client.post(address(), sent("v / h", *ROWS, save="1"))
    assert Feed.objects.get(indicator=rate).is_active
    assert Formula.objects.count() == 1


def test_the_unit_is_stated_and_one_that_is_none_is_refused(client, steward, rate):
    response = client.post(address("indicator-unit"), {"machine_unit": "degC"})
    assert response.status_code == 422
    assert "ne se calcule pas" in response.content.decode()
    client.post(address("indicator-unit"), {"machine_unit": "passage/hour"})
    rate.refresh_from_db()
    assert rate.machine_unit == "passage/hour"


def test_an_agent_reads_the_formula_and_does_not_change_it(client, db, rate):
    client.force_login(make_user())
    assert address() not in client.get(address("indicator")).content.decode()
    for name in ("formula", "indicator-unit"):
        assert client.get(address(name)).status_code == 404
    assert "Vélos pour 1 000" in client.get(reverse("indicators:indicators")).content.decode()


# ---------------------------------------------------------------- where a figure comes from


def origin(client, code: str, day: str, known: str = ""):
    return client.get(
        reverse("indicators:provenance", args=[code, "A", day]), {"au": known} if known else {}
    )


def test_a_computed_figure_leads_to_its_inputs_as_they_were_known_then(
    client, steward, rate, velos, people, zone
):
    computed(rate, "v / h", bound("v", velos), bound("h", people, "LAST_KNOWN"))
    publish(
        velos, zone, {JAN: 5000.0}, at=LATER
    )  # not computed yet: the figure shown is the old one
    response = origin(client, "taux", "2025-01-01")
    found = response.context["found"]
    assert [(one.name, one.value) for one in found.inputs] == [("v", 500.0), ("h", 10_000.0)]
    assert found.formula.version == 1
    text = response.content.decode()
    known = response.context["known_at"]
    assert f"/velos/A/2025-01-01/?au={known.replace('+', '%2B').replace(':', '%3A')}" in text
    then = origin(client, "velos", "2025-01-01", known)
    assert then.context["found"].observation.value == 500.0
    assert origin(client, "velos", "2025-01-01").context["found"].observation.value == 5000.0


def test_a_computed_figure_is_read_again_as_it_was_known(
    client, steward, rate, velos, people, zone
):
    given = bound("v", velos), bound("h", people, "LAST_KNOWN")
    computed(rate, "v / h", *given)
    again = agreed(rate, "2 * v / h", *given, at=LATER)
    compute(again.run.pk, LATER)
    before = origin(client, "taux", "2025-01-01", (AT + timedelta(hours=1)).isoformat())
    assert (before.context["found"].observation.value, before.context["found"].formula.version) == (
        50.0,
        1,
    )
    now = origin(client, "taux", "2025-01-01").context["found"]
    assert (now.observation.value, now.formula.version) == (100.0, 2)


@pytest.mark.parametrize("known", ["hier", "9999-99-99", "0001-01-01", "1899-01-01T00:00:00Z"])
def test_an_instant_that_is_none_shows_the_figures_of_now_and_says_so(
    client, steward, velos, zone, known
):
    answer = origin(client, "velos", "2025-01-01", known)
    assert answer.context["asked"].is_wrong
    assert "illisible ou à venir" in answer.content.decode()


def test_a_project_states_the_formula_of_its_target_in_words(
    client, steward, rate, velos, people, zone
):
    computed(rate, "v / h", bound("v", velos), bound("h", people, "LAST_KNOWN"))
    project = make_project(visibility="PUBLIC")
    make_target(project=project, indicator=rate, zone=zone)
    text = client.get(reverse("indicators:project-effects", args=[project.code])).content.decode()
    assert "(Passages de vélos ÷ Habitants) × 1\u202f000" in text


def test_the_api_says_the_formula_and_its_version(client, rate, velos, people):
    computed(rate, "v / h", bound("v", velos), bound("h", people, "LAST_KNOWN"))
    told = client.get("/api/v1/indicators/taux/").json()
    assert told["machine_unit"] == "passage/day/kiloinhabitant"
    formula = told["formula"]
    assert (formula["version"], formula["expression"], formula["factor"]) == (1, "v / h", 1000.0)
    assert formula["inputs"][1] == {
        "name": "h", "indicator": "habitants", "zone": None, "time": "LAST_KNOWN",
        "unit": "inhabitant",
    }  # fmt: skip
    assert client.get("/api/v1/indicators/velos/").json()["formula"] is None


def test_the_contract_of_what_is_computed_offers_its_age_alone(
    client, steward, rate, velos, people
):
    computed(rate, "v / h", bound("v", velos), bound("h", people, "LAST_KNOWN"))
    feed = Feed.objects.get(indicator=rate)
    make_contract(feed, freshness_days=30)
    contract = reverse("indicators:contract", args=[feed.code])
    form = client.get(contract).context["form"]
    assert set(form.fields) == {"freshness_days", "owner", "support", "reason"}
    assert "calculées, non reçues" in client.get(reverse("indicators:feed", args=[feed.code])).text
    told = {"freshness_days": "60", "reason": "Les entrées viennent plus tard"}
    assert client.post(contract, told).status_code == 302
    held = feed.contracts.order_by("-version").first()
    assert held.document == {"fields": {"valeur": {"type": "number"}}, "maximum": 500,
                             "freshness_days": 60}  # fmt: skip
