"""The low-emission zone of Paris, from the files of its data to the page that judges it: import of
the project, deposit of the daily measures, a zone a station, a locked plan, a result, a page.

The zone barred Crit'Air 4 vehicles from 1 June 2021 (arrêté of the City of Paris). The lockdowns are
declared as known breaks. The plan is locked long after, so it is exploratory, and 12 stations to
compare with cannot rule chance out at 5 %: the rules give no more than grade C.
"""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from pypdf import PdfReader

from indicators.models import ObservationVersion
from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from portfolio.models import Project
from reports import catalogue
from tests.deposits import deposit
from tests.factories.indicators import make_feed, make_indicator, make_source
from tests.factories.portfolio import make_user, make_zone, square
from tests.portfolio.imports.files import cells, csv_bytes
from tests.shared import DATA, needs

FOLDER = DATA / "zfe_no2"
FILES = ["pollution_paris_no2_daily_clean.csv", "no2_donors_paris_daily_clean.csv"]
CHAMPS, HALLES = "FR04031", "FR04055"
NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
STARTS = date(2021, 6, 1)
BREAKS = [
    {"first": "2020-03-01", "last": "2020-06-30", "why": "Premier confinement"},
    {"first": "2020-10-01", "last": "2021-05-31", "why": "Second confinement et couvre-feux"},
]
pytestmark = [pytest.mark.django_db, *(needs("zfe_no2", name) for name in FILES)]


def daily_values() -> dict[tuple[str, str], str]:
    """NO₂ by day and station; a station that was renamed is one station."""
    found = {}
    for name in FILES:
        with (FOLDER / name).open() as lines:
            for row in csv.DictReader(lines):
                found.setdefault((row["date"], row["station_id"]), row["no2_ug_m3"])
    return {key: value for key, value in found.items() if key[1] != HALLES and value}


@pytest.fixture
def project(tmp_path) -> Project:
    """As the register's import brings it in."""
    rows = tmp_path / "projets.csv"
    rows.write_bytes(csv_bytes(cells(title="Zone à faibles émissions")))
    call_command("import_projects", str(rows))
    return Project.objects.get()


@pytest.fixture
def feed():
    """Daily values gathered into monthly means, where three quarters of the days are there."""
    indicator = make_indicator(
        code="no2-stations", name_fr="NO₂ à la station", name_en="NO₂ at the station",
        unit_fr="µg/m³", unit_en="µg/m³", direction="DOWN", zone_aggregation="NONE",
    )  # fmt: skip
    source = make_source(protocol="drop", base_url="drop://air", name="Geod’air")
    mapping = {
        "time": {"field": "date", "timezone": "Europe/Paris", "period": "MONTH"},
        "value": {"field": "no2"}, "zone": {"field": "station"},
        "gather": {"how": "MEAN", "every_minutes": 1440, "minimum": 0.75},
    }  # fmt: skip
    return make_feed(
        source=source, indicator=indicator, starts_on=date(2017, 8, 1), mapping=mapping
    )


def test_the_low_emission_zone_of_paris_is_judged_by_the_rules(client, project, feed):
    values = daily_values()
    stations = sorted({station for _day, station in values})
    zones = {code: make_zone(code=code, name=code, kind="DISTRICT", geometry=square(x=0.1 * place))
             for place, code in enumerate(stations)}  # fmt: skip
    lines = [
        "date;station;no2",
        *(f"{on};{code};{no2}" for (on, code), no2 in sorted(values.items())),
    ]
    sent = deposit(feed, "\n".join(lines).encode(), at=NOW)
    sent.refresh_from_db()
    assert sent.run.quarantined == 0
    assert ObservationVersion.objects.filter(series__zone=zones[CHAMPS]).count() > 80

    plan = evaluations.register(project=project, by=None, at=NOW, fields={
        "question": "La zone à faibles émissions a-t-elle fait baisser le NO₂ ?",
        "indicator": feed.indicator, "design": "SYNTHETIC_DID", "expected_direction": "DOWN",
        "intervention_on": STARTS, "before_from": date(2018, 1, 1), "breaks": BREAKS,
        "after_until": date(2024, 12, 31), "reason": "Des stations de villes sans zone alors.",
    })  # fmt: skip
    evaluations.choose_zones(evaluation=plan, role="TREATED", zones=[zones.pop(CHAMPS)], at=NOW)
    evaluations.choose_zones(evaluation=plan, role="COMPARISON", zones=zones.values(), at=NOW)
    evaluations.lock(evaluation=plan, by=None, at=NOW)
    result = evaluate(evaluation=plan, at=NOW)

    assert plan.__class__.objects.get(pk=plan.pk).is_exploratory
    assert result.verdict in {"LIKELY", "NOT_SHOWN"}  # never SHOWN: p cannot go below 5 %
    assert result.grade == "C"
    donors = len(result.effect["weights"])
    assert 5 <= donors < 19
    assert result.p_value >= 1 / (donors + 1) > 0.05
    assert result.effect["point"] < 0
    assert result.effect["without_breaks"]["grade"] == "C"
    assert "a réduit" not in result.sentence_fr

    client.force_login(make_user())
    page = client.get(reverse("evidence:evaluation", args=[project.code, plan.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "exploratoire" in text
    assert "Premier confinement" in text
    assert "Les ruptures connues ne font pas le résultat" in text
    assert "Enregistrée à l’avance sans groupe de comparaison" in text

    sheet = catalogue.get("project-sheet").make(
        arguments={"project": project.code}, reader=make_user(), language="fr", now=NOW
    )
    pages = PdfReader(io.BytesIO(sheet)).pages
    printed = " ".join(" ".join(one.extract_text() for one in pages).split())
    assert "Exploratoire." in printed
    assert "Note C" in printed
    assert "NO₂ à la station" in printed
    assert "a réduit" not in printed
