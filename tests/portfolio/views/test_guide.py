"""Help: what to do when, the words of the field, a tour offered once."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from portfolio import glossary
from portfolio.queries import guide
from portfolio.templatetags.glossary import term
from tests.factories.portfolio import make_credit, make_project

pytestmark = pytest.mark.django_db
TEMPLATES = Path(glossary.__file__).parent / "templates"


def test_every_term_is_said_in_both_languages_and_named_once():
    terms = glossary.terms()
    assert len({term.key for term in terms}) == len(terms) > 20
    for one in terms:
        assert one.word_fr != one.word_en
        assert len(one.text_fr) > 30
        assert len(one.text_en) > 30
        assert one.text_fr.endswith(".")
        assert one.text_en.endswith(".")


def test_screens_name_only_terms_that_exist():
    named = {
        key
        for path in TEMPLATES.rglob("*.html")
        for key in re.findall(r'{% term "([^"]+)"', path.read_text())
    }
    assert named
    assert named <= {term.key for term in glossary.terms()}


def test_a_term_that_does_not_exist_is_a_mistake():
    with pytest.raises(KeyError):
        term("AUCUN")


def test_a_term_is_a_button_that_opens_its_own_explanation():
    first, second = term("AP"), term("AP", "Autorisé")
    targets = [re.search(r'popovertarget="([^"]+)"', text)[1] for text in (first, second)]
    assert targets[0] != targets[1]
    assert f'id="{targets[0]}"' in first
    assert ">Autorisé<" in second


def test_the_glossary_speaks_the_language_of_the_page(client, agent):
    with translation.override("fr"):
        assert "Plafond" in client.get("/pilotage/glossaire/").content.decode()
        assert "Ceiling" in client.get("/en/pilotage/glossaire/").content.decode()


def test_the_money_of_a_project_explains_its_words(client, agent):
    project = make_project()
    make_credit(project)
    text = client.get(reverse("portfolio:project", args=[project.code])).content.decode()
    assert text.count("popovertarget=") >= 4


def test_the_help_says_what_each_one_does_and_where(client, agent):
    text = client.get(reverse("portfolio:help")).content.decode()
    for role in guide.ROLES:
        for _often, _task, address in role.tasks:
            assert reverse(address) in text
    assert text.count("data-tour-step") == len(guide.TOUR)


def test_the_tour_is_offered_until_it_is_taken_or_left(client, agent):
    home = reverse("portfolio:home")
    assert "data-tour-open" in client.get(home).content.decode()
    assert client.post(reverse("portfolio:tour-finish")).url == home
    assert "data-tour-open" not in client.get(home).content.decode()
    agent.refresh_from_db()
    first = agent.toured_at
    client.post(reverse("portfolio:tour-finish"))
    agent.refresh_from_db()
    assert agent.toured_at == first
    assert "data-tour-open" in client.get(reverse("portfolio:help")).content.decode()


def test_the_tour_is_finished_by_a_post(client, agent):
    assert client.get(reverse("portfolio:tour-finish")).status_code == 405
