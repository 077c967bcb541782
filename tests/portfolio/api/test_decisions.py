"""The register over HTTP: as sealed, for those who read the project, without names."""

import pytest

from tests.factories.governance import action, condition, make_decision, what
from tests.factories.portfolio import make_project, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/decisions/"


def test_a_decision_is_given_with_what_it_rested_on_and_what_follows(client):
    owner = make_user(last_name="Secrète")
    project = make_project()
    given = what(conditions=[condition()], actions=[action(owner)])
    made = make_decision(project, given, snapshot={"cost": {"amount_eur": "12.00"}})
    client.force_login(make_user())
    answer = client.get(ADDRESS)
    (told,) = answer.json()["results"]
    assert told["project"] == project.code
    assert told["seal"] == made.seal
    assert told["rested_on"]["cost"]["amount_eur"] == "12.00"
    assert told["tally"] == {"FOR": 0, "AGAINST": 0, "ABSTAIN": 0}
    assert told["conditions"][0]["met_at"] is None
    assert "Secrète" not in answer.content.decode()


def test_without_an_account_there_is_none(client):
    make_decision(make_project())
    assert client.get(ADDRESS).json()["results"] == []


def test_they_are_chosen_by_project_kind_and_day(client):
    first, second = make_project(), make_project()
    make_decision(first)
    make_decision(second, what("REJECT"))
    client.force_login(make_user())
    for query, expected in (
        ({"project": first.code}, [1]), ({"kind": "REJECT"}, [2]), ({"since": "2999-01-01"}, []),
    ):  # fmt: skip
        found = client.get(ADDRESS, query).json()["results"]
        assert [one["number"] for one in found] == expected


@pytest.mark.parametrize("query", [{"project": "none"}, {"kind": "NONE"}, {"other": "x"}])
def test_a_wrong_parameter_is_named(client, query):
    client.force_login(make_user())
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 400
    assert list(answer.json()) == list(query)
