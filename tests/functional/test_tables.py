"""Rows that become cards stay rows for whoever listens to them: the browser's own tree says so."""

import pytest
from django.test import Client

from tests.factories.indicators import make_feed, make_run
from tests.factories.portfolio import make_user
from tests.functional.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
ROLES = {"table", "rowgroup", "row", "columnheader", "rowheader", "cell"}


@pytest.fixture
def feeds(transactional_db) -> None:
    for code in ("bruit", "air"):
        make_run(make_feed(code=code))


def told(tab) -> list[str]:
    """The roles of tables in the accessibility tree of the page, in their order."""
    session = tab.page.context.new_cdp_session(tab.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    return [role for role in roles if role in ROLES]


def test_a_table_of_cards_has_its_rows_and_headings_for_a_screen_reader(feeds, visit, settings):
    client, tab = Client(), visit(DESKTOP)
    client.force_login(make_user(is_staff=True))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
    tab.page.context.add_cookies([cookie])
    assert tab.open("/pilotage/donnees/") == 200
    wide = told(tab)
    assert wide.count("table") == 2
    assert wide.count("rowheader") == 2
    assert wide.count("columnheader") >= 10
    tab.page.set_viewport_size(PHONE)
    row = tab.page.locator(".table tbody tr").first
    assert row.evaluate("row => getComputedStyle(row).display") == "block"
    assert sorted(told(tab)) == sorted(wide)
    assert tab.accessibility() == []
