"""A bell that fails once a change is kept stops nothing."""

import pytest

from portfolio.after_commit import after_commit

pytestmark = pytest.mark.django_db


def test_a_bell_that_fails_is_written_down_and_the_next_one_rings(
    django_capture_on_commit_callbacks, caplog
):
    rung = []

    def broken(run: int) -> None:
        raise RuntimeError("Acquire on closed pool")

    with django_capture_on_commit_callbacks(execute=True):
        after_commit(broken, 1)
        after_commit(rung.append, 2)
    assert rung == [2]
    assert "Acquire on closed pool" in caplog.text
