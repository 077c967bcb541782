"""Bars of values, swings and ranks."""

import pytest

from portfolio.charts.value_bar import Piece, rank_bars, swing_bar, value_bar


def test_pieces_follow_each_other_on_one_scale_and_what_is_unknown_is_not_drawn():
    told = value_bar([Piece(1, "a", 25.0), Piece(2, "b", None), Piece(3, "c", 50.0)],
                     low=75, high=90, description="x")  # fmt: skip
    assert [(one.x, one.width) for one in told.segments] == [(0.0, 80.0), (80.0, 160.0)]
    assert (told.low, told.high) == (240.0, 288.0)


def test_a_sure_value_has_no_line_and_a_thin_piece_no_number():
    told = value_bar([Piece(1, "a", 1.0)], low=1, high=1, description="x")
    assert (told.low, told.high, told.segments[0].label) == (None, None, "")


def test_a_negative_piece_is_refused():
    with pytest.raises(ValueError, match="pieces"):
        value_bar([Piece(1, "a", -1.0)], low=0, high=0, description="x")


def test_ranks_are_as_high_as_their_share_and_the_limit_ends_those_retained():
    told = rank_bars([(0.5, "1"), (0.5, "2"), (0.0, "3"), (0.0, "4")], retained=2, description="x")
    assert [one.is_retained for one in told.bars] == [True, True, False, False]
    assert told.bars[0].height == 19.0
    assert told.bars[2].height == 0.0
    assert told.limit == 159.5


def test_without_a_number_to_retain_there_is_no_limit():
    assert rank_bars([(1.0, "1")], retained=None, description="x").limit is None


def test_a_swing_goes_from_its_low_to_its_high():
    told = swing_bar(20, 60, 40, description="x")
    assert (told.low, told.value, told.high) == (64.0, 128.0, 192.0)
