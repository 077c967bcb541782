"""A value of 0 to 100 as the parts that make it, and what may become of it: a bar a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.charts.scales import Scale

WIDTH, HEIGHT = 320.0, 26.0
LEAST = 14.0  # narrower, a number does not fit in


@dataclass(frozen=True)
class Segment:
    """`label`: the number of its criterion, empty where it does not fit; `words` say it whole."""

    x: float
    width: float
    label: str
    words: str
    is_even: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class ValueBar:
    """`include "portfolio/charts/value_bar.html" with bar=…`. `low`, `high`: ends of the line of what
    is not sure, None where all is."""

    segments: tuple[Segment, ...]
    low: float | None
    high: float | None
    description: str
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class Piece:
    """`points` is None where the score is not known: nothing is drawn of it."""

    number: int
    words: str
    points: float | None


def value_bar(pieces: Sequence[Piece], *, low: float, high: float, description: str) -> ValueBar:
    """Pieces one after the other from zero, on 0..100. Raises ValueError for a negative piece."""
    scale = Scale(0.0, 100.0, 0.0, WIDTH)
    segments, start = [], 0.0
    for piece in pieces:
        if piece.points is None:
            continue
        if piece.points < 0:
            raise ValueError("pieces: must not be negative")
        width = round(scale(start + piece.points) - scale(start), 1)
        label = str(piece.number) if width >= LEAST else ""
        even = piece.number % 2 == 0
        segments.append(Segment(scale(start), width, label, piece.words, even))
        start += piece.points
    unsure = high - low > 0.05
    return ValueBar(
        tuple(segments), scale(low) if unsure else None, scale(high) if unsure else None,
        description,
    )  # fmt: skip


@dataclass(frozen=True)
class SwingBar:
    """A line from low to high around the value; `include "portfolio/charts/swing_bar.html"`."""

    low: float
    high: float
    value: float
    description: str
    width: float = WIDTH
    height: float = HEIGHT


def swing_bar(low: float, high: float, value: float, *, description: str) -> SwingBar:
    """On 0..100."""
    scale = Scale(0.0, 100.0, 0.0, WIDTH)
    return SwingBar(scale(low), scale(high), scale(value), description)


@dataclass(frozen=True)
class RankBar:
    """One rank, as high as the share of weightings that give it."""

    x: float
    y: float
    width: float
    height: float
    is_retained: bool
    words: str


@dataclass(frozen=True)
class RankBars:
    """`limit`: where the last retained rank ends, None where nobody said how many are."""

    bars: tuple[RankBar, ...]
    limit: float | None
    description: str
    width: float = WIDTH
    height: float = 40.0


def rank_bars(
    shares: Sequence[tuple[float, str]], *, retained: int | None, description: str
) -> RankBars:
    """`shares`: of each rank from the first, 0..1, with its words."""
    step = WIDTH / max(len(shares), 1)
    up = Scale(0.0, 1.0, 0.0, 38.0)
    bars = []
    for place, (share, words) in enumerate(shares):
        height = max(up(share), 1.0) if share > 0 else 0.0
        inside = retained is not None and place < retained
        width = round(max(step - min(2.0, step / 4), 0.5), 1)
        bars.append(RankBar(round(place * step, 1), round(39.0 - height, 1), width,
                            round(height, 1), inside, words))  # fmt: skip
    limit = round(retained * step - 0.5, 1) if retained and retained < len(shares) else None
    return RankBars(tuple(bars), limit, description)
