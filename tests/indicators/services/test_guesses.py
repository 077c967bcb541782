"""What the fields of a sample may mean."""

from zoneinfo import ZoneInfo

import pytest

from indicators.services import guesses
from indicators.services.guesses import Guesser

PARIS = ZoneInfo("Europe/Paris")


def sample(rows: list[dict], **more) -> dict:
    names = dict.fromkeys(name for row in rows for name in row)
    return {"fields": dict.fromkeys(names, ""), "units": {}, "rows": rows} | more


def mapping(rows: list[dict], zones: tuple[str, ...] = ()) -> dict:
    return Guesser(sample(rows), zones, PARIS).mapping()


def days(values, **more) -> list[dict]:
    return [{"date": f"2024-01-{day:02d}", "valeur": value, **more}
            for day, value in enumerate(values, start=1)]  # fmt: skip


@pytest.mark.parametrize(
    ("times", "period"),
    [
        (["2024-01-01", "2024-01-02"], "DAY"),
        (["2024-01", "2024-02"], "MONTH"),
        (["2024-01-01", "2024-02-01"], "MONTH"),
        (["2024-Q1", "2024-Q2"], "QUARTER"),
        (["2024-01-01", "2024-04-01", "2024-07-01"], "QUARTER"),
        (["2021", "2022"], "YEAR"),
        (["2021-01-01", "2022-01-01"], "YEAR"),
        (["2024-01-01T10:00:00Z"], "DAY"),
    ],
)
def test_the_period_is_told_by_the_times(times, period):
    found = mapping([{"t": one, "n": 3} for one in times])
    assert found["time"] == {"field": "t", "timezone": "Europe/Paris", "period": period}


def test_an_identifier_is_not_the_value():
    found = mapping([{"id": n, "jour": f"2024-01-{n:02d}", "lon": 1.5, "total": n} for n in (1, 2)])
    assert found["value"] == {"field": "total"}


def test_a_field_of_known_codes_is_the_zone_and_needs_no_series():
    rows = days([1, 2], insee="33063") + days([3, 4], insee="33281")
    found = mapping(rows, ("33063", "33281"))
    assert found["zone"] == {"field": "insee"}
    assert "series" not in found


def test_codes_that_nobody_knows_are_no_zone():
    assert "zone" not in mapping(days([1, 2], insee="99999"), ("33063",))


def test_a_place_gives_the_commune_around_it():
    found = mapping(days([1, 2], geometry=[-0.5, 45.2]), ("33063",))
    assert found["zone"] == {"field": "geometry", "within": "COMMUNE"}


def test_what_tells_rows_of_one_day_apart_names_the_series():
    rows = [
        {"id": number * 10 + day, "jour": f"2024-01-0{day}", "compteur": f"C{number}",
         "nom": f"Pont {number}", "passages": day}
        for number in (1, 2) for day in (1, 2, 3)
    ]  # fmt: skip
    found = mapping(rows)
    assert (found["series"], found["label"]) == (["compteur"], "nom")


def test_hours_of_a_day_are_gathered():
    rows = [{"heure": f"2024-01-01T{hour:02d}:00:00+01:00", "compteur": "C1", "total": hour}
            for hour in range(5)]  # fmt: skip
    assert mapping(rows)["gather"] == {"how": "SUM", "every_minutes": 60}


def test_words_for_provisional_are_found():
    found = mapping(days([1], statut="définitif") + days([2], statut="Estimé"))
    assert found["status"] == {"field": "statut", "provisional": ["Estimé"]}


@pytest.mark.parametrize("rows", [[], [{}], [{"a": None}], [{"a": {"b": 1}, "c": [1, [2]]}]])
def test_where_nothing_can_be_guessed_nothing_is(rows):
    assert mapping(rows) == {}


def test_a_field_is_shown_with_its_kind_and_first_values():
    rows = days(["1", "2", None, "2"])
    when, value = guesses.fields(sample(rows, units={"valeur": "kg"}))
    assert (when.kind, value.kind) == ("time", "number")
    assert (value.samples, value.unit, value.missing) == (("1", "2"), "kg", 1)


def test_a_contract_is_proposed_from_what_was_seen():
    told = {"time": {"field": "date"}, "value": {"field": "valeur"},
            "zone": {"field": "geometry", "within": "COMMUNE"}}  # fmt: skip
    found = guesses.contract(sample(days([1, 432])), told, [1.0, 432.0])
    assert found["fields"] == {"date": {"type": "time"}, "valeur": {"type": "number"},
                               "geometry": {"type": "point"}}  # fmt: skip
    assert (found["minimum"], found["maximum"], found["point"]) == (0, 5000, "geometry")


@pytest.mark.parametrize(("values", "bounds"), [([], (None, None)), ([0.0], (0, 10)),
                                                ([-3.0, 2.0], (-30, 30)), ([0.02], (0, 1))])  # fmt: skip
def test_the_range_is_ten_times_what_was_seen(values, bounds):
    found = guesses.contract(sample([]), {"time": {"field": "t"}, "value": {"field": "v"}}, values)
    assert (found.get("minimum"), found.get("maximum")) == bounds
