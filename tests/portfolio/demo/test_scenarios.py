"""The scenarios of the demonstration have an answer, and say what cannot be weighed."""

import pytest

from portfolio.demo import money, projects, reference, scenarios
from portfolio.models import SelectionResult, SelectionScenario

pytestmark = pytest.mark.django_db


def test_two_scenarios_choose_among_the_projects_under_a_third_of_their_total():
    reference.seed()
    projects.seed()
    money.seed()

    assert scenarios.seed() == 2
    assert scenarios.seed() == 0
    results = SelectionResult.objects.order_by("pk")
    assert [one.status for one in results] == ["OPTIMAL", "OPTIMAL"]
    for one in results:
        candidates = one.inputs["candidates"]
        total = sum(each["ap"] for each in candidates)
        assert one.inputs["ap_total"] == pytest.approx(total / 3, rel=0.01)
        assert 5 < len(one.outcome["chosen"]) < len(candidates)
        assert one.inputs["unweighed"]
    assert SelectionScenario.objects.filter(delay_years=2).get().copied_from is not None
