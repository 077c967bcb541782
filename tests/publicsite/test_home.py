"""The figures of the home page."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portfolio.models import Phase, PhaseSet
from tests.factories.indicators import make_target
from tests.factories.portfolio import NOW, make_phase_set, make_project

pytestmark = pytest.mark.django_db


def test_the_figures_count_public_active_projects_by_phase(client):
    phases = make_phase_set().phases
    make_project(phase=phases.get(code="etudes"))
    make_project(phase=phases.get(code="travaux"))
    make_project(phase=phases.get(code="travaux"))
    make_project(phase=None)
    make_project(phase=phases.get(code="travaux"), visibility="INTERNAL")
    make_project(state="SUSPENDED")
    make_project(state="ABANDONED")
    figures = client.get("/").context["figures"]
    assert figures.active.count == 4
    assert [(p.code, p.count) for p in figures.phases] == [("etudes", 1), ("travaux", 2), ("", 1)]
    assert (figures.suspended, figures.abandoned) == (1, 1)


def test_phases_of_several_kinds_of_projects_follow_their_progress(client):
    sets = {"route": ["etudes", "travaux", "bilan"], "bati": ["esquisse", "choix", "travaux"],
            "etude": ["diagnostic", "rendu"]}  # fmt: skip
    for set_code, codes in sets.items():
        phase_set = PhaseSet.objects.create(code=set_code, name_fr=set_code)
        for rank, code in enumerate(codes, start=1):
            name = f"{code} {set_code}" if code == "travaux" else code
            Phase.objects.create(phase_set=phase_set, code=code, name_fr=name, rank=rank)
        for phase in phase_set.phases.all():
            make_project(phase_set=phase_set, phase=phase)
    figures = client.get("/").context["figures"]
    codes = [phase.code for phase in figures.phases]
    assert codes == ["esquisse", "etudes", "diagnostic", "choix", "travaux", "bilan", "rendu"]
    shared = next(phase for phase in figures.phases if phase.code == "travaux")
    assert (shared.name, shared.count) == ("travaux route / travaux bati", 2)
    assert figures.most == 2


def test_the_total_cost_states_how_many_projects_it_covers(client):
    make_project(cost=Decimal("1500000"))
    make_project(cost=None)
    figures = client.get("/").context["figures"]
    assert figures.active.current_eur == Decimal("1500000")
    assert (figures.active.costed, figures.active.count) == (1, 2)


def test_without_any_project_the_home_page_says_so_and_invents_no_zero(client):
    page = client.get("/").content.decode()
    assert 'class="empty"' in page
    assert "M€" not in page


def test_the_projects_updated_last_come_first(client):
    old = make_project(updated_at=NOW - timedelta(days=3))
    new = make_project(updated_at=NOW)
    assert [row.code for row in client.get("/").context["recent"]] == [new.code, old.code]


def test_targets_of_the_territory_are_shown_and_those_of_projects_are_not(client):
    territory = make_target()
    make_target(project=make_project())
    effects = client.get("/").context["territory_effects"]
    assert [view.target.pk for view in effects] == [territory.pk]
