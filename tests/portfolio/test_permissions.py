"""What a role reaches and what it may change there; lists and single projects agree."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from ops.paths import ROOT
from portfolio import permissions
from portfolio.models import Project
from portfolio.reach import rights_of
from portfolio.roles import MATRIX, PROJECT_PARTS, TABLE, Part, Role, read, roles_for
from tests.factories.portfolio import (
    make_organisation,
    make_programme,
    make_project,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
PLACED = sorted(role for role in Role if MATRIX[role] & {"drafts", *PROJECT_PARTS})


def person(role=None, where=None, **fields):
    user = make_user(**fields)
    if role:
        make_role(user, role, where)
    return user


@pytest.fixture
def project():
    """A draft at the end of two branches: of departments and of programmes."""
    lead = make_organisation(parent=make_organisation(parent=make_organisation(code="dga")))
    programme = make_programme(parent=make_programme(code="mobilites"))
    return make_project(lead=lead, programme=programme, visibility="DRAFT", code="A")


@pytest.fixture
def other():
    return make_project(lead=make_organisation(), visibility="DRAFT", code="B")


def test_a_table_that_misses_a_role_or_a_part_is_refused():
    lines = TABLE.strip().splitlines()
    with pytest.raises(ValueError):
        read("\n".join(lines[:-1]))
    with pytest.raises(ValueError):
        read("\n".join(lines).replace(" facts", " fact"))


def test_a_part_that_does_not_exist_opens_no_door():
    with pytest.raises(ValueError):
        roles_for("mony")


@pytest.mark.parametrize("role", PLACED)
def test_a_role_holds_in_its_tree_and_nowhere_else(role, project, other):
    places = [project.lead, project.lead.parent.parent, project.programme,
              project.programme.parent, project]  # fmt: skip
    for place in places:
        user = person(role, place)
        assert rights_of(user).on(project) == MATRIX[role], place
        assert rights_of(user).on(other) == frozenset(), place
        assert {p.code for p in Project.objects.visible_to(user)} == {"A"}, place
    above = person(role, make_organisation(parent=project.lead))
    assert rights_of(above).on(project) == frozenset()


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("place", ["everywhere", "department", "programme", "project"])
def test_lists_and_single_projects_say_the_same(role, place, project, other):
    where = {"department": project.lead, "programme": project.programme, "project": project}
    if role and role not in PLACED and place != "everywhere":
        return
    user = person(role, where.get(place))
    for part in PROJECT_PARTS:
        listed = set(Project.objects.editable_by(user, part))
        single = {p for p in (project, other) if part in permissions.parts_of(user, p)}
        named = {p for p in (project, other) if user.has_perm(f"portfolio.change_{part}", p)}
        assert listed == single == named, part
    for shown in (project, other):
        seen = Project.objects.visible_to(user).filter(pk=shown.pk).exists()
        assert user.has_perm("portfolio.read_project", shown) is seen


def test_roles_add_up(project):
    user = person(Role.FINANCE_OFFICER)
    make_role(user, Role.CONTRIBUTOR, project)
    assert {Part.MONEY, Part.FACTS} <= permissions.parts_of(user, project)


def test_a_member_of_the_lead_department_works_on_its_projects(project):
    user = person(organisation=project.lead)
    assert permissions.parts_of(user, project) == PROJECT_PARTS - {Part.VALIDATION}
    assert not permissions.parts_of(person(organisation=project.lead.parent), project)


def test_who_was_given_a_role_has_what_it_says_and_no_more(project):
    user = person(Role.FINANCE_OFFICER, organisation=project.lead)
    assert permissions.parts_of(user, project) == {Part.MONEY}


def test_the_manager_of_a_project_stays_so_whatever_their_role(project):
    user = person(Role.ELECTED_OFFICIAL)
    project.manager = user
    assert Part.FACTS in permissions.parts_of(user, project)


def test_an_auditor_reads_everything_and_changes_nothing(project, other):
    user = person(Role.AUDITOR)
    assert set(Project.objects.visible_to(user)) == {project, other}
    assert not any(Project.objects.editable_by(user, part).exists() for part in PROJECT_PARTS)
    assert permissions.reads_everything(user)


@pytest.mark.parametrize(
    "when",
    [
        {"from_on": date(2999, 1, 1)},
        {"until_on": date(2020, 2, 1)},
        {"withdrawn_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_a_role_that_does_not_hold_today_gives_nothing(when, project):
    user = make_user()
    make_role(user, Role.ADMINISTRATOR, **when)
    assert permissions.roles_everywhere(user) == frozenset()
    assert not Project.objects.visible_to(user).exists()


def test_a_role_holds_on_its_first_and_on_its_last_day(project):
    user = make_user()
    make_role(user, Role.AUDITOR, from_on=date(2026, 3, 1), until_on=date(2026, 3, 31))
    held = [bool(rights_of(user, on=date(2026, m, d)).on(project))
            for m, d in ((2, 28), (3, 1), (3, 31), (4, 1))]  # fmt: skip
    assert held == [False, True, True, False]


def test_matters_of_the_metropolis_need_a_role_for_all_of_it(project):
    assert permissions.may(person(Role.DATA_STEWARD), Part.SOURCES)
    assert permissions.may(person(Role.FINANCE_OFFICER), Part.PARAMETERS)
    assert not permissions.may(person(Role.FINANCE_OFFICER, project.lead), Part.PARAMETERS)
    assert not permissions.may(person(Role.ADMINISTRATOR, project.lead), Part.ACCOUNTS)
    assert permissions.may(person(is_superuser=True), Part.ACCOUNTS)
    assert not permissions.may(AnonymousUser(), Part.ACCOUNTS)
    assert person(Role.DATA_STEWARD).has_perm("portfolio.manage_sources")
    with pytest.raises(ValueError):
        permissions.may(AnonymousUser(), Part.MONEY)


def test_nobody_validates_their_own_review(project):
    director = person(Role.PROGRAMME_DIRECTOR, project.programme)
    assert permissions.may_validate(director, project, author=make_user())
    assert not permissions.may_validate(director, project, author=director)
    manager = person(Role.PROJECT_MANAGER, project)
    assert not permissions.may_validate(manager, project, author=make_user())


def test_rights_cost_a_number_of_queries_that_roles_do_not_raise(
    project, django_assert_num_queries
):
    user = make_user()
    for role in PLACED:
        for where in (project.lead, project.programme, project):
            make_role(user, role, where)
    with django_assert_num_queries(3):
        rights_of(user)


def test_the_guide_shows_the_table_of_the_code():
    lines = (ROOT / "docs/guides/rights.md").read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| role | drafts"))
    columns, _rule, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines[start : start + 2 + len(Role)]
    )
    shown = {
        Role(name.upper().replace(" ", "_")): frozenset(
            column for column, mark in zip(columns[1:], marks, strict=True) if mark == "x"
        )
        for name, *marks in rows
    }
    assert shown == MATRIX
