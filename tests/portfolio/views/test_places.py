"""A place is given, shown as it was understood, and saved when it is sent again."""

import json
import re

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portfolio.models import Project
from tests.factories.portfolio import make_project, make_user, make_zone, square

pytestmark = pytest.mark.django_db
LAMBERT = Point(-0.49, 45.21, srid=4326).transform(2154, clone=True)
BOW = "POLYGON ((-0.5 45.2, -0.4 45.3, -0.4 45.2, -0.5 45.3, -0.5 45.2))"


@pytest.fixture
def project(client) -> Project:
    manager = make_user()
    client.force_login(manager)
    make_zone(code="OUEST", name="Ouest-sur-Ombre", geometry=square(-0.5))
    return make_project(code="P-1", manager=manager, geometry=None)


@pytest.fixture
def send(client, project):
    """Sends the form, its other fields as they came back the last time."""
    last = {}

    def post(**fields):
        project.refresh_from_db()
        data = {"seen_at": project.updated_at.isoformat(), "reason": "Tracé arrêté"}
        response = client.post("/en/pilotage/projets/P-1/lieu/", data | last | fields)
        form = response.context["form"] if response.status_code != 302 else None
        last.clear()
        if form and form.preview:
            last.update({name: form.data[name] for name in ("place", "confirmed")})
        return response

    return post


def test_a_place_in_lambert_93_is_shown_before_it_is_saved(send, project):
    page = send(place=f"{LAMBERT.x:.2f} {LAMBERT.y:.2f}").content.decode()
    assert "Not saved yet" in page
    assert "Lambert-93" in page
    assert "Ouest-sur-Ombre" in page
    project.refresh_from_db()
    assert project.geometry is None
    assert send().status_code == 302
    project.refresh_from_db()
    assert project.geometry.coords == pytest.approx((-0.49, 45.21), abs=1e-6)
    assert list(project.zones.values_list("code", flat=True)) == ["OUEST"]


def test_a_file_is_read_by_its_content(send, project):
    text = json.dumps({"type": "Point", "coordinates": [-0.49, 45.21, 30]})
    page = send(file=SimpleUploadedFile("x.exe", text.encode())).content.decode()
    assert "Heights are left out" in page
    assert send().status_code == 302
    project.refresh_from_db()
    assert project.geometry.coords == (-0.49, 45.21)


def test_swapped_coordinates_are_refused_then_swapped_in_one_click(send, project):
    refused = send(place="45.21, -0.49")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "latitude then longitude" in page
    assert re.search(r'<button[^>]*name="ask" value="swap"', page)
    assert "were swapped" in send(place="45.21, -0.49", ask="swap").content.decode()
    assert send().status_code == 302
    project.refresh_from_db()
    assert project.geometry.coords == (-0.49, 45.21)


def test_a_crossed_outline_is_repaired_with_consent(send, project):
    refused = send(place=BOW)
    assert refused.status_code == 422
    assert 'value="repair"' in refused.content.decode()
    assert "was repaired" in send(place=BOW, ask="repair").content.decode()
    assert send().status_code == 302
    project.refresh_from_db()
    assert project.geometry.valid


def test_a_text_changed_after_it_was_shown_is_shown_again(send, project):
    send(place="-0.49, 45.21")
    assert "Not saved yet" in send(place="-0.48, 45.21").content.decode()
    project.refresh_from_db()
    assert project.geometry is None


def test_a_place_is_taken_away_once_that_is_confirmed(send, project):
    Project.objects.update(geometry=Point(-0.49, 45.21, srid=4326))
    assert "would have no place" in send(place="").content.decode()
    assert send().status_code == 302
    project.refresh_from_db()
    assert project.geometry is None


def test_the_address_alone_is_saved_at_once(send, project):
    assert send(address="Quai des Mariniers").status_code == 302
    project.refresh_from_db()
    assert project.address == "Quai des Mariniers"


def test_a_forged_confirmation_saves_nothing_that_was_not_understood(send, project):
    assert send(place="POINT (2.35 48.85)", confirmed="x").status_code == 422
    assert send(place="nothing", confirmed="").status_code == 422
    project.refresh_from_db()
    assert project.geometry is None


def test_zones_are_added_and_taken_off_by_hand(client, project):
    zone = make_zone(name="Rive-Haute", geometry=None)
    data = {"seen_at": project.updated_at.isoformat(), "reason": "Accès par cette commune"}
    added = client.post(reverse("portfolio:zone-add", args=["P-1"]), data | {"zone": zone.pk})
    assert added.status_code == 302
    assert "added by hand" in client.get("/en/pilotage/projets/P-1/").content.decode()
    project.refresh_from_db()
    data["seen_at"] = project.updated_at.isoformat()
    address = reverse("portfolio:zone-remove", args=["P-1", zone.pk])
    assert client.post(address, data).status_code == 302
    assert project.zones.count() == 0
    assert client.get(address).status_code == 404
