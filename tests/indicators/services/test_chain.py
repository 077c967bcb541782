"""The links of a results chain: said with their reason, never in a circle."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators.models import CausalLink
from indicators.queries.chain import links_of
from indicators.services import chain
from indicators.services.chain import Link
from tests.factories.indicators import make_indicator
from tests.factories.portfolio import NOW, make_project

pytestmark = pytest.mark.django_db


def link(project, cause, effect, **given) -> CausalLink:
    told = {"sign": "MORE", "ground": "ASSUMED", "why": "Enquête de 2022"} | given
    return chain.link(
        project=project, given=Link(cause, effect, **told), by=None, reason="Atelier", at=NOW
    )


def test_a_link_is_kept_with_its_reason_and_dates_the_project():
    project, lanes, rides = make_project(), make_indicator(), make_indicator()
    found = link(project, lanes, rides, ground="ELSEWHERE")
    assert (found.cause, found.effect, found.get_ground_display()) == (lanes, rides, "vu ailleurs")
    assert [one.pk for one in links_of(project)] == [found.pk]


def test_the_same_link_is_said_once():
    project, lanes, rides = make_project(), make_indicator(), make_indicator()
    link(project, lanes, rides)
    with pytest.raises(ValidationError, match="dans la chaîne"):
        link(project, lanes, rides, sign="LESS")
    link(make_project(), lanes, rides)  # another project has its own chain


def test_a_circle_is_refused_and_named():
    project = make_project()
    one, two, three = (make_indicator(name_fr=name) for name in ("Pistes", "Passages", "Air"))
    link(project, one, two)
    link(project, two, three)
    with pytest.raises(ValidationError, match="Air → Pistes → Passages → Air"):
        link(project, three, one)


def test_a_measure_does_not_move_itself_whoever_writes_it():
    project, one = make_project(), make_indicator()
    with pytest.raises(ValidationError, match="elle-même"):
        link(project, one, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        CausalLink.objects.create(project=project, cause=one, effect=one, sign="MORE", why="x")


def test_a_link_without_a_source_is_refused():
    with pytest.raises(ValidationError, match="d’où on le sait"):
        link(make_project(), make_indicator(), make_indicator(), why="  ")


def test_a_link_taken_off_no_longer_closes_a_circle_and_is_read_as_of_then():
    project, one, two = make_project(), make_indicator(), make_indicator()
    found = link(project, one, two)
    CausalLink.pgh_event_model.objects.update(pgh_created_at=NOW)
    chain.withdraw(stored=found, by=None, reason="Démenti", at=NOW + timedelta(days=2))
    assert links_of(project) == []
    assert [one.pk for one in links_of(project, as_of=NOW + timedelta(days=1))] == [found.pk]
    link(project, two, one)


def test_a_link_taken_off_is_brought_back_by_saying_it_again():
    project, one, two = make_project(), make_indicator(), make_indicator()
    found = link(project, one, two)
    chain.withdraw(stored=found, by=None, reason="Démenti", at=NOW)
    told = Link(one, two, "LESS", "HERE", "Mesuré en 2026")
    chain.change(stored=found, given=told, by=None, reason="Confirmé", at=NOW)
    (kept,) = links_of(project)
    assert (kept.sign, kept.ground, kept.withdrawn_at) == ("LESS", "HERE", None)


def test_a_link_taken_off_comes_back_when_it_is_said_anew_and_keeps_its_history():
    project, one, two = make_project(), make_indicator(), make_indicator()
    found = link(project, one, two)
    chain.withdraw(stored=found, by=None, reason="Démenti", at=NOW)
    again = link(project, one, two, sign="LESS")
    assert (again.pk, again.sign, again.withdrawn_at) == (found.pk, "LESS", None)
    assert [kept.pk for kept in links_of(project)] == [found.pk]
