"""The connector against a replica of Opendatasoft: the real server is closed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.db.models import Count, Sum

from indicators.connectors.base import (
    BusyError,
    HttpStatusError,
    MissingCollectionError,
    NotJsonError,
    OptionsError,
    PageCapError,
    PageLoopError,
    Query,
    QueryRefusedError,
    TruncatedError,
    UnstablePagesError,
    Window,
)
from indicators.connectors.registry import opened
from indicators.models import ObservationVersion, RawFile
from indicators.services import planning, pulls, sources
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import SCHEMA
from tests import fakes
from tests.factories.indicators import make_feed, make_source
from tests.peers.opendatasoft import PROCESSED, Replica, of_rows, running
from tests.pulling import (
    NOW,
    POLICY,
    assert_adds_up,
    current_values,
    daily_rows,
    make_daily_feed,
    means,
    pull,
)
from tests.shared import DATA, needs

REPLICA = running
PARIS = ZoneInfo("Europe/Paris")
FIELDS = {"commune": "text", "jour": "date", "valeur": "double", "statut": "text"}
WINDOW = Window(datetime(2024, 1, 2, tzinfo=PARIS), datetime(2024, 1, 12, tzinfo=PARIS))
DAYS = {"time_field": "jour"}
BY_PAGE = DAYS | {"records": True, "order_by": "jour, commune"}


def fill(replica: Replica) -> None:
    replica.load(of_rows("mesures", daily_rows(), FIELDS, units={"valeur": "passages"}))


def hourly(hours: int, start: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> list[dict]:
    return [
        {"heure": start + timedelta(hours=n), "compteur": f"c{c}", "passages": n % 50}
        for n in range(hours)
        for c in range(2)
    ]


HOURS = {"heure": "datetime", "compteur": "text", "passages": "int"}


def rows_of(replica, options=DAYS, window=WINDOW, name="mesures", secret="") -> list[dict]:
    query = Query(replica.url, name, options, secret)
    with opened("opendatasoft", query, POLICY) as connector:
        answers = list(connector.fetch(window))
        return [row for batch in connector.read(answers) for row in batch]


def clauses(replica) -> list[str]:
    return [words["where"] for _path, words in replica.asked if "where" in words]


def test_probe_gives_the_date_of_the_data_and_not_that_typed_on_the_card(replica):
    with opened("opendatasoft", Query(replica.url, "mesures"), POLICY) as connector:
        probe = connector.probe()
        assert (probe.title, probe.updated_at, probe.rows) == ("Mesures", PROCESSED, 30)
        replica.datasets["mesures"].records.pop()
        assert connector.probe().token != probe.token
        replica.datasets["mesures"].processed_at += timedelta(hours=1)
        assert connector.probe().updated_at == PROCESSED + timedelta(hours=1)


def test_describe_gives_types_units_and_licence(replica):
    with opened("opendatasoft", Query(replica.url, "mesures"), POLICY) as connector:
        told = connector.describe()
    assert told.fields == FIELDS
    assert (told.units, told.licence) == ({"valeur": "passages"}, "Licence Ouverte v2.0")


@pytest.mark.parametrize("options", [DAYS, BY_PAGE], ids=["export", "records"])
def test_every_row_of_the_window_comes_once(replica, options):
    rows = rows_of(replica, options)
    assert len(rows) == len({(row["jour"], row["commune"]) for row in rows}) == 20
    assert {row["jour"] for row in rows} == {f"2024-01-{day:02d}" for day in range(2, 12)}


@pytest.mark.parametrize("options", [DAYS, BY_PAGE], ids=["export", "records"])
def test_a_window_without_rows_is_one_answer_without_rows(replica, options):
    window = Window(datetime(2023, 1, 1, tzinfo=PARIS), datetime(2023, 2, 1, tzinfo=PARIS))
    with opened("opendatasoft", Query(replica.url, "mesures", options), POLICY) as connector:
        (answer,) = connector.fetch(window)
        assert [row for batch in connector.read([answer]) for row in batch] == []


def test_the_export_is_one_answer_without_limit_nor_offset_dated_by_the_data(replica):
    with opened("opendatasoft", Query(replica.url, "mesures", DAYS), POLICY) as connector:
        (answer,) = connector.fetch(WINDOW)
        assert answer.updated_at == PROCESSED
    path, words = replica.asked[-1]
    assert path.endswith("/mesures/exports/jsonl")
    assert words.keys() == {"where", "timezone"}
    assert words["timezone"] == "Europe/Paris"
    assert clauses(replica) == [
        "(`jour` >= date'2024-01-01T23:00:00Z' AND `jour` < date'2024-01-12T00:00:00Z')"
    ]


def test_records_come_in_several_pages_in_the_order_of_their_key(replica):
    rows = rows_of(replica, BY_PAGE)
    asked = [words for path, words in replica.asked if path.endswith("/records")]
    assert {words["order_by"] for words in asked} == {"jour, commune"}
    offsets = [int(words["offset"]) for words in asked if words["limit"] == "10"]
    assert offsets == [0, 10, 20]
    assert rows == sorted(rows, key=lambda row: (row["jour"], row["commune"]))


def test_west_of_greenwich_too_no_day_is_lost(replica):
    zone = ZoneInfo("America/Martinique")
    window = Window(datetime(2024, 1, 2, tzinfo=zone), datetime(2024, 1, 4, tzinfo=zone))
    days = {row["jour"] for row in rows_of(replica, window=window)}
    assert {"2024-01-02", "2024-01-03"} <= days


def test_instants_are_compared_by_hour_and_written_with_their_offset(replica):
    replica.load(of_rows("heures", hourly(100), HOURS))
    window = Window(datetime(2024, 1, 2, 10, tzinfo=UTC), datetime(2024, 1, 2, 12, tzinfo=UTC))
    rows = rows_of(replica, {"time_field": "heure"}, window, "heures")
    assert {row["heure"] for row in rows} == {
        "2024-01-02T10:00:00+00:00",
        "2024-01-02T11:00:00+00:00",
    }


def test_a_clause_of_the_feed_and_a_choice_of_fields_are_sent(replica):
    options = DAYS | {"where": 'commune = "A" or commune = "Z"', "select": "jour, valeur as total"}
    rows = rows_of(replica, options)
    assert len(rows) == 10
    assert rows[0].keys() == {"jour", "total"}


@pytest.mark.parametrize(
    "area", [[-0.6, 44.8, -0.5, 44.9], "in_bbox(lieu, 44.8, -0.6, 44.9, -0.5)"]
)
def test_an_area_keeps_the_records_inside(replica, area):
    places = [{"nom": "in", "lieu": {"lon": -0.55, "lat": 44.85}},
              {"nom": "out", "lieu": {"lon": 44.85, "lat": -0.55}},
              {"nom": "nowhere", "lieu": None}]  # fmt: skip
    replica.load(of_rows("lieux", places, {"nom": "text", "lieu": "geo_point_2d"}))
    assert [row["nom"] for row in rows_of(replica, {"area": area}, name="lieux")] == ["in"]


def test_groups_are_summed_by_the_source_over_local_days(replica):
    replica.load(of_rows("heures", hourly(96), HOURS))
    options = {
        "time_field": "heure",
        "select": "sum(passages) as total",
        "group_by": "date_format(heure, 'yyyy-MM-dd') as jour, compteur",
    }
    window = Window(datetime(2024, 1, 2, tzinfo=PARIS), datetime(2024, 1, 4, tzinfo=PARIS))
    rows = [
        row for row in rows_of(replica, options, window, "heures") if row["jour"] < "2024-01-04"
    ]
    # local days start an hour before those of UTC
    expected = {
        day: sum(n % 50 for n in range(23 + 24 * place, 47 + 24 * place))
        for place, day in enumerate(("2024-01-02", "2024-01-03"))
    }
    assert {(row["jour"], row["compteur"]): row["total"] for row in rows} == {
        (day, counter): total for day, total in expected.items() for counter in ("c0", "c1")
    }


def long_policy():
    return POLICY.__class__(allow=("127.0.0.1",), page_size=100, total_s=100)


def test_a_window_beyond_the_reach_of_pages_is_cut_and_no_row_is_lost(replica):
    rows = hourly(6000)
    replica.load(of_rows("heures", rows, HOURS))
    options = {"time_field": "heure", "records": True, "order_by": "heure, compteur"}
    window = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    with opened("opendatasoft", Query(replica.url, "heures", options), long_policy()) as connector:
        answers = list(connector.fetch(window))
        found = [row for batch in connector.read(answers) for row in batch]
    assert len(found) == len({(row["heure"], row["compteur"]) for row in found}) == 12_000
    assert sum(row["passages"] for row in found) == sum(row["passages"] for row in rows)
    assert len(set(clauses(replica))) == 3  # the whole, then its halves


@pytest.mark.parametrize(
    ("options", "hours"),
    [
        ({"records": True, "order_by": "heure, compteur"}, 5000),
        ({"time_field": "heure", "group_by": "heure, compteur", "select": "count(*) as n"}, 10_000),
    ],
    ids=["no time field", "groups"],
)
def test_what_cannot_be_cut_is_refused_rather_than_cut_short(replica, options, hours):
    replica.load(of_rows("heures", hourly(hours), HOURS))
    window = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    with (
        opened("opendatasoft", Query(replica.url, "heures", options), long_policy()) as connector,
        pytest.raises(PageCapError, match="cannot be cut"),
    ):
        list(connector.fetch(window))


def test_a_key_that_names_no_single_record_is_found_out(replica):
    """Records that the order holds equal come in another order on each page."""
    with pytest.raises(UnstablePagesError):
        rows_of(replica, BY_PAGE | {"order_by": "commune"})


def test_the_key_must_be_among_the_fields_that_are_asked(replica):
    with pytest.raises(OptionsError, match="commune"):
        rows_of(replica, BY_PAGE | {"select": "jour, valeur"})


def test_a_page_that_comes_again_is_found_out(replica):
    answer = fakes.body({"results": [{"jour": "2024-01-02", "commune": "A"}]})
    replica.server.faults = dict.fromkeys(range(2, 9), answer)
    with pytest.raises(PageLoopError):
        rows_of(replica, BY_PAGE)


def test_a_renamed_field_is_named(replica):
    with pytest.raises(QueryRefusedError, match="Unknown field: date_du_jour"):
        rows_of(replica, {"time_field": "date_du_jour"})


def test_a_date_compared_to_a_text_is_refused_with_the_words_of_the_source(replica):
    with pytest.raises(QueryRefusedError, match="IncompatibleTypesInComparisonFilter"):
        rows_of(replica, DAYS | {"where": "jour >= '2024-01-02'"})


def test_a_dataset_that_is_gone_is_named(replica):
    with pytest.raises(MissingCollectionError, match="NotFoundResource"):
        rows_of(replica, name="pc_captv_p_histo_heure")


def test_a_key_opens_a_dataset_and_stands_in_no_address(replica):
    replica.datasets["mesures"].key = "s3same"
    with pytest.raises(HttpStatusError) as refused:
        rows_of(replica, secret="wrong-key")
    assert "wrong-key" not in str(refused.value)
    assert len(rows_of(replica, secret="s3same")) == 20
    assert set(replica.keys[-2:]) == {"Apikey s3same"}
    assert not [one for one in replica.server.requests if "s3same" in one]


def test_a_spent_quota_is_waited_for_where_it_is_whole_again_soon(replica):
    replica.refuse, replica.reset = 1, timedelta(seconds=1)
    assert len(rows_of(replica)) == 20
    assert len(replica.server.requests) == 3


def test_a_quota_that_is_spent_for_the_day_ends_the_pull_at_once(replica):
    replica.refuse, replica.reset = 9, timedelta(hours=5)
    with pytest.raises(BusyError, match="Too many requests") as busy:
        rows_of(replica)
    assert len(replica.server.requests) == 1
    assert 4.9 * 3600 < busy.value.retry_after_s <= 5 * 3600


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (fakes.html_with_200, NotJsonError),
        (lambda exchange: exchange.send(b'{"jour": "2024-01-02", "val'), TruncatedError),
        (lambda exchange: exchange.send(b"{}\n[1]\n"), NotJsonError),
    ],
    ids=["html", "half a line", "list"],
)
def test_an_export_that_is_no_export_is_named(replica, fault, error):
    replica.server.faults = {2: fault}
    with pytest.raises(error):
        rows_of(replica)


@pytest.mark.django_db
def test_the_commented_example_can_be_applied():
    text = (SCHEMA.parent / "examples" / "sources-opendatasoft.yml").read_text(encoding="utf-8")
    changes = sources.apply(document=yaml.load(text, Loader=PlainLoader), dry_run=True)
    assert [change.code for change in changes if change.kind == "feed"] == [
        "compteurs-velo-jour",
        "velos-partages-jour",
    ]


def ods_feed(replica, options=DAYS, **fields):
    feed = make_daily_feed(replica.url, options=options, **fields)
    feed.source.protocol = "opendatasoft"
    feed.source.save()
    return feed


@pytest.mark.django_db
@pytest.mark.parametrize(("options", "files"), [(DAYS, 1), (BY_PAGE, 3)], ids=["export", "records"])
def test_a_whole_pull_publishes_what_was_loaded_and_a_replay_gives_it_again(
    replica, options, files
):
    rows = daily_rows()
    rows[3]["valeur"] = None
    replica.load(of_rows("mesures", rows, FIELDS))
    feed = ods_feed(replica, options)
    run = pull(feed)
    assert (run.state, run.accepted, run.source_updated_at) == ("SUCCEEDED", 30, PROCESSED)
    assert_adds_up(run)
    values = [value for _key, _start, value, _absence, _status in current_values(feed)]
    given = [value for value in values if value is not None]
    assert (len(values), len(given), sum(given)) == (30, 29, sum(r["valeur"] or 0 for r in rows))
    kept = RawFile.objects.filter(run=run)
    assert kept.count() == files
    assert {one.source_updated_at for one in kept} == {PROCESSED}
    before, asked = current_values(feed), len(replica.server.requests)
    again = planning.plan_replay(run=run, now=NOW + timedelta(days=1))
    again = pulls.execute(run_id=again.pk, means=means(NOW + timedelta(days=1)))
    assert (again.state, again.received, again.unchanged) == ("SUCCEEDED", 30, 30)
    assert again.answer_sha256 == run.answer_sha256
    assert current_values(feed) == before
    assert len(replica.server.requests) == asked


@pytest.mark.django_db
def test_a_refused_question_fails_the_run_by_its_name_and_keeps_the_values(replica):
    feed = ods_feed(replica)
    pull(feed)
    before = current_values(feed)
    feed.options = {"time_field": "date_du_jour"}
    feed.save()
    run = pull(feed, NOW + timedelta(days=1))
    assert (run.state, run.error_code) == ("FAILED", "QUERY_REFUSED")
    assert "date_du_jour" in run.error_message
    assert current_values(feed) == before


@needs("nantes_velo", "nantes_daily_2014_2019.csv.gz")
@pytest.mark.django_db
def test_the_real_counts_of_nantes_come_whole_through_an_export(replica):
    import pandas as pd

    counts = pd.read_csv(DATA / "nantes_velo" / "nantes_daily_2014_2019.csv.gz")
    rows = [
        {
            "jour": date.fromisoformat(row.date),
            "compteur": None if pd.isna(row.id) else int(row.id),
            "nom": row.name_,
            "total": None if pd.isna(row.count_) else float(row.count_),
        }
        for row in counts.rename(columns={"name": "name_", "count": "count_"}).itertuples()
    ]
    fields = {"jour": "date", "compteur": "int", "nom": "text", "total": "double"}
    replica.load(of_rows("comptages", rows, fields))
    mapping = {
        "time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
        "value": {"field": "total"},
        "series": ["compteur", "nom"],
        "label": "nom",
    }
    source = make_source(base_url=replica.url, protocol="opendatasoft")
    feed = make_feed(source=source, collection="comptages", mapping=mapping, options=DAYS,
                     starts_on=date(2014, 1, 1))  # fmt: skip
    run = pull(feed, datetime(2020, 1, 1, 12, tzinfo=UTC), long_policy())
    published = ObservationVersion.objects.current().filter(series__feed=feed)
    told = published.aggregate(n=Count("pk"), given=Count("value"), total=Sum("value"))
    assert (run.received, run.dropped) == (len(rows), 0)
    assert told["n"] + run.quarantined == len(rows)
    distinct = counts.drop_duplicates(["id", "name", "date"])
    assert told == {
        "n": len(distinct),
        "given": int(distinct["count"].notna().sum()),
        "total": pytest.approx(distinct["count"].sum()),
    }
