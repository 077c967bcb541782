import pytest
from tests.factories.portfolio import make_project, make_user
from portfolio.models import Project
from django.contrib.auth.models import AnonymousUser

@pytest.mark.django_db
def test_a_draft_is_hidden_from_residents():
    make_project(visibility="DRAFT")
    public = make_project()
    assert list(Project.objects.visible_to(AnonymousUser())) == [public]
    assert Project.objects.with_costs().visible_to(make_user()).get().current_cost_eur == 1200000
