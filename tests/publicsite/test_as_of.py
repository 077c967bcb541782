"""Rule 4: any page, chart, document or answer can be re-read as of an instant, and shows the same
number that it showed then."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from indicators.models import Feed, Run, Target, TargetPoint
from indicators.services import targets
from reports.builders import project_sheet
from tests.factories.forecasts import make_forecast
from tests.factories.indicators import make_feed, make_indicator, make_observations, make_target
from tests.factories.portfolio import (
    make_organisation,
    make_programme,
    make_project,
    make_user,
    make_zone,
)

pytestmark = pytest.mark.django_db
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
# Of the form, the tag of a request; of the pages, what changes at each visit.
VISIT = re.compile(r'(nonce|value)="[\w-]{20,}"')


class World:
    """One measure of a public project, one of the territory; both are revised by `change`."""

    def __init__(self):
        self.now = timezone.now()
        self.then = timezone.localdate(self.now - timedelta(days=10))
        self.first, self.second = self.now - timedelta(days=30), self.now - timedelta(days=3)
        self.month = (timezone.localdate(self.first) - timedelta(days=20)).replace(day=1)
        self.programme = make_programme(code="velo")
        self.manager = make_user(is_superuser=True)
        self.project = make_project(
            code="P-1", programme=self.programme, visibility="PUBLIC", manager=self.manager
        )
        self.zone = make_zone(code="Z1")
        self.feed = make_feed(indicator=make_indicator(code="velo", stale_after_days=900))
        common = {"indicator": self.feed.indicator, "zone": self.zone}
        start = {"baseline_on": date(2020, 1, 1)}
        self.target = make_target(project=self.project, **common, **start)
        make_target(**common, **start)
        make_forecast(self.target, 0.3, at=self.first)
        self.told = make_observations(
            self.feed, self.zone, {self.month: 4321.0}, known_from=self.first, status="PROVISIONAL"
        )
        self.runs = list(Run.objects.values_list("pk", flat=True))

    def change(self) -> None:
        """A correction, a revised target, one that is removed and one that comes, a feed that is
        switched off for another one."""
        self.told.versions.update(superseded_at=self.second)
        make_observations(self.feed, self.zone, {self.month: 9876.0}, known_from=self.second)
        for point in TargetPoint.objects.all():
            point.value = 90_000
            point.save()
        for target in Target.objects.all():
            target.baseline_value = 9_000.0
            target.save()
        fields = {"project": self.project, "zone": self.zone}
        Target.objects.create(indicator=make_indicator(), **fields)
        Target.objects.filter(project=None).delete()
        Feed.objects.filter(pk=self.feed.pk).update(is_active=False)
        other = make_feed(indicator=self.feed.indicator)
        make_observations(other, self.zone, {self.month: 5555.0}, known_from=self.second)
        Run.objects.exclude(pk__in=self.runs).update(finished_at=self.second)
        make_forecast(self.target, 0.9, at=self.second)

    @property
    def public(self) -> list[str]:
        folders = ["/projets/P-1/", "/en/projects/P-1/"]
        files = [f"{folder}effets/{self.target.pk}.csv" for folder in folders]
        return ["/", "/en/", *folders, *files]

    @property
    def staff(self) -> list[str]:
        return [
            reverse("indicators:project-effects", args=["P-1"]),
            reverse("indicators:chain", args=["P-1"]),
            reverse("indicators:project-status", args=["P-1"]),
            reverse("evidence:project", args=["P-1"]),
            reverse("evidence:forecast-csv", args=["P-1", self.target.pk]),
            reverse("indicators:programme-effects", args=["velo"]),
            reverse("indicators:my-effects"),
            reverse("indicators:territory-targets"),
            reverse("indicators:board-effects"),
            reverse("indicators:provenance", args=["velo", "Z1", self.month.isoformat()]),
        ]

    @property
    def api(self) -> list[str]:
        return [
            reverse("api-observation-list"),
            reverse("api-target-list"),
            reverse("api-forecast-list"),
        ]


@pytest.fixture
def world():
    return World()


def figures_of(client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    text = answer.content.decode()
    found = MAIN.search(text)
    return VISIT.sub("", found.group() if found else text)


def test_every_public_address_says_then_what_it_said_then(client, world):
    day = {"au": world.then.isoformat()}
    before = {address: figures_of(client, address, **day) for address in world.public}
    world.change()
    for address, told in before.items():
        assert figures_of(client, address, **day) == told, address
        assert figures_of(client, address) != told, address


def test_every_staff_address_says_then_what_it_said_then(client, world):
    client.force_login(world.manager)
    day = {"au": world.then.isoformat()}
    before = {address: figures_of(client, address, **day) for address in world.staff}
    world.change()
    for address, told in before.items():
        assert figures_of(client, address, **day) == told, address


def test_a_measure_taken_off_since_is_read_as_of_the_days_when_it_was_promised(client, world):
    address = f"/projets/P-1/effets/{world.target.pk}/"
    targets.withdraw(target=world.target, by=None, reason="Abandonnée", at=world.now)
    assert client.get(address).status_code == 404
    day = timezone.localdate(world.now - timedelta(days=1)).isoformat()
    assert client.get(address, {"au": day}).status_code == 200


@pytest.mark.parametrize(("page", "fragment", "query"), [
    ("portfolio:board", "indicators:board-effects", {"lead": "tout"}),
    ("portfolio:programme", "indicators:programme-effects", {}),
])  # fmt: skip
def test_a_steering_page_of_another_day_loads_its_effects_and_says_what_is_of_today(
    client, world, page, fragment, query
):
    client.force_login(world.manager)
    keys = [world.programme.code] if page.endswith("programme") else []
    address, effects = reverse(page, args=keys), reverse(fragment, args=keys)
    now = client.get(address, query).content.decode()
    assert f'hx-get="{effects}?"' in now
    assert "known-on" not in now
    then = client.get(address, query | {"au": world.then.isoformat()}).content.decode()
    assert f'hx-get="{effects}?au={world.then.isoformat()}"' in then
    assert "known-on" in then
    assert "d’aujourd’hui" in then
    assert "cannot be read" not in then
    wrong = client.get(address, query | {"au": "hier"}).content.decode()
    assert f'hx-get="{effects}?"' in wrong
    assert "known-on" in wrong


def test_the_dashboard_of_a_department_keeps_the_day_that_is_asked(client, world):
    client.force_login(world.manager)
    voirie = make_organisation(code="voirie")
    day = world.then.isoformat()
    page = client.get(reverse("portfolio:board"), {"lead": voirie.code, "au": day})
    text = page.content.decode()
    assert f"lead=voirie&amp;au={day}" in text
    assert f'<input type="hidden" name="au" value="{day}">' in text
    assert '<input type="hidden" name="lead" value="voirie">' in text


def test_every_api_address_says_then_what_it_said_then(client, world):
    instant = {"as_of": (world.now - timedelta(days=10)).isoformat()}
    before = {address: client.get(address, instant).json() for address in world.api}
    assert all(told["count"] for told in before.values())
    world.change()
    for address, told in before.items():
        # An answer says when a value was replaced since: the value is the same.
        assert _without_end(client.get(address, instant).json()) == _without_end(told), address


def test_every_address_of_the_api_that_shows_measures_is_walked(client, world):
    schema = client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    known = {
        path
        for path, verbs in schema["paths"].items()
        if any(p["name"] == "as_of" for p in verbs.get("get", {}).get("parameters", []))
    }
    assert known == set(world.api)


def test_a_document_says_then_what_it_said_then(world):
    arguments = {"project": "P-1", "au": world.then.isoformat()}

    def sheet():
        told = project_sheet.build(arguments, AnonymousUser(), timezone.now())
        return [(effect.sentence, effect.chart, effect.words) for effect in told.effects]

    before = sheet()
    world.change()
    assert sheet() == before
    assert "4" in before[0][0]
    assert before[0][2].headline.startswith("3 chances")


def test_a_page_of_another_day_says_so_with_a_way_back(client, world):
    page = client.get("/projets/P-1/", {"au": world.then.isoformat()}).content.decode()
    assert "known-on" in page
    assert 'href="/projets/P-1/"' in page
    assert f".csv?au={world.then.isoformat()}" in page
    assert f"/en/projects/P-1/?au={world.then.isoformat()}" in page
    assert "known-on" not in client.get("/projets/P-1/").content.decode()


@pytest.mark.parametrize("text", ["hier", "2999-01-01", "0000-00-00", "\x00"])
def test_a_day_that_cannot_be_read_shows_today_and_says_so(client, world, text):
    answer = client.get("/projets/P-1/", {"au": text})
    assert answer.status_code == 200
    assert answer.context["asked"].is_wrong
    assert "known-on" in answer.content.decode()


def test_what_was_known_stands_beside_today_on_a_page_of_its_own(client, world):
    world.change()
    address = f"/projets/P-1/effets/{world.target.pk}/"
    answer = client.get(address, {"au": world.then.isoformat()})
    told = answer.context["told"]
    assert [row.then for row in told.rows if row.then != "–"] == ["4\u202f321"]
    assert "/pilotage/" not in answer.content.decode().split("<main")[1].split("</main")[0]
    assert client.get(f"/en/projects/P-1/effets/{world.target.pk}/").status_code == 200


def test_the_measure_of_another_project_or_of_a_hidden_one_is_not_found(client, world):
    other = make_target(project=make_project(code="P-2", visibility="INTERNAL"))
    assert client.get(f"/projets/P-1/effets/{other.pk}/").status_code == 404
    assert client.get(f"/projets/P-2/effets/{other.pk}/").status_code == 404


def test_a_provisional_figure_is_called_so_wherever_it_is_shown(client, world):
    assert "chiffre provisoire" in client.get("/projets/P-1/").content.decode()
    assert "chiffre provisoire" in client.get("/").content.decode()
    assert "PROVISIONAL" in client.get(world.public[-1]).content.decode()
    told = client.get(reverse("api-target-list")).json()["results"][0]["last"]
    assert (told["status"], told["value"], told["coverage"]) == ("PROVISIONAL", 4321.0, None)


def test_a_period_that_was_not_measured_whole_says_how_much(client, world):
    world.told.versions.update(coverage=0.874)
    assert "87" in client.get("/").content.decode()
    page = client.get("/projets/P-1/").content.decode()
    assert "87\u202f% de la période" in page
    assert "0.874" in client.get(world.public[-1]).content.decode()
    told = client.get(reverse("api-observation-list")).json()["results"][0]
    assert told["coverage"] == 0.874


def test_a_zone_that_was_not_covered_whole_says_how_much(client, world):
    by_area = {"kind": "COMMUNE", "measure": "MEAN"}
    world.feed.mapping = {"zone": {"field": "geometry", "by_area": by_area}}
    world.feed.save()
    world.told.versions.update(coverage=0.874)
    told = "au moins 87\u202f% de la zone mesurée"
    assert told in client.get("/projets/P-1/").content.decode()
    assert told in client.get("/").content.decode()
    client.force_login(world.manager)
    way_back = client.get(world.staff[-1]).content.decode()
    assert told in way_back


def _without_end(answer: dict) -> dict:
    rows = [{k: v for k, v in row.items() if k != "superseded_at"} for row in answer["results"]]
    return {"count": answer["count"], "rows": rows}


def test_the_chance_told_to_residents_is_the_one_of_that_day(client, world):
    world.change()
    then = client.get("/projets/P-1/", {"au": world.then.isoformat()}).content.decode()
    now = client.get("/projets/P-1/").content.decode()
    assert "3 chances sur 10 d’atteindre" in then
    assert "9 chances sur 10 d’atteindre" in now
    assert "ne dit pas que le projet en est la cause" in now
