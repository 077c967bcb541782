from datetime import UTC, datetime

import pytest

from indicators.connectors.base import Answer, Window, WrongShapeError
from indicators.connectors.files import places
from indicators.connectors.files.stores import listing

WINDOW = Window(datetime(2023, 12, 30, tzinfo=UTC), datetime(2024, 2, 10, tzinfo=UTC))
LISTING = """<?xml version="1.0"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>lac</Name><EncodingType>url</EncodingType><IsTruncated>{more}</IsTruncated>
  <Contents><Key>a%2Fy%3D1/x+y%2Bz.csv</Key><Size>3</Size></Contents>
  <NextContinuationToken>t/1==</NextContinuationToken>
</ListBucketResult>"""


def test_a_pattern_is_written_for_each_month_of_the_window_once():
    assert places.written("year={yyyy}/month={mm}/d.csv", WINDOW) == [
        "year=2023/month=12/d.csv", "year=2024/month=01/d.csv", "year=2024/month=02/d.csv",
    ]  # fmt: skip


def test_a_pattern_with_days_has_one_day_more_at_each_end():
    days = places.written("{yyyy}-{mm}-{dd}.csv", WINDOW)
    assert (days[0], days[-1], len(days)) == ("2023-12-29.csv", "2024-02-11.csv", 45)


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("c/year=2023/month=11/x.parquet", False),
        ("c/year=2023/month=12/x.parquet", True),
        ("c/year=2024/x.parquet", True),
        ("c/year=2022/x.parquet", False),
        ("c/annee=2024/mois=2/jour=11/x.csv", True),
        ("c/annee=2024/mois=2/jour=12/x.csv", False),
        ("c/date=2024-02-09/x.csv", True),
        ("c/date=2024-03-09/x.csv", False),
        ("c/month=2024-03/x.csv", False),
        ("c/commune=33063/x.csv", True),
        ("c/year=unknown/x.csv", True),
        ("c/year=2024/month=13/x.csv", True),
        ("c/x.csv", True),
    ],
)
def test_a_partition_is_left_out_only_if_it_says_that_it_is_outside(path, held):
    assert places.can_hold(path, WINDOW) is held


@pytest.mark.parametrize(
    ("pattern", "path", "named"),
    [
        ("c/year=*/", "c/year=2024/x.csv", True),
        ("c/year=*/", "c/year=2024/month=1/x.csv", True),
        ("c/year=*/month=*/", "c/year=2024/x.csv", False),
        ("c/*.csv", "c/a.csv", True),
        ("c/*.csv", "c/d/a.csv", False),
        ("c/year=*/", "c/year=2024/_SUCCESS", False),
        ("c/year=*/", "c/year=2024/.part.crc", False),
        ("c/year=*/", "c/_temporary/year=2024/x.csv", False),
        ("c.d/*", "cxd/a", False),
    ],
)
def test_which_paths_a_pattern_names(pattern, path, named):
    assert places.matches(pattern, path) is named


def test_a_path_states_values():
    url = "http://h/lake/year%3D2024/zone=Saint-M%C3%A9dard/x=y.csv"
    assert places.partition_values(url) == {"year": "2024", "zone": "Saint-Médard"}


def listed(text: str) -> tuple[list[str], str | None]:
    return listing(Answer("http://s3/lac", "application/xml", text.encode()))


def test_a_listing_gives_its_keys_decoded_and_the_next_page_if_there_is_one():
    assert listed(LISTING.format(more="true")) == (["a/y=1/x y+z.csv"], "t/1==")
    assert listed(LISTING.format(more="false")) == (["a/y=1/x y+z.csv"], None)


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>no</body></html>",
        "<Error><Code>NoSuchBucket</Code></Error>",
        LISTING[:200],
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ListBucketResult>&e;</ListBucketResult>',
    ],
)
def test_what_is_no_listing_is_named(text):
    with pytest.raises(WrongShapeError):
        listed(text)
