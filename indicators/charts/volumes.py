"""The rows that the last pulls of a feed received, as a sparkline."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import Run
from portfolio.charts.sparkline import Amount, Sparkline, sparkline
from portfolio.templatetags.figures import day, figure

MARKED = {Run.State.PARTIAL, Run.State.HELD, Run.State.FAILED}


def volumes(runs: Sequence[Run]) -> Sparkline | None:
    """`runs` have ended, the oldest first; None where there is none."""
    if not runs:
        return None
    amounts = [_amount(run) for run in runs]
    told = "; ".join(amount.label for amount in amounts)
    words = _("Rows received by the last pulls, the oldest first: %(pulls)s") % {"pulls": told}
    return sparkline(amounts, description=words)


def _amount(run: Run) -> Amount:
    """A failed pull says no amount: not zero rows, but none that count."""
    value = None if run.state == Run.State.FAILED else run.received
    state = str(run.state) if run.state in MARKED else ""
    return Amount(value, state, _label(run, value))


def _label(run: Run, value: int | None) -> str:
    on = day(timezone.localdate(run.finished_at or run.due_at))
    if value is None:
        return _("%(day)s, %(state)s") % {"day": on, "state": run.get_state_display()}
    rows = ngettext("%(rows)s row", "%(rows)s rows", value) % {"rows": figure(value)}
    if run.state not in MARKED:
        return _("%(day)s, %(rows)s") % {"day": on, "rows": rows}
    words = {"day": on, "rows": rows, "state": run.get_state_display()}
    return _("%(day)s, %(rows)s, %(state)s") % words
