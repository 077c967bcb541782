"""A results chain in rows: causes above what they move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.chain import rows


def test_levels_come_in_their_order_and_links_within_one_make_rows():
    levels = {1: 1, 2: 2, 3: 2, 4: 3}
    assert rows(levels, [(1, 2), (2, 3), (3, 4)]) == [(1, [1]), (2, [2]), (2, [3]), (3, [4])]


def test_a_circle_within_a_level_is_refused():
    with pytest.raises(ValueError, match="circle"):
        rows({1: 0, 2: 0}, [(1, 2), (2, 1)])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.data())
def test_every_measure_stands_once_and_below_what_moves_it_in_its_level(kinds, data):
    levels = dict(enumerate(kinds))
    pairs = [(a, b) for a in levels for b in levels if a < b]
    links = data.draw(st.lists(st.sampled_from(pairs), max_size=10)) if pairs else []
    found = rows(levels, links)
    place = {node: row for row, (_level, nodes) in enumerate(found) for node in nodes}
    assert sorted(place) == sorted(levels)
    assert [level for level, _ in found] == sorted(level for level, _ in found)
    for cause, effect in links:
        if levels[cause] == levels[effect]:
            assert place[cause] < place[effect]
