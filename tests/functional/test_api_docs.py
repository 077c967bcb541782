"""The documentation of the API in a browser, under our own security policy."""

import pytest

from tests.factories.portfolio import make_project
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_a_developer_reads_the_documentation_and_opens_an_address(visit, viewport):
    make_project(code="P-1")
    tab = visit(viewport)

    assert tab.open("/api/v1/docs/") == 200
    assert tab.accessibility() == []
    tab.picture(f"api_docs_{viewport['width']}")

    tab.page.get_by_role("link", name="Open /api/v1/projects/").click()
    assert "P-1" in tab.page.content()


def test_it_fits_the_narrowest_window(visit):
    tab = visit(NARROWEST)
    tab.open("/api/v1/docs/")

    assert tab.overflow() == 0
