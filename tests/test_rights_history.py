"""Who may read and put back the history of which project; generated as in `test_rights`."""

import pytest

from portfolio.services import projects as services
from portfolio.services.history import recorded
from tests.factories.portfolio import NOW
from tests.test_rights import CHANGES, READS, projects, role  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
PAGES = ["/pilotage/projets/{code}/historique/", "/pilotage/projets/{code}/historique.csv",
         "/en/pilotage/projets/{code}/historique/", "/pilotage/projets/{code}/?au=2020-01-01"]  # fmt: skip
LISTS = ["/pilotage/qualite/", "/pilotage/qualite.csv", "/pilotage/programmes/",
         "/pilotage/aide/", "/pilotage/glossaire/"]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_history_is_read_by_those_who_may_read_the_project(client, role, projects, address):  # noqa: F811
    for visibility, project in projects.items():
        expected = 200 if visibility in READS[role] else 404
        expected = 302 if role == "stranger" else expected
        assert client.get(address.format(code=project.code)).status_code == expected, visibility


def test_a_change_is_put_back_by_those_who_may_change_the_project(client, role, projects):  # noqa: F811
    for project in projects.values():
        with recorded(by=None, reason="Point mensuel") as made:
            services.update(project=project, changes={"name_fr": "Autre"}, by=None, reason="x",
                            at=NOW)  # fmt: skip
        address = f"/pilotage/projets/{project.code}/historique/{made}/annuler/"
        status = client.post(address).status_code
        assert status == (302 if role in CHANGES or role == "stranger" else 404)
        project.refresh_from_db()
        assert (project.name_fr == "Autre") == (role not in CHANGES)


@pytest.mark.parametrize("address", LISTS)
def test_a_screen_of_sums_is_for_those_who_are_signed_in(client, role, address):  # noqa: F811
    assert client.get(address).status_code == (302 if role == "stranger" else 200)


def test_the_quality_board_counts_what_its_reader_may_see(client, role, projects):  # noqa: F811
    if role == "stranger":
        return
    board = client.get("/pilotage/qualite/").context["board"]
    assert board.whole.projects == len(READS[role])
