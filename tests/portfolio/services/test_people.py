"""Accounts are opened by invitation, closed and opened again; never deleted."""

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import User
from portfolio.services import people
from portfolio.services.people import Person
from tests.factories.portfolio import NOW, make_user

pytestmark = pytest.mark.django_db
LINA = Person("lina", "Lina", "Perrin", "lina@exemple.fr")


def test_somebody_who_is_invited_has_no_password_yet():
    user = people.invite(person=LINA, by=make_user(), reason="Arrivée", at=NOW)
    assert not user.has_usable_password()
    assert user.is_active


@pytest.mark.parametrize(
    ("taken", "person", "field"),
    [
        ({"email": "LINA@exemple.fr"}, LINA, "email"),
        ({"username": "lina"}, LINA, "username"),
        ({}, Person("lina", "Lina", "Perrin", ""), "email"),
    ],
)
def test_a_name_or_an_address_that_is_taken_is_refused(taken, person, field):
    make_user(**taken)
    with pytest.raises(ValidationError) as refused:
        people.invite(person=person, by=make_user(), reason="Arrivée", at=NOW)
    assert field in refused.value.message_dict


def test_an_account_is_closed_and_opened_again_with_its_history(client):
    user, by = make_user(), make_user()
    client.force_login(user)
    people.close(user=user, by=by, reason="Départ")
    assert client.get("/pilotage/").status_code == 302  # its open session ends
    people.reopen(user=user, by=by, reason="Retour")
    user.refresh_from_db()
    assert user.is_active
    events = (
        User.pgh_event_models["update"]
        .objects.filter(pgh_obj=user, pgh_label="update")
        .order_by("pgh_id")
    )
    reasons = [event.pgh_context.metadata["reason"] for event in events]
    assert reasons == ["Départ", "Retour"]
    assert "password" not in {field.name for field in events.model._meta.fields}


def test_nobody_closes_their_own_account():
    user = make_user()
    with pytest.raises(ValidationError):
        people.close(user=user, by=user, reason="Erreur")
