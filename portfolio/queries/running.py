"""What a project costs to run, year by year."""

from collections.abc import Iterable
from dataclasses import dataclass

from portfolio.analysis import running
from portfolio.analysis.running import RunningYear, YearlyAmount
from portfolio.models import Project, RunningCost

YEARS_SHOWN = 10


@dataclass(frozen=True)
class Running:
    """`years`: the first ten from the opening on; `withdrawn` lines count for nothing."""

    lines: tuple[RunningCost, ...]
    withdrawn: tuple[RunningCost, ...]
    years: tuple[RunningYear, ...]

    @property
    def full_year(self) -> RunningYear | None:
        """The first year in which every line that lasts for good runs; where none does, in which
        the last one begins. It may come after the years shown."""
        if not self.lines:
            return None
        lasting = [line for line in self.lines if line.to_year is None] or self.lines
        year = max(line.from_year for line in lasting)
        first = min(line.from_year for line in self.lines)
        return running.by_year(_amounts(self.lines), years=year - first + 1)[-1]


def running_of(project: Project) -> Running:
    """In one query."""
    told = list(project.running_costs.order_by("from_year", "nature", "pk"))
    current = tuple(line for line in told if line.withdrawn_at is None)
    return Running(
        lines=current,
        withdrawn=tuple(line for line in told if line.withdrawn_at is not None),
        years=tuple(running.by_year(_amounts(current), years=YEARS_SHOWN)),
    )


def _amounts(lines: Iterable[RunningCost]) -> list[YearlyAmount]:
    return [YearlyAmount(line.yearly_eur, line.from_year, line.to_year) for line in lines]
