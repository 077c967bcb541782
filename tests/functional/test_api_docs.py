"""The documentation of the API in a browser, under our own security policy."""

import pytest
from playwright.sync_api import expect

from tests.factories.portfolio import make_project
from tests.functional.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_developer_reads_the_documentation_and_tries_a_request(visit, viewport):
    make_project(code="P-1")
    tab = visit(viewport)
    assert tab.open("/api/v1/docs/") == 200
    listing = tab.page.locator("#operations-projects-projects_list")
    expect(listing).to_be_visible()
    listing.locator("button").first.click()
    listing.get_by_role("button", name="Try it out").click()
    listing.get_by_role("button", name="Execute").click()
    expect(listing.locator(".live-responses-table")).to_contain_text("P-1")
    tab.picture(f"api_docs_{viewport['width']}")
