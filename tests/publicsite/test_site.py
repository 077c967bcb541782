"""The pages that the migration makes, in both languages."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "language"),
    [("/", "fr"), ("/en/", "en"), ("/projets/", "fr"), ("/en/projects/", "en"),
     ("/accessibilite/", "fr"), ("/en/accessibility/", "en"), ("/mentions-legales/", "fr"),
     ("/en/legal-notice/", "en")],
)  # fmt: skip
def test_a_fresh_site_serves_its_pages_in_both_languages(client, address, language):
    answer = client.get(address)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.content.decode()


def test_every_page_names_its_translation(client):
    page = client.get("/projets/").content.decode()
    assert '<link rel="alternate" hreflang="en" href="http://testserver/en/projects/">' in page
    assert '<a href="/en/projects/" lang="en" hreflang="en">' in page


def test_a_wrong_address_answers_404_with_a_way_on(client):
    answer = client.get("/en/nowhere/")
    assert answer.status_code == 404
    assert 'action="/en/projects/"' in answer.content.decode()


def test_robots_are_told_of_the_sitemap(client):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
