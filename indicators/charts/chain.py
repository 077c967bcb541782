"""The results chain as a drawing: boxes level by level, numbered arrows from cause to effect.

Drawn twice, as the other charts: side by side in a wide column, one below the other in a narrow
one. The list below it says the same, with the reasons.
"""

from __future__ import annotations

import textwrap
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
WIDE = Size("wide", 640, 13, 3, 186, 12)
HEAD, GAP, PAD = 30, 26, 10  # above a level; between two rows; within a box


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
        gap = (size.width - size.across * size.box) / max(size.across - 1, 1)
        used = len(cells) * size.box + (len(cells) - 1) * gap
        left = (size.width - used) / 2 if size.across > 1 else size.width - size.box - 2
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
        for number, link in enumerate(self.chain.links, start=1):
            start, end = self.boxes[link.cause_id], self.boxes[link.effect_id]
            way = self._beside if self.size.across == 1 else self._between
            path, x, y = way(start, end, number)
            yield Arrow(path, number, _sign(link), link.ground == CausalLink.Ground.ASSUMED,
                        round(x, 1), round(y, 1))  # fmt: skip

    def _beside(self, start: Box, end: Box, number: int) -> tuple[str, float, float]:
        """Down the margin, each arrow in a lane of its own."""
        lanes = int((start.left - 16) // self.size.lane)
        lane = start.left - 18 - self.size.lane * ((number - 1) % max(lanes, 1))
        y0, y1 = start.bottom - 14, end.top + 14
        path = f"M{start.left} {y0:.1f}H{lane:.1f}V{y1:.1f}H{end.left - 2}"
        return path, lane, (y0 + y1) / 2

    def _between(self, start: Box, end: Box, number: int) -> tuple[str, float, float]:
        """From the foot of the cause to the head of the effect."""
        shift = 9 * ((number % 3) - 1)
        x0, x1 = start.middle + shift, end.middle + shift
        if end.top >= start.bottom:
            y0, y1 = start.bottom, end.top - 2
            half = (y1 - y0) / 2
            path = f"M{x0:.1f} {y0:.1f}C{x0:.1f} {y0 + half:.1f} {x1:.1f} {y1 - half:.1f} {x1:.1f} {y1:.1f}"
            return path, x0 + (x1 - x0) * 0.5, (y0 + y1) / 2
        y0, y1 = start.top, end.bottom + 2
        return f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}", (x0 + x1) / 2, (y0 + y1) / 2


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
