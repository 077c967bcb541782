"""The chart of a target, its table and its CSV, from a view made by hand."""

import re
from datetime import date
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from indicators.charts.path import Overlay, path_chart
from indicators.charts.path_table import CSV_HEAD, csv_rows
from indicators.charts.wording import sentence
from indicators.models import Indicator, Target
from indicators.queries.targets import freshness, status_of
from indicators.results import Coverage, Measured, Observation, Origin, Point, TargetView
from portfolio.models import Zone

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 6, 10)
ENDS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def month(number: int, value: float | None, status: str = "FINAL") -> Observation:
    absence = "" if value is not None else "MISSING"
    return Observation(date(2026, number, 1), date(2026, number, ENDS[number]), value, absence,
                       status)  # fmt: skip


def make_view(*observations: Observation, **changes) -> TargetView:
    indicator = Indicator(
        pk=1, code="velo", name_fr="Vélo", name_en=changes.pop("name", "Cycling"), unit_fr="passages",
        unit_en="trips", frequency="MONTH", stale_after_days=45,
        direction=changes.pop("direction", "UP"), decimals=changes.pop("decimals", 0),
    )  # fmt: skip
    zone = Zone(pk=1, code="Z1", name="Rive-Droite", kind="COMMUNE")
    target = Target(
        pk=7, indicator=indicator, zone=zone, path=changes.pop("path", "LINEAR"),
        baseline_value=changes.pop("baseline", 100.0), baseline_on=date(2025, 12, 1),
    )  # fmt: skip
    if target.baseline_value is None:
        target.baseline_on = None
    points = tuple(Point(*p) for p in changes.pop("points", [(date(2027, 1, 1), 200.0)]))
    measured = Measured(observations, changes.pop("coverage", None), 1)
    origin = Origin(
        "f", "s", changes.pop("source", "Platform"), "", "LO 2.0", 1, "SUCCEEDED", "", None
    )
    today = changes.pop("today", TODAY)
    return TargetView(
        target, indicator, zone, today, None, points, measured,
        status_of(target, points, measured, today), freshness(measured, indicator, today), origin,
    )  # fmt: skip


def drawings(view: TargetView) -> list[ET.Element]:
    page = render_to_string("indicators/charts/path.html", {"chart": path_chart(view)})
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.S)]


def having(drawing: ET.Element, kind: str) -> list[ET.Element]:
    return [element for element in drawing.iter() if element.get("class") == kind]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("observations", "changes", "words"),
    [
        ([month(5, 150)], {}, "on track for 200\xa0trips by January 2027"),
        ([month(5, 125)], {}, "slightly behind the path"),
        ([month(5, 105)], {}, "behind the path"),
        ([month(5, 60)], {}, "moving away from the target"),
        ([month(5, 210)], {}, "target of 200\xa0trips reached"),
        ([month(1, 101)], {"today": date(2026, 2, 1)}, "too early to tell"),
        ([], {"points": []}, "no target is set"),
        ([], {}, "not measured yet"),
        ([month(5, 150)], {"baseline": None}, "no starting value"),
        ([month(1, 150)], {}, "too old to be judged"),
        ([month(5, None)], {}, "missing"),
        ([month(5, 150)], {"points": [(date(2027, 1, 1), 50.0)]}, "contradicts"),
        ([month(5, 105)], {"points": [(date(2026, 6, 1), 200.0)]}, "missed"),
        ([month(5, 195)], {"points": [(date(2026, 6, 1), 200.0)]}, "just short"),
        ([month(5, 25)], {"points": [(date(2027, 1, 1), (20.0, 30.0))], "direction": "RANGE"},
         "on track for 20 to 30 trips"),
    ],
)  # fmt: skip
def test_the_title_says_the_finding(observations, changes, words):
    assert words in sentence(make_view(*observations, **changes))


def test_the_title_gives_the_value_with_its_period():
    assert "150\xa0trips (May 2026)" in sentence(make_view(month(5, 150)))


def test_a_sentence_is_written_in_the_language_asked_for():
    assert sentence(make_view(month(5, 150)), "fr").startswith("Vélo")


# ---------------------------------------------------------------- drawing


def test_a_chart_is_a_named_image_in_two_sizes():
    narrow, wide = drawings(make_view(month(4, 140), month(5, 150)))
    ids = set()
    for drawing in (narrow, wide):
        assert drawing.get("role") == "img"
        title, about = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
        assert drawing.get("aria-labelledby") == title.get("id")
        assert drawing.get("aria-describedby") == about.get("id")
        assert "150" in title.text
        ids |= {title.get("id"), about.get("id")}
    assert len(ids) == 4


def test_a_chart_has_no_inline_style():
    page = render_to_string(
        "indicators/charts/path.html", {"chart": path_chart(make_view(month(5, 1)))}
    )
    assert "style=" not in page
    assert "<style" not in page


def test_a_gap_is_never_joined():
    view = make_view(month(1, 110), month(2, 115), month(3, None), month(4, 130), month(5, 140))
    assert len(having(drawings(view)[0], "chart__observed")) == 2


def test_a_period_that_is_not_there_is_a_gap_too():
    view = make_view(month(1, 110), month(2, 115), month(4, 130), month(5, 140))
    assert len(having(drawings(view)[0], "chart__observed")) == 2


def test_a_value_alone_between_two_gaps_is_a_point():
    view = make_view(month(1, 110), month(3, 120), month(5, 140))
    drawing = drawings(view)[0]
    assert having(drawing, "chart__observed") == []
    assert len(having(drawing, "chart__point")) == 3


def test_provisional_values_are_hollow():
    view = make_view(month(3, 120), month(4, 130, "PROVISIONAL"), month(5, 140, "PROVISIONAL"))
    drawing = drawings(view)[0]
    assert len(having(drawing, "chart__hollow")) == 2
    assert having(drawing, "chart__point") == []


def test_a_step_goes_along_then_up():
    (path,) = path_chart(make_view(month(5, 150), path="STEP")).drawings[0].path
    corners = [tuple(map(float, place.split())) for place in path[1:].split("L")]
    assert len(corners) == 3
    assert corners[0][1] == corners[1][1]
    assert corners[1][0] == corners[2][0]


def test_what_was_promised_still_holds_after_its_date():
    view = make_view(month(5, 150), points=[(date(2026, 3, 1), 120.0)])
    (path,) = path_chart(view).drawings[0].path
    assert len(path.split("L")) == 3


def test_a_range_is_drawn_as_a_band():
    points = [(date(2027, 1, 1), (20.0, 30.0))]
    drawing = path_chart(make_view(month(5, 25), points=points, direction="RANGE")).drawings[0]
    assert len(drawing.path) == 2
    assert drawing.band.endswith("Z")


def test_everything_stays_inside_the_drawing():
    view = make_view(*(month(n, 1_234_567.0 * n) for n in range(1, 6)), baseline=1_000_000.0,
                     points=[(date(2027, 1, 1), 9_000_000.0)])  # fmt: skip
    for drawing in path_chart(view).drawings:
        size = drawing.frame.size
        for thing in (*drawing.marks, *drawing.targets, *drawing.notes, drawing.baseline):
            assert 0 <= thing.x <= size.width
            assert 0 <= thing.y <= size.height


def test_another_line_is_named_where_there_is_room():
    view = make_view(*(month(n, 100.0 + n) for n in range(1, 6)))
    then = Overlay("connu le 1er mars 2026", (month(2, 90.0),), {date(2026, 2, 1): "90 → 102"})
    narrow, wide = path_chart(view, then).drawings
    assert then.name not in [note.text for note in narrow.notes]
    assert then.name in [note.text for note in wide.notes]


def test_a_label_leaves_the_ring_of_a_revised_value_free():
    view = make_view(*(month(n, 100.0 + n % 3) for n in range(1, 6)))
    then = Overlay("alors", (month(5, 101.0),), {date(2026, 5, 1): "101 → 102"})
    for drawing in path_chart(view, then).drawings:
        (ring,) = drawing.revised
        around = (ring.x - 5, ring.y - 5, ring.x + 5, ring.y + 5)
        assert not any(meet(box, around) for box in boxes(drawing))


def boxes(drawing) -> list[tuple[float, float, float, float]]:
    font = drawing.frame.size.font
    return [(n.left, n.y - 0.8 * font, n.left + n.width, n.y + 0.2 * font) for n in drawing.notes]


def meet(one, other) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def on_lines(drawing, box) -> bool:
    lines = [[tuple(map(float, place.split())) for place in line[1:].split("L")]
             for line in (*drawing.observed, *drawing.path)]  # fmt: skip
    left, top, right, bottom = box
    return any(
        left < x0 + share / 50 * (x1 - x0) < right and top < y0 + share / 50 * (y1 - y0) < bottom
        for line in lines
        for (x0, y0), (x1, y1) in pairwise(line)
        for share in range(51)
    )


@pytest.mark.parametrize("direction", ["UP", "DOWN"])
@pytest.mark.parametrize("path", ["LINEAR", "STEP"])
def test_labels_cross_no_line_where_there_is_room(direction, path):
    goal = 200.0 if direction == "UP" else 20.0
    values = [90, 110, 100, 112, 104] if direction == "UP" else [105, 92, 101, 90, 97]
    view = make_view(*(month(n, value) for n, value in enumerate(values, start=1)), path=path,
                     direction=direction, points=[(date(2028, 12, 1), goal)])  # fmt: skip
    for drawing in path_chart(view).drawings:
        assert [box for box in boxes(drawing) if on_lines(drawing, box)] == []


@pytest.mark.parametrize("goal", [101.0, 99.0, 150.0])
def test_labels_never_cover_each_other(goal):
    view = make_view(month(5, 100), points=[(date(2026, 7, 1), goal)])
    for drawing in path_chart(view).drawings:
        found = boxes(drawing)
        assert not any(meet(one, other) for one, other in combinations(found, 2))


def test_nothing_to_draw_is_said_and_not_drawn():
    view = make_view(baseline=None, points=[])
    assert drawings(view) == []
    assert "no starting value" in path_chart(view).title


def test_a_name_cannot_break_the_drawing():
    drawing = drawings(make_view(month(5, 150), name="<script>alert(1)</script>"))[0]
    assert "<script>" in drawing.find(f"{SVG}title").text


def test_the_coverage_is_stated():
    view = make_view(month(5, 150), coverage=Coverage(27, 28))
    assert path_chart(view).coverage.startswith("27 of 28")
    assert path_chart(make_view(month(5, 150))).coverage == ""


# ---------------------------------------------------------------- twins


def test_the_table_says_the_same_as_the_chart():
    rows = path_chart(make_view(month(4, None), month(5, 150, "PROVISIONAL"))).rows
    assert [(row.when, row.value, row.remark) for row in rows] == [
        ("1 December 2025", "100", ""),
        ("April 2026", "", "missing at the source"),
        ("May 2026", "150", "provisional"),
        ("1 January 2027", "200", ""),
    ]


def test_a_long_series_keeps_its_latest_rows_and_counts_the_others():
    days = [date.fromordinal(date(2025, 1, 1).toordinal() + n) for n in range(500)]
    observations = [Observation(day, day, 1.5, "", "FINAL") for day in days]
    chart = path_chart(make_view(*observations))
    assert len(chart.rows) + chart.omitted == 502
    assert len(chart.rows) == 120


def test_the_csv_has_every_figure_unrounded():
    view = make_view(month(4, None), month(5, 150.123456), points=[(date(2027, 1, 1), 200.0)])
    head, *rows = csv_rows(view)
    assert head == CSV_HEAD
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["kind"] for row in found] == ["BASELINE", "OBSERVATION", "OBSERVATION", "TARGET"]
    assert [row["value"] for row in found] == ["100.0", "", "150.123456", "200.0"]
    assert found[1]["absence"] == "MISSING"
    assert (found[2]["from"], found[2]["until"]) == ("2026-05-01", "2026-05-31")
    assert {(row["indicator"], row["zone"], row["source"]) for row in found} == {
        ("velo", "Z1", "Platform")
    }


def test_a_range_has_its_bounds_in_the_csv():
    points = [(date(2027, 1, 1), (20.0, 30.0))]
    last = dict(
        zip(CSV_HEAD, csv_rows(make_view(points=points, direction="RANGE"))[-1], strict=True)
    )
    assert (last["value"], last["low"], last["high"]) == ("", "20.0", "30.0")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"])
def test_a_spreadsheet_runs_nothing_from_the_csv(text):
    row = dict(zip(CSV_HEAD, csv_rows(make_view(month(5, -5.0), source=text))[2], strict=True))
    assert row["source"] == f"'{text}"
    assert row["value"] == "-5.0"
