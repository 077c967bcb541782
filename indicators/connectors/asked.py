"""The window that was asked for, kept with the answer: where a source gives a state or a plan
instead of dated rows, they cannot be read without it."""

from dataclasses import replace
from datetime import datetime

from indicators.connectors.base import Answer, Window, WrongShapeError

HEADER = "asked-window"  # ours, among the headers kept with the raw file


def marked(answer: Answer, window: Window) -> Answer:
    """The answer, with the window that it was asked for."""
    told = f"{window.start.isoformat()}/{window.end.isoformat()}"
    return replace(answer, headers={**answer.headers, HEADER: told})


def window_of(answer: Answer) -> Window:
    """Raises WrongShapeError if the answer was kept without its window."""
    start, _, end = answer.headers.get(HEADER, "").partition("/")
    try:
        return Window(datetime.fromisoformat(start), datetime.fromisoformat(end))
    except ValueError as error:
        raise WrongShapeError(f"{answer.url}: kept without the window it was asked for") from error
