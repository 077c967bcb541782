"""The results chain as a drawing: boxes level by level, numbered arrows from cause to effect.

Drawn twice, as the other charts: side by side in a wide column, one below the other in a narrow
one. The list below it says the same, with the reasons.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from indicators.analysis.chain import rows
from indicators.models import CausalLink
from indicators.results import LEVELS, Level, ResultsChain, Step

LETTER = 0.6  # of the size of the font: about the width of a letter
LINES = 3  # of the name of a measure


@dataclass(frozen=True)
class Size:
    """In units of the drawing. `lane`: between two arrows that run side by side."""

    name: str
    width: int
    font: int
    across: int
    box: int
    lane: int


NARROW = Size("narrow", 320, 13, 1, 236, 14)
WIDE = Size("wide", 640, 13, 3, 178, 13)
HEAD, GAP, PAD = 26, 44, 10  # above a level; between two rows; within a box
BADGE = 12  # half of what a number takes
MARGIN = 66  # right of the boxes of a wide drawing: lanes of the arrows that pass a row


@dataclass(frozen=True)
class Line:
    y: float
    text: str


@dataclass(frozen=True)
class Box:
    """A measure. `dashed`: without a target of this project. `word`: its status."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[Line, ...]
    word: str
    dashed: bool

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


@dataclass(frozen=True)
class Arrow:
    """`sign`: + or −; `dashed`: assumed only. `x`, `y`: where its number stands."""

    path: str
    number: int
    sign: str
    dashed: bool
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    size: Size
    height: float
    heads: tuple[Line, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class ChainChart:
    """No `drawings` where there is no measure."""

    title: str
    drawings: tuple[Drawing, ...]


def chain_chart(chain: ResultsChain) -> ChainChart:
    """In the active language."""
    steps = [step for level in chain.levels for step in level.steps]
    sizes = (NARROW, WIDE) if steps else ()
    return ChainChart(_title(chain), tuple(_Plan(chain, size).drawing() for size in sizes))


def _title(chain: ResultsChain) -> str:
    names = [level.name for level in chain.levels]
    return _("Results chain: %(levels)s") % {"levels": ", ".join(names)}


@dataclass(frozen=True)
class _Cell:
    """What a box says. `key`: the measure's; None for a fact of the register."""

    key: int | None
    name: str
    word: str
    dashed: bool = False

    @classmethod
    def of_step(cls, step: Step) -> _Cell:
        one = step.indicator
        return cls(one.pk, one.name, _word(step.status), not step.views)


class _Plan:
    """Where everything goes, from top to bottom."""

    def __init__(self, chain: ResultsChain, size: Size) -> None:
        self.chain, self.size = chain, size
        steps = {step.indicator.pk: step for level in chain.levels for step in level.steps}
        levels = {key: LEVELS.index(step.indicator.family) for key, step in steps.items()}
        links = [(link.cause_id, link.effect_id) for link in chain.links]
        self.boxes: dict[int, Box] = {}
        self.facts: list[Box] = []
        self.heads: list[Line] = []
        self.bottom = 0.0
        found = rows(levels, links)
        for level in chain.levels:
            self._head(level)
            told = [nodes for place, nodes in found if LEVELS[place] == level.family]
            for nodes in told:
                for part in _parts(nodes, size.across):
                    self._row([_Cell.of_step(steps[node]) for node in part])

    def drawing(self) -> Drawing:
        arrows = tuple(self._arrows())
        return Drawing(
            self.size, self.bottom, tuple(self.heads), (*self.facts, *self.boxes.values()), arrows
        )

    def _head(self, level: Level) -> None:
        self.heads.append(Line(self.bottom + self.size.font * 1.3, level.name))
        self.bottom += HEAD
        facts = [_Cell(None, fact.name, fact.value) for fact in level.facts]
        for first in range(0, len(facts), self.size.across):
            self._row(facts[first : first + self.size.across])

    def _row(self, cells: Sequence[_Cell]) -> None:
        size = self.size
        lines = [_wrapped(cell.name, size) for cell in cells]
        height = (max(len(told) for told in lines) + 1) * size.font * 1.3 + 2 * PAD
        room = size.width - (MARGIN if size.across > 1 else 0)
        gap = (room - 2 - size.across * size.box) / max(size.across - 1, 1)
        left = 1 if size.across > 1 else size.width - size.box - 2
        for place, (cell, told) in enumerate(zip(cells, lines, strict=True)):
            box = Box(
                round(left + place * (size.box + gap), 1), round(self.bottom, 1), size.box,
                round(height, 1), tuple(self._lines(told)), cell.word, cell.dashed,
            )  # fmt: skip
            self.facts.append(box) if cell.key is None else self.boxes.update({cell.key: box})
        self.bottom += height + GAP

    def _lines(self, told: Sequence[str]) -> Iterator[Line]:
        step = self.size.font * 1.3
        for number, text in enumerate(told, start=1):
            yield Line(round(self.bottom + PAD + number * step - 3, 1), text)

    def _arrows(self) -> Iterator[Arrow]:
        links = self.chain.links
        out = _slots([link.cause_id for link in links])
        into = _slots([link.effect_id for link in links])
        for place, link in enumerate(links):
            start, end = self.boxes[link.cause_id], self.boxes[link.effect_id]
            if self.size.across == 1:
                path, x, y = self._beside(start, end, place)
            else:
                path, x, y = self._around(start, end, place, (out[place], into[place]))
            yield Arrow(
                path, place + 1, _sign(link), link.ground == CausalLink.Ground.ASSUMED,
                round(x, 1), round(y, 1),
            )  # fmt: skip

    def _beside(self, start: Box, end: Box, place: int) -> tuple[str, float, float]:
        """Down the margin, each arrow in a lane of its own."""
        lanes = max(int((start.left - 16) // self.size.lane), 1)
        lane = start.left - 18 - self.size.lane * (place % lanes)
        y0, y1 = start.bottom - 14, end.top + 14
        path = f"M{start.left} {y0:.1f}H{lane:.1f}V{y1:.1f}H{end.left - 2}"
        return path, lane, (y0 + y1) / 2

    def _around(
        self, start: Box, end: Box, place: int, slots: tuple[float, float]
    ) -> tuple[str, float, float]:
        """Between the rows, never over a box: straight down to the next row, else by a lane on the
        right. The number stands above the tip."""
        x0, x1 = start.left + slots[0] * start.width, end.left + slots[1] * end.width
        y1, number = end.top - 2, end.top - BADGE - 8
        turn = end.top - 2 * BADGE - 14 - 3 * (place % 3)
        if self._is_next(start, end):
            path = f"M{x0:.1f} {start.bottom}V{turn:.1f}H{x1:.1f}V{y1:.1f}"
            return path, x1, number
        lane = self.size.width - 10 - self.size.lane * (place % 4)
        leave = start.bottom + 6 + 3 * (place % 3)
        path = f"M{x0:.1f} {start.bottom}V{leave:.1f}H{lane:.1f}V{turn:.1f}H{x1:.1f}V{y1:.1f}"
        return path, x1, number

    def _is_next(self, start: Box, end: Box) -> bool:
        """No row stands between them."""
        tops = sorted({box.top for box in (*self.facts, *self.boxes.values())})
        return end.top in tops and tops.index(end.top) == tops.index(start.top) + 1


def _slots(keys: Sequence[int]) -> list[float]:
    """Where along its box each arrow stands, as a share: those of one box side by side."""
    counts, seen = Counter(keys), Counter[int]()
    shares = []
    for key in keys:
        seen[key] += 1
        shares.append(seen[key] / (counts[key] + 1))
    return shares


def _parts(nodes: Sequence[int], across: int) -> Iterator[Sequence[int]]:
    """Rows of boxes of about the same number."""
    count = -(-len(nodes) // across)
    cuts = [round(place * len(nodes) / count) for place in range(count + 1)]
    return (nodes[first:last] for first, last in pairwise(cuts))


def _wrapped(name: str, size: Size) -> tuple[str, ...]:
    letters = int((size.box - 2 * PAD) / (size.font * LETTER))
    return tuple(textwrap.wrap(name, letters, max_lines=LINES, placeholder="…"))


def _sign(link: CausalLink) -> str:
    return "+" if link.sign == CausalLink.Sign.MORE else "\N{MINUS SIGN}"


def _word(code: str) -> str:
    return {
        "": _("no target here"),
        "ON_TRACK": _("On track"),
        "ACHIEVED": _("Achieved"),
        "AT_RISK": _("To watch"),
        "OFF_TRACK": _("Off track"),
        "TOO_EARLY": _("Too early to say"),
    }.get(code) or _("Not known yet")
