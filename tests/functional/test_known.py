"""What was known on another day, and a pull that is watched, in a browser."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from indicators.models import Run, Target
from tests.factories.indicators import make_feed, make_observations, make_run, make_target
from tests.factories.portfolio import make_project, make_user, make_zone
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
WATCHED_MS = 5_000  # more than two times the pace of the fragment


@pytest.fixture
def target(transactional_db) -> Target:
    """Twelve months; the ninth was corrected ten days ago, the last came then."""
    now = timezone.now()
    revised_at, first_at = now - timedelta(days=10), now - timedelta(days=40)
    zone, feed = make_zone(name="Rive-Haute"), make_feed()
    months = [date(2025, n, 1) for n in range(1, 13)]
    known = {month: 100.0 + 3 * n for n, month in enumerate(months[:11])}
    wrong = known.pop(months[8])
    make_observations(feed, zone, known, known_from=first_at)
    make_observations(
        feed, zone, {months[8]: wrong - 40}, known_from=first_at, superseded_at=revised_at
    )
    late = {months[8]: wrong, months[11]: 140.0}
    make_observations(feed, zone, late, known_from=revised_at, status="PROVISIONAL")
    project = make_project(code="RD-01", name_fr="Pont-quai", name_en="Bridge")
    return make_target(project=project, indicator=feed.indicator, zone=zone)


@pytest.fixture
def signed_in(visit, client, settings):
    def start(window: dict[str, int], **options):
        client.force_login(make_user(is_staff=True))
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def faults(tab) -> list[str]:
    wide = [f"{tab.overflow()} px too wide"] if tab.overflow() > 0 else []
    return [*tab.accessibility(), *tab.clipped(), *wide]


@pytest.mark.parametrize("folder", ["/projets/RD-01/", "/en/projects/RD-01/"])
def test_a_resident_compares_what_was_known_with_today_and_comes_back(visit, target, folder):
    tab = visit(PHONE)
    assert tab.open(f"{folder}") == 200
    tab.page.locator(f'a[href="{folder}effets/{target.pk}/"]').click()
    day = timezone.localdate() - timedelta(days=20)
    tab.page.locator("#known-on").fill(day.isoformat())
    tab.page.locator("#known-on").press("Enter")
    tab.page.wait_for_url(f"**/effets/{target.pk}/?au={day.isoformat()}")
    drawing = tab.page.locator(".chart__drawing--narrow")
    expect(drawing.locator(".chart__then").first).to_be_visible()
    expect(drawing.locator(".chart__revised")).to_have_count(1)
    row = tab.page.locator("tbody tr").filter(has_text="+40")
    expect(row).to_have_count(1)
    assert faults(tab) == []
    tab.page.set_viewport_size(NARROWEST)
    assert tab.overflow() == 0
    tab.page.locator(f'a.button[href="{folder}effets/{target.pk}/"]').click()
    expect(tab.page.locator(".chart__then")).to_have_count(0)


def test_a_revision_leads_to_what_was_known_just_before_and_to_its_pull(signed_in, target):
    tab = signed_in(DESKTOP)
    assert tab.open(f"/pilotage/donnees/revisions/{target.pk}/") == 200
    tab.page.locator(".revisions a[href^='?au=']").first.click()
    expect(tab.page.locator(".chart__drawing--wide .chart__then").first).to_be_visible()
    expect(tab.page.locator("tbody tr").filter(has_text="+40")).to_have_count(1)
    assert faults(tab) == []
    tab.page.locator("tbody a[href*='/collectes/']").first.click()
    expect(tab.page.locator("h1")).to_contain_text(str(Run.objects.order_by("-pk")[0].pk))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_pages_of_another_day_are_accessible_and_fit(visit, target, window, dark):
    tab = visit(window, dark=dark)
    day = (timezone.localdate() - timedelta(days=20)).isoformat()
    for path in ("/", "/projets/RD-01/", f"/en/projects/RD-01/effets/{target.pk}/"):
        assert tab.open(f"{path}?au={day}") == 200
        assert faults(tab) == [], path


def test_a_pull_under_way_tells_its_steps_and_stops_once_it_has_ended(signed_in, target):
    run = make_run(
        make_feed(), state="LEASED", attempts=1, started_at=timezone.now(),
        due_at=timezone.now(),
    )  # fmt: skip
    tab = signed_in(PHONE)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    assert tab.open(f"/pilotage/donnees/collectes/{run.pk}/") == 200
    progress = tab.page.locator("#progress")
    expect(progress).to_contain_text("2 sur 4")
    assert faults(tab) == []
    Run.objects.filter(pk=run.pk).update(state="FETCHED", received=16_384)
    expect(progress).to_contain_text("3 sur 4", timeout=10_000)
    expect(progress).to_contain_text("16\u202f384")
    Run.objects.filter(pk=run.pk).update(
        state="SUCCEEDED", received=20, accepted=20, finished_at=timezone.now()
    )
    expect(progress).to_have_count(0, timeout=10_000)
    expect(tab.page.locator("tfoot")).to_contain_text("20")
    asked.clear()
    tab.page.wait_for_timeout(WATCHED_MS)
    assert [url for url in asked if "avancement" in url] == []
