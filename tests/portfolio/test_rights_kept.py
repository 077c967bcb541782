"""A page that only reads asks once what its reader may; what changes something asks each time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.permissions import may
from portfolio.reach import rights_kept, rights_of
from portfolio.roles import Part
from tests.factories.portfolio import make_programme, make_project, make_role, make_user

pytestmark = pytest.mark.django_db


def asked(act) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
        return sum(
            'FROM "portfolio_roleassignment"' in query["sql"] for query in captured.captured_queries
        )


def test_inside_rights_are_read_once_for_each_person():
    one, other = make_user(), make_user()

    def ask():
        with rights_kept():
            for _ in range(3):
                rights_of(one), rights_of(other)

    assert asked(ask) == 2


def test_outside_a_role_given_counts_at_once():
    user = make_user()
    assert not may(user, Part.ACCOUNTS)
    make_role(user, "ADMINISTRATOR")
    assert may(user, Part.ACCOUNTS)


def test_nothing_is_kept_from_one_page_to_the_next(client):
    user, project = make_user(), make_project(visibility="DRAFT", programme=make_programme())
    client.force_login(user)
    address = f"/pilotage/projets/{project.code}/"
    assert client.get(address).status_code == 404
    role = make_role(user, "PROGRAMME_DIRECTOR", project.programme)
    assert client.get(address).status_code == 200
    role.delete()
    assert client.get(address).status_code == 404


def test_a_page_with_every_block_asks_once(client):
    project = make_project()
    user = make_user()
    make_role(user, "PROJECT_MANAGER", project)
    client.force_login(user)
    address = f"/pilotage/projets/{project.code}/"
    client.get(address)
    assert asked(lambda: client.get(address)) == 1
