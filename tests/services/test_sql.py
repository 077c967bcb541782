"""Tables and views of a real PostgreSQL with PostGIS, over TCP."""

import os
import signal
import threading
import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import psycopg
import pytest
import shapely

from indicators.connectors.base import (
    AccessRefusedError,
    AddressRefusedError,
    DeadlineError,
    MissingCollectionError,
    Query,
    SourceTimeoutError,
    TooBigError,
    TruncatedError,
    UnreachableError,
    Window,
    WrongShapeError,
)
from indicators.connectors.registry import opened
from indicators.connectors.sql.session import session
from indicators.connectors.transport import Clock
from indicators.models import RawFile
from tests.factories.indicators import make_feed, make_source
from tests.peers.lake import LATER, ROWS, UNTIL_NOW, feed_of, loaded, published, replay
from tests.peers.warehouse import READER, warehouse
from tests.pulling import NOW, POLICY, current_values, pull
from tests.shared import DATA, needs

__all__ = ["warehouse"]

pytestmark = pytest.mark.server
PARIS = ZoneInfo("Europe/Paris")
WINDOW = Window(datetime(2024, 1, 5, tzinfo=PARIS), datetime(2024, 1, 8, tzinfo=PARIS))
PLAIN = {"sslmode": "disable"}
PATIENT = replace(POLICY, read_s=20, total_s=60)
ONCE = replace(POLICY, attempts=1)
MEASURES = "commune text, jour date, valeur float8, statut text"


def query(warehouse, table: str, secret: str = READER, **options) -> Query:
    return Query(warehouse.address, table, PLAIN | options, secret)


def parts(asked: Query, window: Window = WINDOW, policy=POLICY) -> list[list[dict]]:
    with opened("sql", asked, policy) as connector:
        return [batch.to_pylist() for batch in connector.read(connector.fetch(window))]


def rows(asked: Query, window: Window = WINDOW, policy=POLICY) -> list[dict]:
    return [row for part in parts(asked, window, policy) for row in part]


def measures(warehouse, table: str = "ouvert.mesures") -> None:
    warehouse.fill(table, MEASURES, [tuple(row.values()) for row in ROWS])


# ---------------------------------------------------------------- what is asked


def test_probe_and_describe_tell_the_title_and_the_types(warehouse):
    warehouse.fill("ouvert.mesures", MEASURES, [])
    warehouse.change("COMMENT ON TABLE ouvert.mesures IS 'Mesures par jour'")
    with opened("sql", query(warehouse, "ouvert.mesures"), POLICY) as connector:
        assert connector.probe().title == "Mesures par jour"
        assert connector.describe().fields == {
            "commune": "text", "jour": "date", "valeur": "double precision", "statut": "text",
        }  # fmt: skip


def test_fetch_gives_every_row_once_in_several_parts(warehouse):
    warehouse.fill("ouvert.longue", "id int, n int", [(n, n * n) for n in range(45_000)])
    found = parts(query(warehouse, "ouvert.longue", order=["id"]), policy=PATIENT)
    assert [len(part) for part in found] == [20_000, 20_000, 5_000]
    assert [row["id"] for part in found for row in part] == list(range(45_000))


def test_many_rows_need_little_memory(warehouse):
    warehouse.change(
        "CREATE OR REPLACE VIEW ouvert.vaste AS SELECT n, md5(n::text) AS x "
        "FROM generate_series(1, 200000) n"
    )
    with opened("sql", query(warehouse, "ouvert.vaste"), PATIENT) as connector:
        tracemalloc.start()
        try:
            (answer,) = connector.fetch(WINDOW)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert answer.body.stat().st_size > 8_000_000
        assert sum(batch.num_rows for batch in connector.read([answer])) == 200_000
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        # each row is dated by noon of its day in Paris, or by the day
        ("date", "2024-01-05", "2024-01-07"),
        ("timestamp", "2024-01-05 00:00:00", "2024-01-07 23:00:00"),
        ("timestamptz", "2024-01-04 23:00:00+00", "2024-01-07 22:00:00+00"),
    ],
)
def test_the_window_is_half_open_whatever_dates_a_row(warehouse, kind, first, last):
    warehouse.change(
        f"DROP TABLE IF EXISTS ouvert.heures; CREATE TABLE ouvert.heures AS SELECT at::{kind} FROM "
        f"generate_series('2024-01-01'::{'timestamp' if kind == 'date' else kind}, '2024-01-15', "
        f"'{'1 day' if kind == 'date' else '1 hour'}') at"
    )
    found = [row["at"] for row in rows(query(warehouse, "ouvert.heures", time_field="at"))]
    assert (found[0], found[-1]) == (first, last)
    assert len(set(found)) == len(found) == (3 if kind == "date" else 72)


def test_every_type_has_one_way_to_be_written(warehouse):
    warehouse.change("""
        DROP TABLE IF EXISTS ouvert.types;
        DROP DOMAIN IF EXISTS ouvert.part;
        CREATE DOMAIN ouvert.part AS float8;
        CREATE TABLE ouvert.types (i int8, r real, d float8, p ouvert.part, n numeric, b bool,
            at timestamptz, day date, u uuid, l int[], j jsonb, t varchar(9));
        INSERT INTO ouvert.types VALUES
            (9007199254740993, 0.1, 'NaN', 0.5, 12345678901234567890.10, true,
             '2024-01-05 06:00:00.5+02', 'infinity', '8bd54eb1-535f-4b0e-8abd-514facfdb354',
             '{1,2}', '{"a": 1}', 'é'),
            (null, null, null, null, 'NaN', null, '-infinity', null, null, null, null, null);
    """)
    first, second = rows(query(warehouse, "ouvert.types"))
    assert str(first.pop("d")) == "nan"
    assert first == {
        "i": 9007199254740993, "r": 0.1, "p": 0.5, "n": "12345678901234567890.10", "b": True,
        "at": "2024-01-05 04:00:00.5+00", "day": "infinity", "l": "{1,2}", "j": '{"a": 1}',
        "u": "8bd54eb1-535f-4b0e-8abd-514facfdb354", "t": "é",
    }  # fmt: skip
    assert (second["n"], second["at"], second["i"]) == ("NaN", "-infinity", None)


def test_points_become_longitude_and_latitude_from_any_reference_system(warehouse):
    warehouse.change("""
        DROP TABLE IF EXISTS ouvert.lieux;
        CREATE TABLE ouvert.lieux (id int, geom geometry, other geography);
        INSERT INTO ouvert.lieux VALUES
            (1, ST_Transform('SRID=4326;POINT(-0.57 44.84)'::geometry, 2154), 'POINT(1 2)'),
            (2, 'POINT(417000 6421000)', null), (3, 'LINESTRING(0 0, 1 1)', null),
            (4, 'POINT EMPTY', null), (5, null, null), (6, 'SRID=4326;POINTZ(1 2 3)', null);
    """)
    found = {row["id"]: row for row in rows(query(warehouse, "ouvert.lieux"))}
    assert found[1]["geometry"] == pytest.approx([-0.57, 44.84])
    assert found[1]["other"] == [1, 2]
    assert found[2]["geometry"] == [417000, 6421000]  # it says no system: taken as it is
    assert [found[n]["geometry"] for n in (3, 4, 5)] == [None] * 3
    assert found[6]["geometry"] == [1, 2]


def test_the_polygons_of_a_column_that_says_so_are_read_in_degrees(warehouse):
    box = "ST_Multi(ST_Transform(ST_MakeEnvelope(-0.6, 44.8, -0.5, 44.9, 4326), 2154))"
    warehouse.change("""DROP TABLE IF EXISTS ouvert.mailles;
        CREATE TABLE ouvert.mailles (id int, geom geometry(MultiPolygon, 2154));"""
        f"INSERT INTO ouvert.mailles VALUES (1, {box}), (2, null)")  # fmt: skip
    first, second = sorted(rows(query(warehouse, "ouvert.mailles")), key=lambda row: row["id"])
    found = shapely.from_wkb(first["geometry"]).bounds
    assert (found, second["geometry"]) == (pytest.approx((-0.6, 44.8, -0.5, 44.9)), None)


def test_only_the_columns_wanted_are_asked_for(warehouse):
    measures(warehouse)
    found = rows(query(warehouse, "ouvert.mesures", columns=["jour", "gone"], time_field="jour"))
    assert found == [{"jour": f"2024-01-0{day}"} for day in (5, 5, 6, 6, 7, 7)]


def test_names_that_need_quotes_are_quoted(warehouse):
    warehouse.change('DROP TABLE IF EXISTS ouvert."a.b; --"; '
                     'CREATE TABLE ouvert."a.b; --" AS SELECT 1 AS "x""y %s"')  # fmt: skip
    assert rows(query(warehouse, "ouvert.a.b; --")) == [{'x"y %s': 1}]


# ---------------------------------------------------------------- a transaction that only reads


def test_the_transaction_sees_one_state_and_cannot_write(warehouse):
    asked = query(warehouse, "ouvert.mesures")
    with session(asked, POLICY, Clock(10)) as connection:
        told = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in (
            "transaction_read_only", "transaction_isolation", "statement_timeout")}  # fmt: skip
    assert told == {
        "transaction_read_only": "on", "transaction_isolation": "repeatable read",
        "statement_timeout": "1s",
    }  # fmt: skip


def test_a_view_that_writes_is_refused(warehouse):
    warehouse.change("""
        CREATE TABLE IF NOT EXISTS ouvert.journal (n int);
        CREATE OR REPLACE FUNCTION ouvert.ecrit() RETURNS int LANGUAGE sql SECURITY DEFINER
            AS 'INSERT INTO ouvert.journal VALUES (1) RETURNING n';
        CREATE OR REPLACE VIEW ouvert.piege AS SELECT ouvert.ecrit() AS n;
    """)
    with pytest.raises(WrongShapeError, match="read-only"):
        rows(query(warehouse, "ouvert.piege"))
    assert warehouse.change("SELECT count(*) FROM ouvert.journal") == "0"


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize("secret", ["lecteur:faux-mot", "personne:faux-mot"])
def test_a_wrong_password_is_named_and_told_to_nobody(warehouse, secret):
    with pytest.raises(AccessRefusedError) as caught:
        rows(query(warehouse, "ouvert.mesures", secret))
    user, password = secret.split(":")
    assert user not in caught.value.message
    assert password not in caught.value.message


def test_a_table_that_may_not_be_read_is_named(warehouse):
    with pytest.raises(AccessRefusedError, match="permission denied"):
        rows(query(warehouse, "ferme.secrets"))


@pytest.mark.parametrize("table", ["ouvert.none", "none.mesures", "mesures", "ouvert.mesures; --"])
def test_a_table_that_is_not_there_is_named(warehouse, table):
    with pytest.raises(MissingCollectionError):
        rows(query(warehouse, table))


def test_a_renamed_time_column_is_named(warehouse):
    measures(warehouse)
    with pytest.raises(WrongShapeError, match="date_comptage"):
        rows(query(warehouse, "ouvert.mesures", time_field="date_comptage"))


def test_a_password_is_not_given_in_clear(warehouse):
    with pytest.raises(UnreachableError, match="cleartext"):
        rows(query(warehouse, "ouvert.mesures", "en_clair:mot de passe"))


def test_a_server_without_encryption_is_refused_unless_told(warehouse):
    asked = Query(warehouse.address, "ouvert.mesures", {}, READER)
    with pytest.raises(UnreachableError, match="SSL"):
        rows(asked, policy=ONCE)
    with pytest.raises(WrongShapeError, match="sslmode"):
        rows(query(warehouse, "ouvert.mesures", sslmode="allow"))


def test_only_vetted_addresses_are_opened(warehouse):
    by_name = replace(ONCE, allow=("localhost",))
    asked = replace(
        query(warehouse, "t"), base_url=warehouse.address.replace("127.0.0.1", "localhost")
    )
    with pytest.raises(AddressRefusedError):
        rows(asked, policy=by_name)
    socket_folder = f"postgresql://{str(warehouse.folder).replace('/', '%2F')}/entrepot"
    with pytest.raises(UnreachableError):
        rows(replace(asked, base_url=socket_folder), policy=ONCE)


def test_nobody_there_is_named():
    with pytest.raises(UnreachableError):
        rows(Query("postgresql://127.0.0.1:1/d", "t", PLAIN), policy=ONCE)


def test_a_slow_question_is_stopped_by_the_server(warehouse):
    warehouse.change("CREATE OR REPLACE VIEW ouvert.lente AS SELECT pg_sleep(30)::text AS x")
    with pytest.raises(SourceTimeoutError):
        rows(query(warehouse, "ouvert.lente"))


def test_a_server_that_falls_silent_is_left_at_the_end_of_the_time(warehouse):
    stopped = []

    def silence() -> None:
        asked = (
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'FETCH%' AND pid <> pg_backend_pid()"
        )
        while not (found := warehouse.change(asked)):
            time.sleep(0.05)
        os.kill(int(found), signal.SIGSTOP)
        stopped.append(int(found))

    warehouse.change("CREATE OR REPLACE VIEW ouvert.lente AS SELECT pg_sleep(30)::text AS x")
    thread = threading.Thread(target=silence)
    thread.start()
    try:
        with pytest.raises(DeadlineError):
            rows(query(warehouse, "ouvert.lente"), policy=replace(ONCE, read_s=20, total_s=3))
    finally:
        thread.join(10)
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert stopped


def test_a_connection_that_is_cut_is_tried_again_then_named(warehouse):
    warehouse.change("""
        CREATE OR REPLACE FUNCTION ouvert.coupe() RETURNS bool LANGUAGE sql SECURITY DEFINER
            AS 'SELECT pg_terminate_backend(pg_backend_pid())';
        CREATE OR REPLACE VIEW ouvert.coupee AS SELECT ouvert.coupe() AS x;
    """)
    with pytest.raises(TruncatedError):
        rows(query(warehouse, "ouvert.coupee"))


def test_too_many_bytes_stop_at_the_limit(warehouse):
    warehouse.change(
        "CREATE OR REPLACE VIEW ouvert.sans_fin AS SELECT repeat('x', 100) AS x "
        "FROM generate_series(1, 10000000)"
    )
    with pytest.raises(TooBigError):
        rows(query(warehouse, "ouvert.sans_fin"), policy=replace(PATIENT, max_file_bytes=1_000_000))


# ---------------------------------------------------------------- whole pulls


@pytest.mark.django_db
def test_a_pull_publishes_what_the_table_holds_and_a_replay_the_same(warehouse):
    measures(warehouse)
    options = PLAIN | {"time_field": "jour", "order": ["commune"]}
    feed = feed_of("sql", warehouse.address, "ouvert.mesures", options=options)
    run = pull(feed)
    assert (run.state, run.received, run.dropped) == ("SUCCEEDED", len(UNTIL_NOW), 0)
    assert published(feed) == loaded(UNTIL_NOW)
    before = current_values(feed)
    warehouse.change("DROP TABLE ouvert.mesures")
    again = replay(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", len(UNTIL_NOW))
    assert current_values(feed) == before
    assert pull(feed, LATER).error_code == "MISSING_COLLECTION"
    assert current_values(feed) == before


@pytest.mark.django_db
def test_an_unchanged_table_gives_the_same_bytes_and_a_corrected_row_one_revision(warehouse):
    measures(warehouse)
    options = PLAIN | {"time_field": "jour", "order": ["commune"]}
    feed = feed_of("sql", warehouse.address, "ouvert.mesures", options=options)
    pull(feed)
    again = pull(feed)
    assert (again.accepted, again.revised, again.unchanged) == (0, 0, len(UNTIL_NOW))
    assert RawFile.objects.values("sha256").distinct().count() == 1
    warehouse.change(
        "UPDATE ouvert.mesures SET valeur = 5000 WHERE jour = '2024-01-20' AND commune = 'A'"
    )
    assert pull(feed).revised == 1


@pytest.mark.django_db
def test_rows_that_cannot_be_used_are_set_aside_and_kept(warehouse):
    warehouse.fill(
        "ouvert.mesures", "commune text, jour text, valeur float8, statut text, at timestamptz",
        [("A", "infinity", 1, "", NOW), ("A", "2024-01-05", float("nan"), "", NOW),
         ("B", "2024-01-05", 7, "", NOW - timedelta(days=1))],
    )  # fmt: skip
    feed = feed_of("sql", warehouse.address, "ouvert.mesures", options=PLAIN)
    run = pull(feed)
    assert (run.state, run.accepted) == ("PARTIAL", 1)
    reasons = run.quarantine.order_by("row_number").values_list("field", "reason")
    assert list(reasons) == [("jour", "BAD_TIME"), ("valeur", "NOT_FINITE")]
    assert run.quarantine.get(row_number=2).row["valeur"] == "nan"


BIKES = ("nantes_velo", "nantes_daily_2014_2019.csv.gz")


@needs(*BIKES)
@pytest.mark.django_db
def test_the_daily_bicycles_of_nantes_from_a_table(warehouse):
    table = pd.read_csv(DATA.joinpath(*BIKES), dtype=object)
    wanted = table[["id", "name", "date", "count"]].astype(object)
    lines = wanted.where(wanted.notna(), None).values.tolist()
    columns = "id text, nom text, jour date, total float8"
    warehouse.fill("ouvert.velo", columns, [tuple(one) for one in lines])
    mapping = {
        "time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
        "value": {"field": "total"}, "series": ["id", "nom"], "label": "nom",
    }  # fmt: skip
    feed = make_feed(
        source=make_source(base_url=warehouse.address, protocol="sql"), collection="ouvert.velo",
        mapping=mapping, options=PLAIN | {"time_field": "jour"}, starts_on="2014-01-01",
    )  # fmt: skip
    run = pull(feed, datetime(2020, 1, 1, 12, tzinfo=UTC), PATIENT)
    assert (run.state, run.received) == ("SUCCEEDED", len(table))
    counts = table["count"].astype(float)
    assert published(feed) == (len(table), counts.notna().sum(), counts.sum())


def test_the_cluster_of_the_tests_asks_for_a_password(warehouse):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=warehouse.port, dbname="entrepot", user="lecteur",
                        password="")  # fmt: skip
