from datetime import date
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from indicators.demo import observations, platform

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def url(db, database_name):
    """An empty database of the platform's own, as `make demo` makes one."""
    name = f"{database_name}_platform"
    parameters = connection.get_connection_params()
    server = {key: parameters[key] for key in ("user", "host", "port") if parameters.get(key)}
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}"')
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"postgis://{server['user']}@{quote(server['host'], safe='')}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def ask(url, question):
    with psycopg.connect(url.replace("postgis://", "postgresql://")) as database:
        return database.execute(question).fetchall()


def test_every_collection_is_written_once_a_month(url):
    names = [*(table.name for table in observations.tables().values()), "bruit_carreaux"]
    assert platform.load(url, until=NOVEMBER) == names
    assert platform.load(url, until=NOVEMBER) == []
    assert platform.load(url, until=date(2026, 12, 1)) == names


def test_a_table_holds_its_rows_with_their_place(url):
    platform.load(url, until=NOVEMBER)
    [(rows, places, commune)] = ask(
        url,
        "SELECT count(*), count(DISTINCT geom), min(code_commune) FROM comptages_velo"
        " WHERE ST_X(geom) BETWEEN -0.85 AND -0.25",
    )
    assert (rows, places, commune) == (28 * 60, 28, "MV001")


def test_a_time_with_a_zone_is_midnight_in_paris(url):
    platform.load(url, until=NOVEMBER)
    [(first,)] = ask(
        url, "SELECT min(date_fin_mois) AT TIME ZONE 'Europe/Paris' FROM qualite_air_no2"
    )
    assert first.isoformat() == "2021-11-30T00:00:00"
