"""Stakeholders and organisations: entered, changed, taken off; what cannot be is told by field."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portfolio.models import Organisation, Stakeholder
from portfolio.queries import stakeholders as reads
from portfolio.services import organisations, stakeholders, withdrawal
from portfolio.services.organisations import OrganisationFields
from portfolio.services.stakeholders import Part
from tests.factories.portfolio import (
    NOW,
    make_organisation,
    make_project,
    make_stakeholder,
    make_user,
)

pytestmark = pytest.mark.django_db
SIGNED = {"by": None, "reason": "Marché notifié", "at": NOW}
TODAY = NOW.date()


def refused(verb, **given) -> list[str]:
    with pytest.raises(ValidationError) as error:
        verb(**(SIGNED | given))
    return list(error.value.message_dict)


def test_somebody_is_entered_and_changed_once():
    project = make_project(updated_at=NOW.replace(year=2025))
    part = Part(role="DESIGNER", person=" Léa Martin ", email="lea@exemple.fr")
    entered = stakeholders.add(project=project, part=part, **SIGNED)
    assert entered.person == "Léa Martin"
    project.refresh_from_db()
    assert project.updated_at == NOW
    events = Stakeholder.pgh_event_model.objects
    same = Part(role="DESIGNER", person="Léa Martin", email="lea@exemple.fr")
    stakeholders.change(stakeholder=entered, part=same, **SIGNED)
    assert events.count() == 1
    stakeholders.change(stakeholder=entered, part=Part("DESIGNER", person="Léa Petit"), **SIGNED)
    assert events.count() == 2


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (Part("PARTNER"), ["organisation"]),
        (Part("PARTNER", email="a@exemple.fr"), ["organisation", "person"]),
        (Part("PARTNER", person="X", is_public=True), ["is_public"]),
        (Part("PARTNER", person="X", email="nobody"), ["email"]),
        (Part("KING", person="X"), ["role"]),
        (Part("PARTNER", person="X", since_on=date(2025, 1, 2), until_on=date(2025, 1, 1)),
         ["until_on"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_by_field(part, fields):
    assert refused(stakeholders.add, project=make_project(), part=part) == fields
    assert not Stakeholder.objects.exists()


def test_the_same_part_is_not_entered_twice():
    project, partner = make_project(), make_organisation()
    stakeholders.add(project=project, part=Part("PARTNER", partner), **SIGNED)
    assert refused(stakeholders.add, project=project, part=Part("PARTNER", partner)) == ["role"]
    stakeholders.add(project=project, part=Part("OWNER", partner), **SIGNED)


def test_a_part_entered_again_meanwhile_does_not_come_back():
    project, partner = make_project(), make_organisation()
    first = stakeholders.add(project=project, part=Part("PARTNER", partner), **SIGNED)
    withdrawal.withdraw(record=first, **SIGNED)
    stakeholders.add(project=project, part=Part("PARTNER", partner), **SIGNED)
    assert refused(withdrawal.bring_back, record=first) == ["role"]
    assert project.stakeholders.current().count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"organisation": None}, {"organisation": None, "person": "X", "is_public": True},
     {"email": "a@exemple.fr"}, {"since_on": date(2025, 1, 2), "until_on": date(2025, 1, 1)}],
)  # fmt: skip
def test_the_database_refuses_it_too(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_stakeholder(make_project(), **wrong)


def test_nobody_is_erased():
    project = make_project()
    part = make_stakeholder(project)
    withdrawal.withdraw(record=part, **SIGNED)
    withdrawal.withdraw(record=part, **SIGNED)
    assert reads.people_of(project, today=TODAY).withdrawn == (part,)
    withdrawal.bring_back(record=part, **SIGNED)
    assert reads.people_of(project, today=TODAY).present == (part,)
    assert Stakeholder.pgh_event_model.objects.count() == 3


def test_the_past_is_told_from_the_present():
    project = make_project()
    now, past = make_stakeholder(project), make_stakeholder(project, until_on=date(2020, 1, 1))
    found = reads.people_of(project, today=TODAY)
    assert (found.present, found.past) == ((now,), (past,))


def test_residents_read_organisations_alone():
    project = make_project()
    shown = make_stakeholder(project, is_public=True)
    make_stakeholder(project)
    make_stakeholder(project, is_public=True, until_on=date(2020, 1, 1))
    make_stakeholder(project, is_public=True, withdrawn_at=NOW)
    make_stakeholder(project, person="Léa Martin")
    assert reads.public_parts(project, today=TODAY) == [shown]


# ---------------------------------------------------------------- organisations


def test_an_organisation_is_entered_with_its_number_cleaned():
    made = organisations.create(
        code="energie", given=OrganisationFields("Énergie SA", "PARTNER", siret="732 829 320 00074"),
        **SIGNED,
    )  # fmt: skip
    assert made.siret == "73282932000074"
    assert Organisation.pgh_event_model.objects.filter(pgh_obj=made).count() == 1


@pytest.mark.parametrize(
    ("code", "given", "fields"),
    [
        ("a b", OrganisationFields("X", "PARTNER"), ["code"]),
        ("x/..", OrganisationFields("X", "PARTNER"), ["code"]),
        ("x", OrganisationFields("", "PARTNER"), ["name_fr"]),
        ("x", OrganisationFields("X", "GUILD"), ["kind"]),
        ("x", OrganisationFields("X", "PARTNER", siret="73282932000075"), ["siret"]),
        ("x", OrganisationFields("X", "PARTNER", siret="123"), ["siret"]),
    ],
)
def test_a_wrong_organisation_is_told_by_field(code, given, fields):
    assert refused(organisations.create, code=code, given=given) == fields


def test_a_code_is_used_once():
    make_organisation(code="eau")
    given = OrganisationFields("Eau", "PARTNER")
    assert refused(organisations.create, code="eau", given=given) == ["code"]


def test_no_organisation_is_above_itself():
    top = make_organisation(name_fr="Pôle")
    below = make_organisation(name_fr="Direction", parent=top)
    with pytest.raises(ValidationError) as error:
        organisations.update(
            organisation=top, given=OrganisationFields("Pôle", "DEPARTMENT", parent=below), **SIGNED
        )
    assert "Pôle → Direction → Pôle" in error.value.messages[0]


def test_the_tree_goes_down_by_name_and_counts_what_its_reader_may_see():
    top = make_organisation(name_fr="Pôle")
    second = make_organisation(name_fr="Voirie", parent=top)
    first = make_organisation(name_fr="Eau", parent=top)
    make_project(lead=first, visibility="DRAFT")
    make_project(lead=first)
    make_stakeholder(make_project(), organisation=second)
    nodes = reads.tree(["DEPARTMENT"], make_user())
    assert [(n.organisation, n.depth, n.leads, n.takes_part) for n in nodes] == [
        (top, 0, 0, 0), (first, 1, 1, 0), (second, 1, 0, 1)
    ]  # fmt: skip


def test_an_organisation_names_the_projects_its_reader_may_see():
    partner = make_organisation()
    seen, hidden = make_project(), make_project(visibility="DRAFT")
    for project in (seen, hidden):
        make_stakeholder(project, organisation=partner)
    make_stakeholder(seen, organisation=partner, role="OWNER")
    (part,) = reads.parts_of(partner, make_user())
    assert (part.project, len(part.roles)) == (seen, 2)
