import pytest

from indicators.connectors.base import PageLoopError, UnstablePagesError
from indicators.connectors.paging import Pages


def test_a_row_that_comes_again_on_another_page_is_found_out():
    pages = Pages(5)
    pages.meet(["a", "b"])
    pages.meet(["c"])
    with pytest.raises(UnstablePagesError, match="the row b"):
        pages.meet(["d", "b"])


def test_a_page_that_comes_again_is_found_out():
    pages = Pages(5)
    pages.take(({"a": 1},))
    pages.take(())
    with pytest.raises(PageLoopError):
        pages.take(({"a": 1},))
