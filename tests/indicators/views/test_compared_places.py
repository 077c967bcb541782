"""Places to compare with, on their screen: entered, renamed, taken off where nothing uses them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from indicators.forms.mapping_step import MappingForm
from indicators.models import ComparedPlace
from indicators.queries.comparators import beside
from indicators.services import compared_places, sources
from indicators.services.compared_places import PlaceFields
from portfolio.models import ProjectZone, Zone
from tests.factories.indicators import (
    make_draft,
    make_feed,
    make_indicator,
    make_observations,
    make_place,
)
from tests.factories.portfolio import NOW, make_project, make_role, make_user, make_zone

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("indicators:places"), reverse("indicators:place-add")
GIVEN = {
    "code": "FR", "name_fr": "France", "name_en": "France", "kind": "COUNTRY",
    "purpose_fr": "Des taux, jamais des totaux", "purpose_en": "Rates, never totals",
    "reason": "Demandé par la direction",
}  # fmt: skip
WHY = {"by": None, "reason": "Essai", "at": NOW}


@pytest.fixture
def steward(client):
    user = make_user()
    make_role(user, "DATA_STEWARD")
    client.force_login(user)
    return user


def edit(place: ComparedPlace) -> str:
    return reverse("indicators:place-edit", args=[place.pk])


def removal(place: ComparedPlace) -> str:
    return reverse("indicators:place-remove", args=[place.pk])


def sent(client, address: str, **changes: str) -> dict[str, str]:
    """What a browser sends of the form of a place, with these changes."""
    form = client.get(address).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    return told | {"reason": "Relu"} | changes


def test_a_steward_enters_a_place_that_every_agent_reads_and_feeds_may_name(client, steward):
    assert client.post(ADD, GIVEN).status_code == 302
    place = ComparedPlace.objects.select_related("zone").get()
    assert (place.zone.code, place.zone.kind, place.zone.name) == ("FR", "COMPARATOR", "France")
    choices = MappingForm(seen=[], initial={}).fields["zone_code"].choices
    assert "FR" in dict(choices)
    client.force_login(make_user())
    page = client.get(LIST).content.decode()
    assert "Des taux, jamais des totaux" in page
    assert ADD not in page
    assert edit(place) not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"code": ""}, "code"), ({"code": "Île-de-France"}, "code"), ({"code": "DEDANS"}, "code"),
     ({"name_fr": " "}, "name_fr"), ({"name_fr": "x" * 41}, "name_fr"), ({"kind": ""}, "kind"),
     ({"kind": "PLANET"}, "kind"), ({"reason": ""}, "reason")],
)  # fmt: skip
def test_a_place_that_is_wrong_is_refused_by_field_and_nothing_is_lost(
    client, steward, wrong, field
):
    make_zone(code="DEDANS", name="Rive-Haute")
    answer = client.post(ADD, GIVEN | wrong)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Rates, never totals" in answer.content.decode()
    assert not ComparedPlace.objects.exists()
    assert not Zone.objects.filter(kind="COMPARATOR").exists()


def test_a_code_that_is_taken_says_by_whom(client, steward):
    make_place(code="FR", name_fr="France entière")
    errors = client.post(ADD, GIVEN).context["form"].errors
    assert "France entière" in errors["code"][0]


def test_a_place_is_renamed_wherever_it_is_shown_and_its_code_stays(client, steward):
    place = make_place(code="FR", name_fr="France")
    indicator = make_indicator(zone_aggregation="POPULATION_MEAN")
    make_observations(make_feed(indicator=indicator), place.zone, {date(2026, 1, 1): 4.0})
    told = sent(client, edit(place), name_fr="France entière", name_en="All of France", code="DE")
    assert client.post(edit(place), told).status_code == 302
    zone = Zone.objects.get(kind="COMPARATOR")
    assert (zone.code, zone.name) == ("FR", "France entière")
    (one,) = beside(indicator)
    with translation.override("en"):
        assert one.name == "All of France"
    with translation.override("fr"):
        assert one.name == "France entière"
    page = client.get(edit(place)).content.decode()
    assert "Relu" in page  # the change, with its reason


def test_what_two_people_write_at_once_is_told(client, steward):
    place = make_place(name_fr="France")
    told = sent(client, edit(place), name_fr="La France")
    ComparedPlace.objects.update(name_fr="France métropolitaine")
    answer = client.post(edit(place), told)
    assert answer.status_code == 422
    assert "France métropolitaine" in answer.content.decode()
    assert ComparedPlace.objects.get().name_fr == "France métropolitaine"


def test_a_place_that_nothing_uses_is_taken_off(client, steward):
    place = make_place()
    assert client.post(removal(place), {"reason": ""}).status_code == 422
    assert client.post(removal(place), {"reason": "Doublon"}).status_code == 302
    assert not Zone.objects.filter(kind="COMPARATOR").exists()
    assert client.get(removal(place)).status_code == 404
    assert ComparedPlace.pgh_event_model.objects.filter(pgh_label="delete").exists()


def named_by_a_feed(place):
    make_feed(code="taux-france", mapping={"zone": {"code": place.zone.code}})
    return "taux-france"


def with_values(place):
    make_observations(make_feed(code="taux-eurostat"), place.zone, {date(2026, 1, 1): 4.0})
    return "taux-eurostat"


def named_by_a_draft(place):
    make_draft(make_user(), said={"mapping": {"zone": {"code": place.zone.code}}})
    return "brouillon"


def of_a_project(place):
    project = make_project(code="P-COMPARE")
    ProjectZone.objects.create(project=project, zone=place.zone, origin="DECLARED")
    return "P-COMPARE"


@pytest.mark.parametrize("use", [named_by_a_feed, with_values, named_by_a_draft, of_a_project])
def test_a_place_that_is_used_stays_and_the_page_says_by_what(client, steward, use):
    place = make_place()
    word = use(place)
    assert word in client.get(removal(place)).content.decode()
    answer = client.post(removal(place), {"reason": "Doublon"})
    assert answer.status_code == 422
    assert word in " ".join(answer.context["form"].non_field_errors())
    assert ComparedPlace.objects.filter(pk=place.pk).exists()


def test_the_list_says_which_measures_have_values_of_a_place(client, steward):
    used, unused = make_place(), make_place()
    indicator = make_indicator(name_fr="Taux de chômage")
    make_observations(make_feed(indicator=indicator), used.zone, {date(2026, 1, 1): 4.0})
    page = client.get(LIST).content.decode()
    assert "Taux de chômage" in page
    assert removal(unused) in page
    assert removal(used) not in page


def test_the_list_asks_no_more_for_many_places(client, steward, django_assert_max_num_queries):
    for _number in range(30):
        place = make_place()
        make_feed(mapping={"zone": {"code": place.zone.code}})
    with django_assert_max_num_queries(25):
        client.get(LIST)


def test_the_file_of_sources_says_the_same_and_keeps_what_it_does_not_name(client, steward):
    client.post(ADD, GIVEN)
    document = {"comparators": [{"code": "FR", "name": "France", "name_en": "All of France"}]}
    (change,) = sources.apply(document=document)
    assert (change.code, change.created) == ("FR", False)
    assert change.fields == {"name_en": ("France", "All of France")}
    assert sources.apply(document=document) == []
    assert ComparedPlace.objects.get().purpose_en == "Rates, never totals"


def test_the_service_refuses_a_place_without_name():
    with pytest.raises(ValidationError) as refused:
        compared_places.add(code="FR", given=PlaceFields(name_fr="  "), **WHY)
    assert set(refused.value.message_dict) == {"name_fr"}
    assert not Zone.objects.exists()


def test_the_database_refuses_a_kind_that_is_none():
    place = make_place()
    with pytest.raises(IntegrityError), transaction.atomic():
        ComparedPlace.objects.filter(pk=place.pk).update(kind="PLANET")
