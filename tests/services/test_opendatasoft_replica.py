"""Is the replica like the real service? Asked by the vendor's own client, and held against answers
that were recorded from the real one."""

import csv
import io
import json
import os
import subprocess
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from ops.npm import OPENDATASOFT, OPENDATASOFT_HOME
from tests.peers.opendatasoft import HOME, Dataset, Replica, of_rows, running
from tests.pulling import daily_rows
from tests.shared import DATA, needs

REPLICA = running
FIELDS = {"commune": "text", "jour": "date", "valeur": "double", "statut": "text"}
RECORDS = ("ods", "paris_records_etat-special-7e.json")
CARD = ("ods", "paris_dataset_meta_conseillers.json")


@pytest.fixture(scope="module")
def replica(running_replica: Replica) -> Replica:
    """Filled once: no test here changes it."""
    running_replica.load(of_rows("mesures", daily_rows(), FIELDS))
    return running_replica


def by_the_client(replica: Replica, key: str = "") -> dict:
    done = subprocess.run(
        ["node", str(OPENDATASOFT / "ask.mjs"), replica.url, "mesures", key],
        check=True,
        capture_output=True,
        timeout=60,
        env=os.environ | {"CLIENT_HOME": str(OPENDATASOFT_HOME)},
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def told(replica) -> dict:
    return by_the_client(replica)


def test_the_client_reads_the_card_of_a_dataset(told):
    assert told["card"]["answer"]["dataset_id"] == "mesures"
    assert told["card"]["answer"]["metas"]["default"]["records_count"] == 30


def test_the_client_asks_a_window_by_its_own_date_literals(told):
    answer = told["window"]["answer"]
    assert answer["total_count"] == 4
    assert [(row["jour"], row["commune"]) for row in answer["results"]] == [
        ("2024-01-02", "A"), ("2024-01-02", "B"), ("2024-01-03", "A"), ("2024-01-03", "B"),
    ]  # fmt: skip


def test_the_client_pages_and_orders(told):
    rows = [(row["jour"], row["commune"]) for row in told["page"]["answer"]["results"]]
    assert rows == [("2024-01-14", "A"), ("2024-01-14", "B"), ("2024-01-13", "A")]


def test_the_client_groups(told):
    assert told["groups"]["answer"]["results"] == [
        {"commune": "A", "total": 105.0},
        {"commune": "B", "total": 1605.0},
    ]


def test_the_client_exports(told):
    rows = told["export"]["answer"]
    assert len(rows) == 15
    assert sum(row["valeur"] for row in rows) == 105
    assert rows[0].keys() == {"jour", "valeur"}


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("unknownField", 400, "ODSQLError"),
        ("textDate", 400, "IncompatibleTypesInComparisonFilter"),
        ("longPage", 400, "InvalidRESTParameterError"),
        ("farPage", 400, "InvalidRESTParameterError"),
        ("unknownDataset", 404, "NotFoundResource"),
    ],
)
def test_the_client_understands_the_refusals(told, name, status, code):
    assert told[name]["status"] == status
    assert told[name]["said"]["error_code"] == code


def test_the_client_opens_a_dataset_by_its_key(replica):
    replica.datasets["mesures"].key = "s3same"
    try:
        assert by_the_client(replica)["card"]["status"] == 401
        assert by_the_client(replica, "s3same")["card"]["answer"]["dataset_id"] == "mesures"
    finally:
        replica.datasets["mesures"].key = ""


def test_a_csv_starts_with_a_byte_order_mark(replica):
    with urlopen(f"{replica.url}{HOME}mesures/exports/csv?delimiter=%3B", timeout=10) as answer:
        body = answer.read()
    assert body.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))) == 30


def test_an_offset_brings_the_cap_of_records_back_to_an_export(replica):
    replica.datasets["longues"] = Dataset(
        "longues", {"n": "int"}, [{"n": n} for n in range(10_100)]
    )
    counts = []
    for words in ({"order_by": "n"}, {"order_by": "n", "offset": "1"}):
        url = f"{replica.url}{HOME}longues/exports/jsonl?{urlencode(words)}"
        with urlopen(url, timeout=10) as answer:
            counts.append(len(answer.read().splitlines()))
    assert counts == [10_100, 10_000]


@needs(*RECORDS)
def test_records_have_the_shape_of_those_that_paris_answered(replica):
    recorded = json.loads(DATA.joinpath(*RECORDS).read_text())
    rows = recorded["results"]
    fields = {
        name: "text" if isinstance(value, str) else "double" for name, value in rows[0].items()
    }
    replica.datasets["budget"] = Dataset("budget", fields, rows)
    url = f"{replica.url}{HOME}budget/records?{urlencode({'limit': 100, 'order_by': 'budgets_votes_pmt'})}"
    with urlopen(url, timeout=10) as answer:
        told = json.load(answer)
    assert told.keys() == recorded.keys()
    assert told["total_count"] == len(rows)
    key = "budgets_votes_pmt"
    assert sorted(told["results"], key=str) == sorted(rows, key=str)
    assert [row[key] for row in told["results"]] == sorted(row[key] for row in rows)


@needs(*CARD)
def test_a_card_holds_nothing_that_the_one_of_paris_has_not(replica):
    recorded = json.loads(DATA.joinpath(*CARD).read_text())
    with urlopen(f"{replica.url}{HOME}mesures", timeout=10) as answer:
        told = json.load(answer)
    assert told.keys() <= recorded.keys()
    ours, theirs = told["metas"]["default"], recorded["metas"]["default"]
    assert ours.keys() <= theirs.keys()
    assert {name: type(value) for name, value in ours.items()} == {
        name: type(theirs[name]) for name in ours
    }
    assert told["fields"][0].keys() == recorded["fields"][0].keys()


def test_a_key_that_is_missing_is_refused_to_anybody(replica):
    replica.datasets["clos"] = Dataset("clos", {"n": "int"}, [], key="s3same")
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{replica.url}{HOME}clos", timeout=10)
