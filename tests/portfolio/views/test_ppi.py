"""The investment plan by programme and year: sums, what they cover, who sees what."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portfolio.results import Unknown
from tests.factories.finance import make_mark
from tests.factories.portfolio import make_credit, make_programme, make_project

YEARS = {"from": "2025"}


def table(client, **query):
    return client.get(reverse("portfolio:ppi"), YEARS | query)


def cells(row):
    return {year: cell for year, cell in row.cells if cell}


def test_credits_add_up_by_programme_and_year_with_what_they_cover(client, agent):
    bikes = make_programme(code="velo", parent=make_programme(code="mobilites"))
    first, second = make_project(programme=bikes), make_project(programme=bikes)
    make_project(programme=bikes)
    make_credit(first, 2025)
    make_credit(first, 2026, committed_eur=None)
    make_credit(second, 2026)
    make_credit(second, 2026, section="OPERATING")
    make_credit(make_project(), 2026)
    response = table(client)
    policy, velo, none = response.context["ppi"].rows
    assert (policy.code, policy.depth, policy.projects, policy.total) == (
        "mobilites", 0, velo.projects, velo.total,
    )  # fmt: skip
    assert (velo.code, velo.projects, velo.with_credits) == ("velo", 3, 2)
    assert cells(velo)[2026].voted_eur == 1_000_000
    assert (cells(velo)[2026].committed_eur, cells(velo)[2026].committed_known) == (300_000, 1)
    assert none.code == ""
    totals = response.context["ppi"].totals
    assert (totals.projects, totals.with_credits) == (4, 3)
    assert totals.total.voted_eur == 2_000_000
    cell = reverse("portfolio:ppi-cell", args=["investissement", 2026])
    assert f"{cell}?programme=velo" in response.content.decode()


def test_a_commitment_carried_over_counts_once_in_the_total(client, agent):
    project = make_project()
    make_credit(project, 2025)
    make_credit(project, 2026, carried_over_eur=Decimal(100_000), committed_eur=Decimal(250_000))
    total = table(client).context["ppi"].totals.total
    assert total.committed_eur == 450_000


def test_what_an_earlier_year_out_of_sight_committed_is_not_taken_off(client, agent):
    project = make_project()
    make_credit(project, 2024)
    make_credit(project, 2025, carried_over_eur=Decimal(100_000))
    make_credit(project, 2026, carried_over_eur=Decimal(50_000))
    totals = table(client).context["ppi"].totals
    assert cells(totals)[2025].committed_eur == 300_000
    assert totals.total.committed_eur == 550_000


def test_a_draft_of_others_adds_nothing(client, agent):
    make_credit(make_project(visibility="DRAFT"), 2026)
    assert table(client).context["ppi"].rows == ()
    make_credit(make_project(visibility="DRAFT", manager=agent), 2026)
    assert table(client).context["ppi"].totals.total.projects == 1


def test_years_out_of_sight_are_one_step_away(client, agent):
    project = make_project()
    make_credit(project, 2020)
    make_credit(project, 2032)
    context = table(client).context
    assert (context["before"], context["after"]) == (2021, 2029)
    assert context["ppi"].totals.total is None


@pytest.mark.parametrize("start", ["", "hier", "٢٠٢٦", "9999", "20260"])
def test_a_start_that_means_nothing_is_the_default(client, agent, start):
    assert len(table(client, **{"from": start}).context["ppi"].years) == 4


def test_the_cell_leads_to_the_projects_behind_it(client, agent):
    programme = make_programme(code="velo")
    inside, outside = make_project(programme=programme), make_project(programme=programme)
    make_credit(inside, 2026)
    make_credit(outside, 2025)
    make_credit(outside, 2026, section="OPERATING")
    address = reverse("portfolio:projects")
    found = client.get(address, {"programme": "velo", "credits": "2026"})
    assert [row.code for row in found.context["rows"]] == [inside.code]
    assert len(found.context["found"].chips) == 2


def test_the_file_holds_every_year_with_exact_figures(client, agent):
    project = make_project(programme=make_programme(code="velo", name_fr="=velo"))
    make_credit(project, 2020, voted_eur=Decimal("500000.55"), committed_eur=None)
    make_credit(project, 2031)
    text = client.get(reverse("portfolio:ppi-csv")).content.decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (first["programme"], first["year"], first["voted_eur"]) == ("velo", "2020", "500000.55")
    assert (first["committed_eur"], first["committed_known"]) == ("", "0")
    assert first["programme_name"] == "'=velo"
    assert second["year"] == "2031"


def test_the_number_of_queries_does_not_grow_with_the_plan(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    make_credit(make_project(programme=make_programme()), 2026)
    with django_assert_max_num_queries(24) as few:
        table(client)
    for _ in range(5):
        make_credit(make_project(programme=make_programme()), 2026)
    with django_assert_num_queries(len(few.captured_queries)):
        table(client)


# ---------------------------------------------------------------- the tree, the lines, the files


@pytest.fixture
def tree():
    """Commitment → policy → two programmes; a project on each level but the top."""
    top = make_programme(code="engagement")
    policy = make_programme(code="mobilites", parent=top)
    bikes, trams = (make_programme(code=code, parent=policy) for code in ("velo", "tram"))
    for programme in (bikes, trams, policy):
        make_credit(make_project(programme=programme), 2026)
    return top


def test_each_level_sums_what_is_below_it_and_the_total_counts_a_budget_once(client, agent, tree):
    plan = table(client).context["ppi"]
    told = {row.code: (row.depth, row.projects, row.total.voted_eur) for row in plan.rows}
    assert told == {
        "engagement": (0, 3, 1_500_000), "mobilites": (1, 3, 1_500_000),
        "velo": (2, 1, 500_000), "tram": (2, 1, 500_000),
    }  # fmt: skip
    assert plan.totals.total.voted_eur == 1_500_000
    assert sum(row.total.voted_eur for row in plan.leaves) == 1_500_000


def test_a_level_says_how_many_of_its_projects_have_credits(client, agent, tree):
    make_project(programme=tree)
    top = table(client).context["ppi"].rows[0]
    assert (top.with_credits, top.projects) == (3, 4)


def test_the_operating_section_has_its_own_table(client, agent):
    project = make_project()
    make_credit(project, 2026)
    make_credit(project, 2026, section="OPERATING", voted_eur=Decimal(7), committed_eur=None,
                paid_eur=None)  # fmt: skip
    assert table(client).context["ppi"].totals.total.voted_eur == 500_000
    operating = table(client, section="fonctionnement").context["ppi"]
    assert operating.totals.total.voted_eur == 7
    assert table(client, section="?").context["section"] == "INVESTMENT"


def test_a_cell_leads_to_its_lines_and_a_line_to_its_project(client, agent, tree):
    address = reverse("portfolio:ppi-cell", args=["investissement", 2026])
    response = client.get(address, {"programme": "engagement"})
    found = response.context["found"]
    assert (len(found.lines), found.voted) == (3, 1_500_000)
    code = found.lines[0].project.code
    page = reverse("portfolio:project", args=[code])
    assert f"{page}#credits-investissement-2026" in response.content.decode()
    assert 'id="credits-investissement-2026"' in client.get(page).content.decode()


def test_the_lines_of_a_cell_are_those_that_its_reader_may_see(client, agent):
    make_credit(make_project(visibility="DRAFT"), 2026)
    address = reverse("portfolio:ppi-cell", args=["investissement", 2026])
    assert client.get(address).context["found"].lines == ()
    make_credit(make_project(), 2026, paid_eur=None)
    found = client.get(address, {"programme": "-"}).context["found"]
    assert (len(found.lines), found.paid) == (1, Unknown("PAID_UNKNOWN"))


@pytest.mark.parametrize(("section", "programme"), [("impot", ""), ("investissement", "rien")])
def test_a_cell_that_cannot_exist_has_no_address(client, agent, section, programme):
    address = reverse("portfolio:ppi-cell", args=[section, 2026])
    assert client.get(address, {"programme": programme}).status_code == 404


def test_the_workbook_holds_real_numbers_and_runs_no_text(client, agent):
    project = make_project(name_fr="=1+1", programme=make_programme(name_fr="@velo"))
    make_credit(project, 2026, voted_eur=Decimal("500000.55"), paid_eur=None)
    book = load_workbook(io.BytesIO(client.get(reverse("portfolio:ppi-xlsx")).content))
    plan, lines = book.worksheets
    assert plan["C2"].value == "'@velo"
    assert plan["F2"].value == pytest.approx(500000.55)
    assert plan["H2"].value is None  # paid: nobody said
    assert lines["B2"].value == "'=1+1"
    assert {cell.data_type for row in lines.iter_rows() for cell in row} <= {"s", "n"}


def test_credits_are_told_by_green_mark_with_what_nobody_rated(client, agent):
    rated, neutral, unrated = make_project(), make_project(), make_project()
    for project in (rated, neutral, unrated):
        make_credit(project, 2026)
        make_credit(project, 2027, voted_eur=Decimal(100_000), paid_eur=None)
    make_mark(rated)
    make_mark(rated, "UNFAVORABLE", axis="biodiversite")
    make_mark(neutral, "NEUTRAL")
    make_mark(unrated, "NOT_RATED", justification="")
    climate = table(client).context["green"][0]
    told = {share.mark.value: (share.projects, share.voted_eur) for share in climate.shares}
    assert told == {
        "FAVORABLE": (1, 600_000), "UNFAVORABLE": (0, 0), "MIXED": (0, 0),
        "NEUTRAL": (1, 600_000), "NOT_RATED": (1, 600_000),
    }  # fmt: skip
    assert (climate.rated, climate.projects) == (2, 3)
