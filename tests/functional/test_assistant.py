"""The whole assistant in a real browser, against a real pygeoapi, to published observations."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from indicators.models import Feed, FeedDraft, ObservationVersion, Run
from indicators.pull_settings import means
from indicators.services import pulls
from portfolio.models import User
from tests.assistant import CONTRACT, recent_rows
from tests.factories.portfolio import make_organisation, make_user, make_zone
from tests.functional.conftest import DESKTOP, PHONE, Visit
from tests.platforms import platform

__all__ = ["platform"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
WINDOWS = {"390": PHONE, "1280": DESKTOP}


@pytest.fixture
def steward(transactional_db, settings) -> User:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    return make_user(
        first_name="Nour", last_name="Sellami", is_staff=True, organisation=make_organisation()
    )


@pytest.fixture
def signed_in(visit, client, steward, settings):
    def start(window: dict[str, int]) -> Visit:
        client.force_login(steward)
        tab = visit(window)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


class Walk:
    """Goes from step to step, and looks at each screen on the way."""

    def __init__(self, tab: Visit, width: str) -> None:
        self.tab, self.page, self.width = tab, tab.page, width
        self.faults: list[str] = []

    def at(self, step: str) -> None:
        self.page.wait_for_url(f"**/{step}/")
        self.look(step)

    def look(self, name: str) -> None:
        self.tab.picture(f"assistant-{name}-{self.width}")
        self.faults += [f"{name}: {one}" for one in self.tab.accessibility()]
        self.faults += [f"{name}: cut off: {one}" for one in self.tab.clipped()]
        self.faults += [f"{name}: too wide"] if self.tab.overflow() > 0 else []

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def choose(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"select[name={name}]").select_option(value)

    def go_on(self) -> None:
        self.page.locator(".draft form button.button--primary").click()


@pytest.mark.parametrize("width", WINDOWS)
def test_a_steward_connects_a_feed_and_its_values_are_published(
    signed_in, platform, width, monkeypatch
):
    for code, name in (("A", "Rive-Haute"), ("B", "Saint-Aubin")):
        make_zone(code=code, name=name)
    platform.fill(recent_rows())
    rung: list[int] = []
    monkeypatch.setattr("indicators.views.assistant.pull_run.delay", rung.append)
    walk = Walk(signed_in(WINDOWS[width]), width)
    _to_the_fields(walk, platform.url)
    _to_the_end(walk)
    assert walk.faults == []
    assert not FeedDraft.objects.exists()
    assert rung == [Run.objects.get().pk]
    done = pulls.execute(run_id=rung[0], means=means())
    assert done is not None
    assert (done.state, done.accepted) == ("SUCCEEDED", 30)
    published = ObservationVersion.objects.current().filter(series__feed=Feed.objects.get())
    assert published.count() == 30


def _to_the_fields(walk: Walk, url: str) -> None:
    walk.tab.open(reverse("indicators:sources"))
    walk.look("sources")
    walk.page.locator("button.button--primary").click()
    walk.at("source")
    walk.choose(source="__new__", protocol="ogc_features")
    walk.fill(name="Plateforme de la métropole")
    walk.go_on()
    walk.at("adresse")
    walk.fill(base_url=url)
    walk.page.locator("button[value=list]").click()
    expect(walk.page.locator("select[name=listed]")).to_be_visible()
    walk.choose(listed="mesures")
    walk.look("adresse-choix")
    walk.page.locator("button[value=try]").click()


def _to_the_end(walk: Walk) -> None:
    walk.at("champs")
    expect(walk.page.locator("select[name=value]")).to_have_value("valeur")
    walk.go_on()
    walk.at("apercu")
    expect(walk.page.locator("tbody tr")).to_have_count(20)
    walk.page.locator("a.button--primary").click()
    walk.at("contrat")
    walk.fill(maximum=CONTRACT["maximum"])
    walk.go_on()
    walk.at("indicateur")
    walk.choose(indicator="__new__", family="OUTCOME", direction="UP")
    walk.fill(name_fr="Passages de vélos", unit_fr="passages")
    walk.go_on()
    walk.at("rythme")
    walk.go_on()
    walk.at("resume")
    walk.page.locator("form.narrow button.button--primary").click()
    walk.page.wait_for_url("**/flux/*/")
    walk.look("flux")


@pytest.mark.parametrize("width", WINDOWS)
def test_a_refused_address_is_explained_and_a_closed_tab_loses_nothing(
    signed_in, platform, settings, width
):
    settings.OUTBOUND_ALLOW = ["10.0.0.0/8"]
    walk = Walk(signed_in(WINDOWS[width]), width)
    walk.tab.open(reverse("indicators:sources"))
    walk.page.locator("button.button--primary").click()
    walk.choose(source="__new__", protocol="ogc_features")
    walk.fill(name="Plateforme")
    walk.go_on()
    walk.page.wait_for_url("**/adresse/")
    walk.fill(base_url=platform.url, collection="mesures")
    walk.page.locator("button[value=try]").click()
    expect(walk.page.locator("#fault")).to_contain_text("OUTBOUND_ALLOW")
    walk.look("refus")
    walk.tab.complaints.clear()  # the browser reports the 422 that is wanted here
    with walk.page.expect_response("**/garder/"):
        walk.fill(collection="comptages")
        walk.page.locator("[name=collection]").blur()
    walk.tab.open(reverse("indicators:sources"))
    walk.page.locator("section[aria-labelledby=drafts] a").click()
    walk.page.wait_for_url("**/adresse/")
    expect(walk.page.locator("[name=collection]")).to_have_value("comptages")
    assert walk.faults == []
