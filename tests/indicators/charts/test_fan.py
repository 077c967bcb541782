"""The fan on the chart of a target, its rows in the table and in the CSV."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from indicators.charts.fan import MOST_PLACES, thinned
from indicators.charts.path import NO_OVERLAY, path_chart
from indicators.charts.path_table import CSV_HEAD, csv_rows
from indicators.forecasts import Ahead
from tests.indicators.charts.test_forecast_words import VIEW, told
from tests.indicators.charts.test_path import having

BREAK = {"on": "2026-04-15", "until": None, "reason_fr": "Compteur remplacé", "reason_en": ""}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def page(forecast) -> str:
    chart = path_chart(VIEW, NO_OVERLAY, forecast)
    return render_to_string("indicators/charts/path.html", {"chart": chart})


def drawings(forecast) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page(forecast), re.S)]


def places(path: ET.Element) -> list[tuple[float, float]]:
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", path.get("d"))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def fans(drawing: ET.Element) -> list[ET.Element]:
    return [e for e in drawing.iter() if (e.get("class") or "").startswith("chart__fan")]


def test_three_tints_lie_one_within_the_other_around_a_dashed_line():
    for drawing in drawings(told()):
        heights = []
        for area in fans(drawing):
            ys = [y for _x, y in places(area)]
            heights.append(max(ys) - min(ys))
        assert len(heights) == 3
        assert heights == sorted(heights, reverse=True)
        (centre,) = having(drawing, "chart__forecast")
        assert centre.get("stroke-dasharray")


def test_the_fan_opens_at_the_last_value_measured_and_stays_in_the_frame():
    for drawing in drawings(told()):
        (last,) = having(drawing, "chart__point")
        (centre,) = having(drawing, "chart__forecast")
        start = places(centre)[0]
        assert start == pytest.approx((float(last.get("cx")), float(last.get("cy"))), abs=0.1)
        width, height = map(float, drawing.get("viewBox").split()[2:])
        for area in fans(drawing):
            assert all(0 <= x <= width and 0 <= y <= height for x, y in places(area))


def test_what_is_measured_and_what_is_forecast_is_said_in_words():
    for drawing in drawings(told()):
        words = {note.text for note in having(drawing, "chart__note")}
        assert {"measured", "forecast"} <= words


def test_without_a_forecast_the_chart_is_as_before():
    for drawing in drawings(None):
        assert fans(drawing) == []
        assert "forecast" not in {note.text for note in having(drawing, "chart__note")}


def test_a_known_break_is_a_vertical_rule_with_its_name():
    for drawing in drawings(told(breaks=[BREAK])):
        (rule,) = having(drawing, "chart__break")
        assert "V" in rule.get("d")
        assert "Compteur remplacé" in "".join(rule.itertext())


def test_the_table_tells_the_forecast_with_its_range():
    chart = path_chart(VIEW, NO_OVERLAY, told())
    first, last = chart.forecasts
    assert (first.kind, first.when, first.value) == ("forecast", "June 2026", "150")
    assert last.remark == "8 chances in 10 between 136 and 168"
    assert "136 and 168" in page(told())


def test_the_csv_has_what_is_forecast_after_what_is_measured():
    rows = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(VIEW, told())[1:]]
    kinds = [row["kind"] for row in rows]
    assert kinds.index("OBSERVATION") < kinds.index("FORECAST")
    last = rows[-1]
    assert (last["from"], last["value"], last["low"], last["high"], last["status"]) == (
        "2027-12-01", "152.0", "136.0", "168.0", "80"
    )  # fmt: skip


def test_a_long_fan_is_thinned_and_keeps_its_end():
    start = date(2026, 1, 1)
    bounds = dict.fromkeys(("50", "80", "95"), (0.0, 1.0))
    ahead = [Ahead(start + timedelta(days=n), float(n), bounds) for n in range(1500)]
    found = thinned(ahead)
    assert len(found) <= MOST_PLACES + 1
    assert (found[0], found[-1]) == (ahead[0], ahead[-1])
    assert thinned(ahead[:1]) == ahead[:1]
    assert thinned([]) == []
