"""The page of a project: facts, changes, effects; what must not be seen; stories."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from portfolio.models import MilestoneRevision, ProjectZone
from publicsite.models import ProjectsPage, ProjectStoryPage
from tests.factories.finance import make_mark, make_running_cost
from tests.factories.indicators import make_feed, make_observations, make_target
from tests.factories.portfolio import (
    make_authorisation,
    make_credit,
    make_estimate,
    make_funding,
    make_milestone,
    make_organisation,
    make_procedure,
    make_project,
    make_user,
    make_zone,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def page_of(client, project, address: str = "/projets/") -> str:
    answer = client.get(f"{address}{project.code}/")
    assert answer.status_code == 200
    return answer.content.decode()


def make_story(project, **fields) -> ProjectStoryPage:
    parent = ProjectsPage.objects.get(slug="projets")
    body = [{"type": "paragraph", "value": "<p>Traverser sans voiture.</p>"}]
    story = ProjectStoryPage(**({"title": "Histoire", "project": project, "body": body} | fields))
    return parent.add_child(instance=story)


@pytest.mark.parametrize("visibility", ["DRAFT", "INTERNAL"])
def test_a_project_that_is_not_public_answers_404_even_to_its_manager(client, visibility):
    manager = make_user(is_superuser=True)
    project = make_project(visibility=visibility, manager=manager)
    target = make_target(project=project)
    client.force_login(manager)
    for tail in ("", f"effets/{target.pk}.csv"):
        assert client.get(f"/projets/{project.code}/{tail}").status_code == 404


def test_a_code_with_dots_has_a_page(client):
    assert "<h1>Quai</h1>" in page_of(client, make_project(code="A.1-b_2", name_fr="Quai"))


def test_the_page_shows_the_original_and_the_current_cost_with_the_reason(client):
    project = make_project(cost=Decimal("12400000"))
    make_estimate(project, Decimal("13087500.50"), reason="Fondations plus profondes")
    page = page_of(client, project)
    assert "12,4\N{NO-BREAK SPACE}M€" in page
    assert "13,1\N{NO-BREAK SPACE}M€" in page
    assert (
        "13\N{NARROW NO-BREAK SPACE}087\N{NARROW NO-BREAK SPACE}500,50\N{NO-BREAK SPACE}€" in page
    )
    assert "Fondations plus profondes" in page


def test_english_writes_the_euro_first(client):
    project = make_project(cost=Decimal("12400000"))
    assert "€12.4M" in page_of(client, project, "/en/projects/")


def test_a_late_milestone_shows_both_dates_and_the_reason(client):
    project = make_project()
    milestone = make_milestone(project, original_on=date(2027, 3, 1), current_on=date(2027, 11, 1))
    MilestoneRevision.objects.create(
        milestone=milestone, before_on=date(2027, 3, 1), after_on=date(2027, 11, 1),
        reason="Crue de printemps", author=make_user(),
        revised_at=datetime(2026, 5, 4, tzinfo=UTC),
    )  # fmt: skip
    page = page_of(client, project)
    assert "mars 2027" in page
    assert "novembre 2027" in page
    assert "Crue de printemps" in page
    assert '<time class="changes__when" datetime="2026-05-04">' in page


def test_a_milestone_kept_inside_is_not_shown(client):
    project = make_project()
    make_milestone(project, name_fr="Commission interne", is_public=False)
    assert "Commission interne" not in page_of(client, project)


def test_an_unknown_cost_is_said_unknown(client):
    page = page_of(client, make_project(cost=None))
    assert "0\N{NO-BREAK SPACE}€" not in page
    assert client.get("/projets/").status_code == 200


@pytest.mark.parametrize(("state", "notice"), [("SUSPENDED", "warn"), ("ABANDONED", "bad")])
def test_a_stopped_project_says_so(client, state, notice):
    assert f"notice--{notice}" in page_of(client, make_project(state=state))


def test_an_effect_shows_its_chart_its_table_and_its_csv(client):
    project = make_project()
    target = make_target(project=project)
    feed = make_feed(indicator=target.indicator)
    today = timezone.localdate()
    make_observations(feed, target.zone, {today.replace(day=1): 137.0, date(2024, 6, 1): None})
    page = page_of(client, project)
    assert 'class="chart"' in page
    assert f'href="/projets/{project.code}/effets/{target.pk}.csv"' in page
    text = client.get(f"/projets/{project.code}/effets/{target.pk}.csv").content.decode("utf-8-sig")
    observed = [row for row in csv.DictReader(StringIO(text)) if row["kind"] == "OBSERVATION"]
    assert {row["value"] for row in observed} == {"137.0", ""}


def test_the_csv_of_another_projects_effect_answers_404(client):
    target = make_target(project=make_project())
    other = make_project()
    assert client.get(f"/projets/{other.code}/effets/{target.pk}.csv").status_code == 404


def test_an_effect_that_cannot_be_judged_says_why(client):
    project = make_project()
    make_target(project=project, baseline_value=None, baseline_on=None)
    context = client.get(f"/projets/{project.code}/").context
    assert [effect.status.reason for effect in context["effects"]] == ["NO_BASELINE"]
    assert 'class="status status--unknown"' in page_of(client, project)


def test_a_live_story_is_part_of_the_page_and_a_draft_is_not(client):
    project = make_project()
    story = make_story(project)
    assert "Traverser sans voiture." in page_of(client, project)
    story.unpublish()
    assert "Traverser sans voiture." not in page_of(client, project)


def test_the_address_of_a_story_leads_to_the_project(client):
    project = make_project()
    story = make_story(project)
    assert story.url == f"/projets/{project.code}/"
    answer = client.get(f"/projets/{story.slug}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/projets/{project.code}/")


def test_the_story_of_an_internal_project_stays_inside(client):
    story = make_story(make_project(visibility="INTERNAL"))
    assert client.get(f"/projets/{story.slug}/").status_code == 404


def test_the_page_links_to_itself_in_the_other_language(client):
    project = make_project()
    page = page_of(client, project)
    assert f'hreflang="en" href="http://testserver/en/projects/{project.code}/"' in page


def test_the_communes_of_the_project_are_listed(client):
    project, zone = make_project(), make_zone(name="Saint-Aubin")
    ProjectZone.objects.create(project=project, zone=zone, origin="INTERSECTION")
    page = page_of(client, project)
    assert f'<a href="/projets/?zone={zone.code}">Saint-Aubin</a>' in page
    assert "<svg" in page


def test_a_district_is_not_counted_as_a_commune(client):
    project = make_project()
    for name in ("Bruguelles", "Pessanges", "Valombre"):
        ProjectZone.objects.create(
            project=project, zone=make_zone(name=name), origin="INTERSECTION"
        )
    district = make_zone(name="Les Forges", kind="DISTRICT")
    ProjectZone.objects.create(project=project, zone=district, origin="INTERSECTION")
    facts = client.get(f"/projets/{project.code}/").context["facts"]
    assert [zone.name for zone in facts.communes] == ["Bruguelles", "Pessanges", "Valombre"]
    assert [zone.name for zone in facts.districts] == ["Les Forges"]
    (row,) = client.get("/projets/").context["listing"].rows
    assert row.communes == ("Bruguelles", "Pessanges", "Valombre")


def test_an_abandoned_project_announces_no_next_step(client):
    project = make_project(state="ABANDONED")
    make_milestone(project, original_on=date(2020, 1, 1), current_on=date(2020, 1, 1))
    facts = client.get(f"/projets/{project.code}/").context["facts"]
    assert (facts.next_milestone, facts.overdue) == (None, False)


def test_the_sitemap_lists_every_public_project_in_both_languages(client):
    public, hidden = make_project(), make_project(visibility="INTERNAL")
    make_story(public)
    sitemap = client.get("/sitemap.xml").content.decode()
    assert sitemap.count(f"<loc>http://testserver/projets/{public.code}/</loc>") == 1
    assert sitemap.count(f"<loc>http://testserver/en/projects/{public.code}/</loc>") == 1
    assert hidden.code not in sitemap


def test_the_page_takes_as_many_queries_for_three_effects_as_for_one(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, project)
        return len(captured)

    project = make_project()
    make_target(project=project)
    queries()  # the first visit fills Wagtail's caches
    one = queries()
    for _ in range(2):
        make_target(project=project)
        make_milestone(project)
        make_estimate(project, Decimal("2000000"))
    assert queries() == one


def test_the_tree_of_pages_is_sound():
    assert Page.find_problems() == ([], [], [], [], [])


def test_residents_read_what_is_voted_paid_and_who_pays(client):
    project = make_project(cost=Decimal(1_000_000))
    make_authorisation(project, "900000")
    make_credit(project, 2026, voted_eur=Decimal(654_321), committed_eur=None)
    granted = make_organisation(name_fr="Région Valombre")
    asked = make_organisation(name_fr="Fonds de soutien")
    make_funding(project, "150000", funder=granted, notified_eur=Decimal(150_000),
                 notified_on=date(2024, 5, 1))  # fmt: skip
    make_funding(project, "70000", funder=asked)
    page = page_of(client, project)
    assert "654\N{NARROW NO-BREAK SPACE}321" in page
    assert "Région Valombre" in page
    assert "Fonds de soutien" not in page  # asked, not answered: kept inside


def test_a_project_without_budget_lines_reads_as_before(client):
    assert "chart__committed" not in page_of(client, make_project())


def test_residents_read_how_to_take_part_in_what_is_shown_to_them(client):
    project = make_project()
    make_procedure(
        project, is_public=True, how_fr="Registre en mairie", reference="Délibération 12"
    )
    make_procedure(project, "dup", is_public=False, reference="Arrêté secret")
    make_procedure(
        project, "permis-construire", is_public=True, withdrawn_at=timezone.now(), reference="PC 9"
    )
    text = page_of(client, project)
    assert "Concertation préalable" in text
    assert "Registre en mairie" in text
    assert "Délibération 12" in text
    for hidden in ("Arrêté secret", "PC 9"):
        assert hidden not in text


def test_a_closed_procedure_no_longer_asks_to_take_part(client):
    project = make_project()
    make_procedure(
        project, is_public=True, how_fr="Registre en mairie", state="COMPLETED",
        actual_starts_on=date(2026, 1, 5), actual_ends_on=date(2026, 2, 20),
    )  # fmt: skip
    assert "Registre en mairie" not in page_of(client, project)


def test_a_withdrawn_milestone_and_its_changes_are_not_shown(client):
    project = make_project()
    milestone = make_milestone(project, name_fr="Jalon retiré", withdrawn_at=timezone.now())
    MilestoneRevision.objects.create(
        milestone=milestone, before_on=date(2027, 1, 1), after_on=date(2027, 2, 1),
        reason="Report interne", revised_at=timezone.now(),
    )  # fmt: skip
    text = page_of(client, project)
    assert "Jalon retiré" not in text
    assert "Report interne" not in text


def test_residents_read_what_it_costs_to_run_and_how_it_is_rated(client):
    project = make_project()
    assert "une fois ouvert" not in page_of(client, project)
    make_running_cost(project, "65000", from_year=2028)
    make_mark(project, "MIXED", justification="Berges reprises, pile dans le lit")
    text = page_of(client, project)
    assert "devrait coûter environ 65\N{NO-BREAK SPACE}k€ par an" in text
    assert "Berges reprises, pile dans le lit" in text
    assert "Questions cotées\N{NO-BREAK SPACE}: 1 sur 6" in text


def test_a_project_that_saves_money_says_so(client):
    project = make_project()
    make_running_cost(project, "-780000", from_year=2026)
    assert "économiser ou rapporter environ 780\N{NO-BREAK SPACE}k€" in page_of(client, project)
