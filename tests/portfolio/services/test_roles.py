"""Roles are given and taken back with a reason; what was given is never erased."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import Project, RoleAssignment
from portfolio.models.role import RoleAssignment as Model
from portfolio.roles import Role
from portfolio.services import roles
from portfolio.services.roles import Given
from tests.factories.portfolio import (
    NOW,
    make_organisation,
    make_programme,
    make_project,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


def grant(user, role=Role.CONTRIBUTOR, where=None, **given):
    return roles.grant(
        user=user, given=Given(role, where, **({"from_on": START} | given)), by=make_user(),
        reason="Nouvelle équipe", at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("make", [make_organisation, make_programme, make_project])
def test_a_role_is_given_in_one_place_and_taken_back(make):
    user, place = make_user(), make()
    given = grant(user, where=place)
    assert given.scope == place
    roles.withdraw(assignment=given, by=make_user(), reason="Départ", at=NOW)
    given.refresh_from_db()
    assert given.withdrawn_at == NOW
    assert not RoleAssignment.objects.current(START).exists()
    grant(user, where=place)  # and may be given again


def test_the_history_keeps_who_gave_it_and_why():
    given = grant(make_user())
    event = Model.pgh_event_models["insert"].objects.get(pgh_obj=given)
    assert event.pgh_context.metadata["reason"] == "Nouvelle équipe"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until_on": date(2025, 1, 1)}, "until_on"),
        ({"role": Role.ELECTED_OFFICIAL, "where": make_organisation}, "scope"),
    ],
)
def test_what_means_nothing_is_refused_by_field(given, field):
    given = {name: value() if callable(value) and name == "where" else value
             for name, value in given.items()}  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        grant(make_user(), **given)
    assert field in refused.value.message_dict
    assert not RoleAssignment.objects.exists()


def test_a_role_is_not_given_twice_nor_to_a_closed_account():
    user = make_user()
    grant(user)
    with pytest.raises(ValidationError):
        grant(user)
    with pytest.raises(ValidationError):
        grant(make_user(is_active=False))


def test_an_administrator_does_not_shut_themselves_out():
    user = make_user()
    given = make_role(user, Role.ADMINISTRATOR)
    with pytest.raises(ValidationError):
        roles.withdraw(assignment=given, by=user, reason="Erreur", at=NOW)


def test_a_role_is_taken_back_once():
    given = grant(make_user())
    roles.withdraw(assignment=given, by=None, reason="Départ", at=NOW)
    with pytest.raises(ValidationError):
        roles.withdraw(assignment=given, by=None, reason="Départ", at=datetime.now(UTC))


def test_the_database_refuses_what_the_service_does():
    user, lead = make_user(), make_organisation()
    make_role(user, Role.AUDITOR)
    wrong = [
        {"role": Role.AUDITOR},
        {"role": "CHIEF"},
        {"role": Role.ELECTED_OFFICIAL, "where": lead},
        {"role": Role.CONTRIBUTOR, "where": lead, "programme": make_programme()},
        {"role": Role.CONTRIBUTOR, "until_on": date(2019, 1, 1)},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_role(user, **fields)
    assert Project.objects.count() == 0
