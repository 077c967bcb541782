"""Real public files, through the static server and the object store, against the files themselves."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from indicators.connectors.base import HttpPolicy
from tests.factories.indicators import make_feed, make_source
from tests.peers.lake import published
from tests.peers.moto import object_store, running_object_store
from tests.peers.static_files import web
from tests.pulling import POLICY, pull
from tests.shared import DATA, needs

__all__ = ["object_store", "running_object_store", "web"]

pytestmark = [pytest.mark.server, pytest.mark.django_db]
AIR = ("air", "nantes_airpdl_pm10_hourly_week_2023.csv")
NO2 = ("zfe_no2", "no2_donors_paris_daily_clean.csv")
BIKES = ("nantes_velo", "nantes_daily_2014_2019.csv.gz")


def of_real_file(url, collection, mapping, now, **fields):
    feed = make_feed(
        source=make_source(base_url=url, protocol="files"), collection=collection, mapping=mapping,
        **fields,
    )  # fmt: skip
    return feed, pull(feed, now, HttpPolicy(allow=POLICY.allow))


@needs(*AIR)
def test_the_hourly_particles_of_nantes_from_their_csv_file(web):
    web.put("pm10.csv", DATA.joinpath(*AIR).read_bytes())
    table = pd.read_csv(DATA.joinpath(*AIR), sep=";")
    mapping = {
        "time": {"field": "date_debut", "timezone": "UTC", "period": "HOUR"},
        "value": {"field": "valeur"}, "series": ["code_station (ue)"], "label": "nom_station",
    }  # fmt: skip
    feed, run = of_real_file(web.url, "pm10.csv", mapping, datetime(2023, 5, 1, tzinfo=UTC),
                             starts_on="2023-01-01")  # fmt: skip
    assert (run.received, run.quarantined, run.dropped) == (len(table), 0, 0)
    count, known, total = published(feed)
    assert (count, known) == (len(table), table.valeur.notna().sum())
    assert total == pytest.approx(table.valeur.sum())


@needs(*BIKES)
def test_the_daily_bicycles_of_nantes_from_their_packed_csv_file(web):
    web.put("velo.csv.gz", DATA.joinpath(*BIKES).read_bytes())
    table = pd.read_csv(DATA.joinpath(*BIKES))
    mapping = {
        "time": {"field": "date", "timezone": "Europe/Paris", "period": "DAY"},
        "value": {"field": "count"}, "series": ["id", "name"], "label": "name",
    }  # fmt: skip
    feed, run = of_real_file(web.url, "velo.csv.gz", mapping, datetime(2020, 1, 1, 12, tzinfo=UTC),
                             starts_on="2014-01-01")  # fmt: skip
    assert (run.received, run.quarantined) == (len(table), 0)
    count, known, total = published(feed)
    assert (count, known) == (len(table), table["count"].notna().sum())
    assert total == table["count"].sum()


@needs(*NO2)
def test_the_daily_nitrogen_dioxide_of_35_000_station_days_from_yearly_parquet_files(object_store):
    table = pd.read_csv(DATA.joinpath(*NO2))
    for year, part in table.groupby(table.date.str[:4]):
        object_store.put(f"no2/year={year}/x.parquet", part.to_parquet(index=False))
    mapping = {
        "time": {"field": "date", "timezone": "Europe/Paris", "period": "DAY"},
        "value": {"field": "no2_ug_m3"}, "series": ["station_id"], "label": "station_name",
    }  # fmt: skip
    feed, run = of_real_file(
        "s3://lac", "no2/year=*/", mapping, datetime(2026, 1, 1, 12, tzinfo=UTC),
        starts_on="2010-01-01", options={"endpoint": object_store.url},
    )  # fmt: skip
    assert run.received == len(table)
    count, known, total = published(feed)
    twice = table.duplicated(["date", "station_id"], keep=False).sum()
    assert (run.quarantined, twice) == (0, 0)
    assert (count, known) == (len(table), table.no2_ug_m3.notna().sum())
    assert total == pytest.approx(table.no2_ug_m3.sum())
