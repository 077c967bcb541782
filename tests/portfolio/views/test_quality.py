"""Each counter of the quality board leads to the projects that it counts."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.queries.quality import RULES
from tests.factories.portfolio import make_organisation, make_programme, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def some(agent):
    now = timezone.now()
    department = make_organisation()
    return [
        make_project(lead=department, programme=make_programme(), updated_at=now),
        make_project(lead=department, summary_fr="x", geometry=None),
        make_project(visibility="DRAFT", manager=agent, cost=None),
        make_project(visibility="DRAFT"),
        make_project(state="ABANDONED"),
    ]


def board(client):
    return client.get(reverse("portfolio:quality"))


def test_every_counter_is_the_length_of_its_list(client, some):
    text = board(client).content.decode()
    links = re.findall(r'class="(?:count|chip)" href="([^"]+)">(.*?)</a>', text)
    assert len(links) > 3 * len(RULES) / 2
    for address, label in links:
        count = int(re.sub("<[^>]+>", "", label).split()[-1])
        listed = client.get(address.replace("&amp;", "&"))
        assert listed.context["totals"].count == count, address


def test_the_board_counts_what_i_may_read(client, some):
    assert board(client).context["board"].whole.projects == 3


def test_a_list_that_a_counter_leads_to_says_its_filter(client, some):
    response = client.get(reverse("portfolio:projects"), {"missing": "geometry", "lead": "null"})
    assert [chip.address for chip in response.context["found"].chips] == [
        "?lead=null", "?missing=geometry",
    ] or len(response.context["found"].chips) == 2  # fmt: skip


@pytest.mark.parametrize("value", ["soul", "%00", "' or 1=1", "summary_fr,phase"])
def test_a_fact_that_does_not_exist_lists_nothing(client, some, value):
    response = client.get(reverse("portfolio:projects"), {"missing": value})
    assert list(response.context["rows"]) == []
    assert 'role="alert"' in response.content.decode()


def test_the_page_of_a_project_says_what_it_lacks_and_where_to_enter_it(client, agent):
    project = make_project(manager=agent)
    text = client.get(reverse("portfolio:project", args=[project.code])).content.decode()
    part = text.split('id="completeness"')[1].split("</div>")[0]
    assert reverse("portfolio:project-edit", args=[project.code]) in part
    assert 'href="#money"' in part


def test_a_reader_is_sent_to_no_form(client, agent):
    project = make_project(manager=make_user())
    text = client.get(reverse("portfolio:project", args=[project.code])).content.decode()
    part = text.split('id="completeness"')[1].split("</div>")[0]
    assert reverse("portfolio:project-edit", args=[project.code]) not in part


def test_the_board_is_taken_away_as_a_file(client, some):
    text = client.get(reverse("portfolio:quality-csv")).content.decode("utf-8-sig")
    assert text.splitlines()[0] == "department;rule;missing;applicable"
    assert len(text.splitlines()) == 1 + 2 * len(RULES)


def test_an_empty_register_says_what_to_do(client, agent):
    assert reverse("portfolio:projects") in board(client).content.decode()
