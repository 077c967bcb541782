from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from indicators.models import KnownBreak
from indicators.services import known_breaks
from indicators.services.known_breaks import BreakFields
from tests.factories.forecasts import make_break
from tests.factories.indicators import make_indicator
from tests.factories.portfolio import NOW, make_role, make_user, make_zone

pytestmark = pytest.mark.django_db
ADD = reverse("indicators:break-add")
GIVEN = {"from_on": "2025-03-01", "until_on": "", "reason_fr": "Compteur remplacé", "reason_en": ""}


@pytest.fixture
def steward(client):
    user = make_user()
    make_role(user, "DATA_STEWARD")
    client.force_login(user)
    return user


def test_a_steward_declares_a_break_that_everybody_reads(client, steward):
    indicator, zone = make_indicator(), make_zone(kind="COMMUNE", name="Rive-Haute")
    told = GIVEN | {"indicator": indicator.pk, "zone": zone.pk}
    assert client.post(ADD, told).status_code == 302
    (found,) = KnownBreak.objects.all()
    assert (found.indicator, found.zone, found.from_on, found.until_on, found.author) == (
        indicator, zone, date(2025, 3, 1), None, steward
    )  # fmt: skip
    client.force_login(make_user())
    page = client.get(reverse("indicators:breaks")).content.decode()
    assert "Compteur remplacé" in page
    assert "Rive-Haute" in page
    assert ADD not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"until_on": "2025-02-01"}, "until_on"), ({"reason_fr": " "}, "reason_fr"),
     ({"from_on": "hier"}, "from_on"), ({"indicator": "999999"}, "indicator")],
)  # fmt: skip
def test_a_break_that_is_wrong_is_refused_by_field_and_nothing_is_lost(
    client, steward, wrong, field
):
    answer = client.post(ADD, GIVEN | {"reason_en": "Counter"} | wrong)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Counter" in answer.content.decode()
    assert not KnownBreak.objects.exists()


def test_the_same_break_is_not_declared_twice(client, steward):
    make_break(from_on=date(2025, 3, 1))
    assert "from_on" in client.post(ADD, GIVEN).context["form"].errors


def test_a_withdrawn_break_stays_in_the_list_with_its_reason(client, steward):
    known = make_break()
    address = reverse("indicators:break-withdraw", args=[known.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Compteur remis"}).status_code == 302
    known.refresh_from_db()
    assert (known.withdrawn_by, known.withdrawn_why) == (steward, "Compteur remis")
    assert "Compteur remis" in client.get(reverse("indicators:breaks")).content.decode()
    assert client.get(address).status_code == 404


def test_a_break_is_withdrawn_once():
    known = make_break()
    known_breaks.withdraw(known=known, by=None, reason="x", at=NOW)
    with pytest.raises(ValidationError):
        known_breaks.withdraw(known=known, by=None, reason="y", at=NOW)


def test_the_service_refuses_what_the_database_would(client):
    fields = BreakFields(date(2025, 3, 2), "x", until_on=date(2025, 3, 1))
    with pytest.raises(ValidationError):
        known_breaks.declare(given=fields, by=None, at=NOW)
