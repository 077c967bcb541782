"""Everything below /pilotage/ is behind the sign-in page."""

from uuid import UUID

import pytest
from django.urls import reverse

from indicators import project_urls
from indicators import urls as indicators_urls
from portfolio import urls as portfolio_urls
from reports import urls as reports_urls
from tests.factories.portfolio import make_user

OPEN = {"portfolio:login", "portfolio:logout", "portfolio:provider-sign-in",
        "portfolio:password-forgotten", "portfolio:password-sent", "portfolio:password-set",
        "portfolio:password-is-set"}  # fmt: skip
VALUES = {"code": "X", "document_id": 1, "run_id": 1, "target_id": 1, "section": "investissement", "year": 2026,
          "pk": 1, "step": "source", "name": "money", "act": "fermer", "month": 5, "axis": "cout",
          "change": UUID(int=1), "candidate_pk": 1, "criterion_pk": 1,
          "kind": "EQUITY", "project": 1, "other": 1,
          "way": "points", "zone": "Z", "day": "2026-01-01"}  # fmt: skip
PAGES = [
    (f"{module.app_name}:{pattern.name}", sorted(pattern.pattern.converters))
    for module in (portfolio_urls, indicators_urls, project_urls, reports_urls)
    for pattern in module.urlpatterns
    if f"{module.app_name}:{pattern.name}" not in OPEN
]


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_a_stranger_is_sent_to_the_sign_in_page(client, db, name, arguments):
    address = reverse(name, kwargs={key: VALUES[key] for key in arguments})
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 302
        assert response.url.startswith(reverse("portfolio:login"))


def test_signing_in_leads_home_and_signing_out_back(client, db):
    agent = make_user(password="un-mot-de-passe-sûr")
    data = {"username": agent.username, "password": "un-mot-de-passe-sûr"}
    response = client.post(reverse("portfolio:login"), data)
    assert response.url == reverse("portfolio:home")
    response = client.post(reverse("portfolio:logout"))
    assert response.url == reverse("portfolio:login")
    assert client.get(reverse("portfolio:home")).status_code == 302


def test_a_wrong_password_is_said_and_links_no_account(client, db):
    response = client.post(reverse("portfolio:login"), {"username": "x", "password": "y"})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


def test_too_many_attempts_lock_the_account_for_a_while(client, db, settings):
    agent = make_user()
    wrong = {"username": agent.username, "password": "faux"}
    statuses = [
        client.post(reverse("portfolio:login"), wrong).status_code
        for _ in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert statuses[-1] == 429
    right = {"username": agent.username, "password": "mot-de-passe-long"}
    response = client.post(reverse("portfolio:login"), right)
    assert response.status_code == 429
    assert "portfolio/pages/locked_out.html" in [template.name for template in response.templates]
