"""What is rung once a change is kept: a bell that fails stops nothing, and is written down."""

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(call: Callable[..., Any], *given: object) -> None:
    """Call it once the transaction is kept. Django names in its log what failed, and a `partial`
    has no name: it would fail in its turn, and the page with it."""

    def rung() -> None:
        call(*given)

    transaction.on_commit(rung, robust=True)
