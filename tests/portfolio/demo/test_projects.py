from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from portfolio.demo import projects, reference, shapes, territory
from portfolio.models import CostEstimate, Milestone, MilestoneRevision, Project, ProjectZone

from portfolio.models import Phase  # isort: skip


def pairs(content):
    """Every [French, English] pair of a data file: lists of two texts."""
    if isinstance(content, dict):
        content = [part for key, part in content.items() if key != "people"]
    if not isinstance(content, list):
        return
    if content and all(isinstance(text, str) for text in content):
        yield content
        return
    for part in content:
        yield from pairs(part)


def test_every_text_exists_in_french_and_in_english():
    found = [*pairs(reference.description()), *pairs(projects.entries())]
    assert len(found) > 200
    for pair in found:
        assert len(pair) == 2, pair
        assert all(text.strip() for text in pair), pair


def test_no_summary_is_written_twice_and_the_two_languages_differ():
    summaries = [text for entry in projects.entries() for text in entry["summary"]]
    assert len(set(summaries)) == len(summaries) == 120
    assert all(60 < len(text) < 320 for text in summaries)


def test_names_codes_and_dates_are_consistent():
    entries = projects.entries()
    assert len({entry["code"] for entry in entries}) == len(entries) == 60
    assert len({name for entry in entries for name in entry["name"]}) >= 118
    for entry in entries:
        days = [cost["day"] for cost in entry.get("costs", [])]
        assert all(a < b for a, b in pairwise(days)), entry["code"]
        assert not entry.get("ends") or entry["starts"] <= entry["ends"], entry["code"]


def test_projects_show_every_state_phase_set_and_visibility():
    entries = projects.entries()
    assert Counter(entry.get("state", "ACTIVE") for entry in entries) == {
        "ACTIVE": 57, "SUSPENDED": 1, "ABANDONED": 2,
    }  # fmt: skip
    assert {entry["kind"] for entry in entries} == {
        p["code"] for p in reference.description()["phase_sets"]
    }
    visibility = Counter(entry.get("visibility", "PUBLIC") for entry in entries)
    assert visibility["PUBLIC"] > 45
    assert min(visibility["INTERNAL"], visibility["DRAFT"]) >= 3


def test_the_places_are_drawn_the_same_twice():
    once = {e["code"]: projects.geometry(e) for e in projects.entries()}
    shapes.territory.metric_shapes.cache_clear()
    twice = {e["code"]: projects.geometry(e) for e in projects.entries()}
    assert {c: g and g.wkt for c, g in once.items()} == {c: g and g.wkt for c, g in twice.items()}
    kinds = Counter(g.geom_type if g else None for g in once.values())
    assert kinds[None] == 1  # a candidate without a place
    assert min(kinds[name] for name in ("Point", "MultiPoint", "LineString", "Polygon")) > 5


def test_an_effect_is_dated_by_the_milestone_that_was_reached():
    assert projects.milestone_on("bus-express-nord", "ouverture") == date(2024, 9, 2)
    with pytest.raises(KeyError):
        projects.milestone_on("pont-quai-mariniers", "ouverture")


@pytest.fixture
def seeded(db):
    reference.seed()
    projects.seed()


def test_seeding_twice_changes_nothing(seeded):
    def counts():
        history = [Project.pgh_event_model, Milestone.pgh_event_model, CostEstimate.pgh_event_model]
        models = [*history, Phase, MilestoneRevision, ProjectZone]
        return [model._default_manager.count() for model in models]

    before = counts()
    reference.seed()
    assert projects.seed() == 0
    assert counts() == before


def test_every_project_with_a_place_has_its_communes_by_intersection(seeded):
    for project in Project.objects.exclude(geometry=None):
        found = project.project_zones.filter(zone__kind="COMMUNE")
        assert found.exists(), project.code
        assert not found.exclude(origin="INTERSECTION").exists()
    assert set(
        Project.objects.get(code="tram-e")
        .zones.filter(kind="COMMUNE")
        .values_list("code", flat=True)
    ) >= {"MV001", "MV006"}


def test_the_showcase_tells_its_delay_and_its_cost(seeded):
    bridge = Project.objects.with_costs().get(code="pont-quai-mariniers")
    opening = bridge.milestones.get(code="ouverture")
    assert (opening.original_on, opening.current_on) == (date(2027, 3, 15), date(2027, 11, 15))
    assert opening.revisions.get().reason
    assert (bridge.original_cost_eur, bridge.current_cost_eur) == (12_400_000, 13_100_000)
    assert (bridge.phase.rank, bridge.phase_set.phases.count()) == (4, 6)
    assert bridge.updated_at.date() <= date(2026, 11, 22)


def test_there_is_a_late_project_an_overrun_and_unknown_costs(seeded):
    assert Milestone.objects.get(project__code="tram-e", code="ouverture").revisions.count() == 2
    pool = Project.objects.with_costs().get(code="piscine-abbaye")
    assert pool.current_cost_eur / pool.original_cost_eur == Decimal("1.38")
    unknown = Project.objects.with_costs().filter(current_cost_eur=None, geometry__isnull=False)
    assert [project.code for project in unknown] == ["eaux-usees-reutilisees"]
    assert territory.METROPOLIS == "MV"
