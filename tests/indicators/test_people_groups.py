"""Figures and targets of groups of people: beside those of everyone, and never added to them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from indicators import queries
from indicators.models import PeopleGroup, Series, Target
from indicators.queries.by_group import by_group
from indicators.queries.hindsight import optimism
from indicators.queries.series import measured_of
from indicators.services import people_groups, sources
from indicators.services.people_groups import GroupFields
from indicators.services.targets import Terms, set_target
from portfolio.models import Project
from tests.factories.indicators import (
    make_feed,
    make_group,
    make_indicator,
    make_observations,
    make_target,
)
from tests.factories.portfolio import NOW, make_project, make_role, make_user, make_zone

pytestmark = pytest.mark.django_db
JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
TODAY = date(2026, 3, 10)


@pytest.fixture
def steward(client):
    user = make_user()
    make_role(user, "DATA_STEWARD")
    client.force_login(user)
    return user


@pytest.fixture
def agent(client):
    user = make_user()
    client.force_login(user)
    return user


def found_of(indicator, zone, group=None):
    (found,) = measured_of([(indicator, zone, group)]).values()
    return found


def test_a_group_has_its_own_values_and_everyone_has_theirs():
    indicator, zone, women = make_indicator(), make_zone(), make_group()
    feed = make_feed(indicator=indicator)
    make_observations(feed, zone, {JAN: 100})
    make_observations(feed, zone, {JAN: 40}, group=women)
    assert [o.value for o in found_of(indicator, zone).observations] == [100]
    assert [o.value for o in found_of(indicator, zone, women).observations] == [40]


def test_no_value_of_everyone_is_made_of_groups_even_where_the_measure_adds_up():
    indicator, zone = make_indicator(zone_aggregation="SUM"), make_zone()
    feed = make_feed(indicator=indicator)
    for value in (40, 60):
        make_observations(feed, zone, {JAN: value}, group=make_group())
    assert found_of(indicator, zone).observations == ()


def test_a_group_of_the_metropolis_is_added_from_its_communes_and_says_how_many_were_measured():
    indicator, women = make_indicator(zone_aggregation="SUM"), make_group()
    whole = make_zone(kind="METROPOLIS")
    one, two = (make_zone(kind="COMMUNE", parent=whole, population=100) for _ in range(2))
    feed = make_feed(indicator=indicator)
    make_observations(feed, one, {JAN: 3, FEB: 4}, group=women)
    make_observations(feed, two, {JAN: 5}, group=women)
    make_observations(feed, two, {FEB: 9})
    found = found_of(indicator, whole, women)
    assert [(o.value, o.absence) for o in found.observations] == [(8, ""), (None, "INCOMPLETE")]
    assert (found.coverage.measured, found.coverage.expected) == (1, 2)


def test_a_mean_of_a_group_is_not_weighted_by_all_inhabitants():
    indicator, women = make_indicator(zone_aggregation="POPULATION_MEAN"), make_group()
    whole = make_zone(kind="METROPOLIS")
    feed = make_feed(indicator=indicator)
    for value in (3, 5):
        commune = make_zone(kind="COMMUNE", parent=whole, population=100)
        make_observations(feed, commune, {JAN: value}, group=women)
    (observation,) = found_of(indicator, whole, women).observations
    assert (observation.value, observation.absence) == (None, "NO_POPULATION")


def test_each_group_has_its_status_beside_the_others():
    project, indicator, zone = make_project(), make_indicator(), make_zone()
    near, far, unknown = make_group(), make_group(), make_group()
    feed = make_feed(indicator=indicator)
    for group, value in ((None, 190), (near, 250), (far, 60)):
        make_observations(feed, zone, {FEB: value}, group=group)
        make_target(project=project, indicator=indicator, zone=zone, group=group)
    make_target(project=project, indicator=indicator, zone=zone, group=unknown)
    targets = queries.targets_of(Q(project=project))
    (table,) = by_group(queries.target_views(targets, today=TODAY))
    told = {view.target.group: view.status.code for view in table.views}
    assert told == {None: "ON_TRACK", near: "ACHIEVED", far: "OFF_TRACK", unknown: "UNKNOWN"}
    assert table.views[0].target.group is None
    assert (table.measured, table.expected) == (2, 3)


def test_the_page_of_evidence_shows_groups_side_by_side(client, agent):
    project, indicator, zone = make_project(manager=agent), make_indicator(), make_zone()
    women = make_group(name_fr="Femmes", definition_fr="Quinze ans et plus")
    make_observations(make_feed(indicator=indicator), zone, {FEB: 120}, group=women)
    make_target(project=project, indicator=indicator, zone=zone, group=women)
    page = client.get(reverse("evidence:project", args=[project.code])).content.decode()
    assert "Par groupe de personnes" in page
    assert "Femmes" in page
    assert "Quinze ans et plus" in page
    assert "1 groupe sur 1" in page.replace("\xa0", " ")


def test_a_page_without_groups_says_nothing_of_them(client, agent):
    project = make_project(manager=agent)
    make_target(project=project)
    page = client.get(reverse("evidence:project", args=[project.code])).content.decode()
    assert "Par groupe de personnes" not in page


def test_a_target_is_set_for_a_group_once_and_beside_that_of_everyone():
    project, indicator, zone, women = make_project(), make_indicator(), make_zone(), make_group()
    about = {"project": project, "indicator": indicator, "zone": zone, "terms": Terms(),
             "by": None, "reason": "Plan", "at": NOW}  # fmt: skip
    set_target(**about)
    found = set_target(**about, group=women)
    assert str(found) == f"{indicator.name} – {zone.name}, {women.name}"
    with pytest.raises(ValidationError):
        set_target(**about, group=women)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(project=project, indicator=indicator, zone=zone, group=women)


def test_a_target_for_a_group_is_read_as_of_a_day_with_its_group():
    women = make_group()
    target = make_target(project=make_project(), group=women)
    (then,) = queries.targets_of(Q(project=target.project), as_of=NOW)
    assert then.group == women


def test_promises_for_groups_are_no_more_cases_of_how_promises_were_kept():
    project, indicator, zone = make_project(), make_indicator(), make_zone()
    feed, due = make_feed(indicator=indicator), {FEB: 110.0}
    for group in (None, make_group(), make_group()):
        make_observations(feed, zone, {JAN: 105, FEB: 110}, group=group)
        make_target(project=project, indicator=indicator, zone=zone, group=group, points=due)
    board = optimism(Project.objects.filter(pk=project.pk), today=TODAY)
    assert [one.due for one in board.by_indicator] == [1]
    assert len(board.outcomes) == 3


def test_where_a_figure_of_a_group_comes_from_is_its_own_series(client, agent):
    indicator, zone, women = make_indicator(), make_zone(), make_group(name_fr="Femmes")
    feed = make_feed(indicator=indicator)
    make_observations(feed, zone, {JAN: 777})
    make_observations(feed, zone, {JAN: 333}, group=women)
    address = reverse("indicators:provenance", args=[indicator.code, zone.code, JAN.isoformat()])
    page = client.get(address + f"?groupe={women.code}").content.decode()
    assert "Femmes" in page
    assert "333" in page
    assert "777" not in page
    assert client.get(address + "?groupe=personne").status_code == 404


def test_the_api_tells_the_group_of_a_value_and_of_a_target(client):
    indicator, zone, women = make_indicator(), make_zone(), make_group()
    feed = make_feed(indicator=indicator)
    make_observations(feed, zone, {JAN: 100})
    make_observations(feed, zone, {JAN: 40}, group=women)
    make_target(indicator=indicator, zone=zone, group=women)
    values = client.get("/api/v1/observations/", {"indicator": indicator.code}).json()["results"]
    assert {(one["value"], one["group"]) for one in values} == {(100, None), (40, women.code)}
    own = client.get("/api/v1/observations/", {"group": women.code}).json()["results"]
    assert [one["value"] for one in own] == [40]
    (target,) = client.get("/api/v1/targets/", {"group": women.code}).json()["results"]
    assert (target["group"], target["last"]["value"]) == (women.code, 40)
    assert client.get("/api/v1/targets/", {"group": "personne"}).status_code == 400


def test_a_steward_adds_a_group_that_everybody_reads(client, steward):
    given = {"code": "moins-25", "name_fr": "Moins de 25 ans", "name_en": "Under 25",
             "definition_fr": "Au 1er janvier", "definition_en": "", "reason": "Enquête"}  # fmt: skip
    assert client.post(reverse("indicators:group-add"), given).status_code == 302
    client.force_login(make_user())
    page = client.get(reverse("indicators:groups")).content.decode()
    assert "Moins de 25 ans" in page
    assert "Au 1er janvier" in page
    assert reverse("indicators:group-add") not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": "Moins de 25"}, "code"), ({"name_fr": " "}, "name_fr"), ({"reason": ""}, "reason"),
     ({"code": "femmes"}, "code")],
)  # fmt: skip
def test_a_group_that_is_wrong_is_refused_by_field_and_nothing_is_lost(
    client, steward, wrong, field
):
    make_group(code="femmes")
    given = {"code": "moins-25", "name_fr": "Moins de 25 ans", "definition_fr": "À garder",
             "reason": "Enquête"} | wrong  # fmt: skip
    answer = client.post(reverse("indicators:group-add"), given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "À garder" in answer.content.decode()
    assert PeopleGroup.objects.count() == 1


def test_a_group_is_described_otherwise_and_its_code_stays(client, steward):
    group = make_group(code="femmes", name_fr="Femes")
    address = reverse("indicators:group-edit", args=[group.code])
    client.post(address, {"code": "x", "name_fr": "Femmes", "reason": "Faute de frappe"})
    group.refresh_from_db()
    assert (group.code, group.name_fr) == ("femmes", "Femmes")
    with pytest.raises(ValidationError):
        people_groups.describe(
            group=group, given=GroupFields(name_fr="Femmes"), by=None, reason=" "
        )


def test_a_file_of_sources_names_groups_and_feeds_of_them():
    zone = make_zone()
    document = {
        "groups": [{"code": "femmes", "name_fr": "Femmes"}],
        "feeds": [feed_of(zone, {"field": "sexe", "codes": {"F": "femmes"}})],
    }
    named = make_feed()
    document["feeds"][0] |= {"source": named.source.code, "indicator": named.indicator.code}
    changes = sources.apply(document=document)
    assert [(one.kind, one.created) for one in changes] == [("peoplegroup", True), ("feed", True)]
    document["feeds"][0]["mapping"]["group"]["codes"]["H"] = "hommes"
    with pytest.raises(sources.SourcesError) as caught:
        sources.apply(document=document)
    assert [one.path for one in caught.value.problems] == ["feeds/0/mapping/group/codes/H"]
    assert not Series.objects.exists()


def feed_of(zone, group):
    return {
        "code": "selon-le-sexe", "collection": "x", "starts_on": "2025-01-01",
        "mapping": {"time": {"field": "t", "timezone": "Europe/Paris", "period": "MONTH"},
                    "value": {"field": "v"}, "zone": {"code": zone.code}, "group": group},
    }  # fmt: skip
