"""How far a pull is, while it is planned or under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.models import Run

STEPS: dict[str, tuple[int, str | Promise]] = {
    "DUE": (1, _("waits for its turn")),
    "LEASED": (2, _("asks the source and keeps its answers")),
    "FETCHED": (3, _("reads the answers that were kept")),
    "STAGED": (4, _("publishes what was read")),
}
LAST = len(STEPS)


@dataclass(frozen=True)
class Progress:
    """`step` of `total`, 0 once the run has ended; `rows` and `answers` are None where nothing is
    known of them; `since`: when this attempt began, or when the run was due."""

    run: Run
    step: int
    words: str | Promise
    answers: int | None
    rows: int | None
    since: datetime

    @property
    def is_open(self) -> bool:
        return self.step > 0

    @property
    def total(self) -> int:
        return LAST


def progress_of(run: Run) -> Progress:
    """Of a run at this moment; one query more while it is under way."""
    step, words = STEPS.get(run.state, (0, run.get_state_display()))
    under_way = step > 1
    return Progress(
        run=run,
        step=step,
        words=words,
        answers=_answers(run) if under_way else None,
        rows=run.received or None if step > STEPS["LEASED"][0] else None,
        since=run.started_at if under_way and run.started_at else run.due_at,
    )


def _answers(run: Run) -> int | None:
    """Kept by this attempt, or by the one whose answers are read; None where none is asked for."""
    if run.replay_of_id is not None:
        return None
    return run.raw_files.filter(attempt=run.fetched_attempt or run.attempts).count()
