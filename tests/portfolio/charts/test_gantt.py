"""Calendars as drawings: what is where, and what is not drawn."""

import re
from datetime import date

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from portfolio.charts.gantt import LABELS, WIDTH, Bar, Lane, Mark, gantt, strips

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
TODAY = date(2026, 12, 31)
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


def bar(kind="CURRENT", starts=FIRST, ends=LAST):
    return Bar(kind, starts, ends, f"{kind} bar")


def test_a_bar_goes_from_its_first_day_to_its_last_on_the_common_scale():
    drawn = gantt([Lane("Tout", (bar(),)), Lane("Moitié", (bar(ends=TODAY),))], today=TODAY,
                  title="Projet")  # fmt: skip
    whole, half = (lane.bars[0] for lane in drawn.lanes)
    assert (whole.x, whole.x + whole.width) == (LABELS, WIDTH - 14)
    assert half.x == whole.x
    assert drawn.today_at == round(half.x + half.width, 1)
    assert drawn.lanes[1].y > drawn.lanes[0].y


def test_nothing_to_draw_is_no_drawing():
    assert gantt([Lane("Vide")], today=TODAY, title="Projet") is None
    assert strips([Lane("Vide")], today=TODAY) is None


def test_a_list_keeps_a_place_for_a_project_without_dates():
    drawn = strips([Lane("Vide"), Lane("Tout", (bar(),))], today=date(2030, 1, 1))
    assert drawn.lanes[0] is None
    assert drawn.lanes[1].bars
    assert drawn.today_at is None  # outside of the drawing


def test_a_group_is_headed_once():
    lanes = [Lane("Un", (bar(),), group="Phases"), Lane("Deux", (bar(),), group="Phases"),
             Lane("Trois", (), (Mark("ACTUAL", FIRST),), group="Jalons")]  # fmt: skip
    drawn = gantt(lanes, today=TODAY, title="Projet")
    assert [lane.heading for lane in drawn.lanes] == ["Phases", "", "Jalons"]


@given(st.lists(st.tuples(days, days), min_size=1, max_size=6), days)
def test_everything_drawn_is_inside_the_drawing(spans, today):
    lanes = [
        Lane(str(rank), (bar("ACTUAL", min(span), max(span)),), (Mark("CURRENT", max(span)),))
        for rank, span in enumerate(spans)
    ]
    drawn = gantt(lanes, today=today, title="Projet")
    assert len(drawn.lanes) == len(lanes)
    for lane in drawn.lanes:
        assert drawn.left <= lane.bars[0].x
        assert lane.bars[0].x + lane.bars[0].width <= drawn.width
        assert 0 < lane.y < drawn.height
    assert drawn.today_at is None or drawn.left <= drawn.today_at <= drawn.width


def test_the_drawing_says_what_it_is_and_every_shape_says_what_it_stands_for():
    lanes = [Lane("Un <b>", (bar("ORIGINAL"), bar(), bar("ACTUAL"), bar("PROCEDURE")),
                  (Mark("ORIGINAL", FIRST, "annoncé"), Mark("ACTUAL", LAST, "atteint")))]  # fmt: skip
    drawn = gantt(lanes, today=TODAY, title="Calendrier du pont")
    text = render_to_string("portfolio/charts/gantt.html", {"gantt": drawn})
    assert 'role="img"' in text
    titles = re.findall(r"<title>(.*?)</title>", text)
    assert titles == ["Calendrier du pont", "ORIGINAL bar", "CURRENT bar", "ACTUAL bar",
                      "PROCEDURE bar", "annoncé", "atteint"]  # fmt: skip
    assert "Un &lt;b&gt;" in text
