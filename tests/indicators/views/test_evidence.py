"""The fragments of evidence say what is measured, to whoever may see the project."""

from datetime import date

from django.urls import reverse

from tests.factories.indicators import make_feed, make_observations, make_target
from tests.factories.portfolio import make_project, make_zone


def effects_of(client, project, **headers):
    return client.get(reverse("indicators:project-effects", args=[project.code]), **headers)


def mine(client):
    return client.get(reverse("indicators:my-effects"), headers={"hx-request": "true"})


def test_each_target_has_its_status_and_its_drawing(client, agent):
    target = make_target(project=make_project())
    page = effects_of(client, target.project, headers={"hx-request": "true"})
    (effect,) = page.context["effects"]
    assert (effect.status.code, effect.status.reason) == ("UNKNOWN", "NO_OBSERVATION")
    assert "<svg" in page.content.decode()


def test_a_fragment_stands_alone_and_within_a_page_for_a_plain_link(client, agent):
    project = make_project()
    fragment = effects_of(client, project, headers={"hx-request": "true"}).content.decode()
    whole = effects_of(client, project).content.decode()
    assert "<html" not in fragment
    assert "<html" in whole
    assert fragment.strip()[:20] in whole


def test_the_effects_of_a_draft_of_others_do_not_exist(client, agent):
    assert effects_of(client, make_project(visibility="DRAFT")).status_code == 404


def test_unknown_effects_of_my_projects_come_up_and_those_of_others_do_not(client, agent):
    target = make_target(project=make_project(manager=agent))
    make_target(project=make_project())
    assert [view.target for view in mine(client).context["effects"]] == [target]


def test_an_effect_on_its_way_does_not_need_me(client, agent, monkeypatch):
    monkeypatch.setattr("indicators.views.evidence.timezone.localdate", lambda: date(2024, 12, 10))
    feed, zone = make_feed(), make_zone()
    make_observations(feed, zone, {date(2024, 11, 1): 125.0})
    project = make_project(manager=agent)
    make_target(project=project, indicator=feed.indicator, zone=zone)
    response = mine(client)
    assert (response.context["effects"], response.context["measured"]) == ([], 1)


def test_the_number_of_queries_does_not_grow_with_the_targets(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    project = make_project(manager=agent)
    make_target(project=project)
    with django_assert_max_num_queries(14) as few:
        mine(client)
    for _ in range(5):
        make_target(project=project)
    with django_assert_num_queries(len(few.captured_queries)):
        mine(client)
