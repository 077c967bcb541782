"""The reviews of the demonstration: six months, some missing, what departs from the rule."""

from datetime import date

import pytest

from portfolio.demo import accounts, money, projects, reference, reviews
from portfolio.models import Alert, Funding, Project, Review, StatusOverride, User


@pytest.fixture
def seeded(db, tmp_path):
    reference.seed()
    accounts.seed(tmp_path / "accounts.txt")
    projects.seed()
    money.seed()
    return reviews.seed()


def test_every_project_under_way_is_reviewed_and_seeding_twice_changes_nothing(seeded):
    assert 45 < seeded <= Project.objects.reviewable().count()
    models = (Review, StatusOverride, Alert)
    counts = [m.objects.count() for m in models]
    assert reviews.seed() == 0
    assert [m.objects.count() for m in models] == counts


def test_what_departs_from_the_rule_is_there_and_nothing_out_of_place(seeded):
    october = Review.objects.filter(month=date(2026, 10, 1))
    by_state = {s: october.filter(state=s).count() for s in Review.State.values}
    assert (by_state["SUBMITTED"], by_state["DRAFT"]) == (8, 1)
    assert by_state["PUBLISHED"] > 20
    assert Project.objects.reviewable().count() - october.count() >= 5
    assert Review.objects.get(project__code="pole-gare", month=date(2026, 10, 1)).returned_reason
    assert not Review.objects.filter(project__visibility="DRAFT").exists()
    assert not Review.objects.exclude(project__state="ACTIVE").exists()
    known = {code for codes in reviews.description()["groups"].values() for code in codes}
    assert set(Review.objects.values_list("project__phase__code", flat=True)) <= known
    assert not User.objects.filter(email="").exists()
    assert Funding.objects.exclude(deadline_on=None).count() == 3
