"""What a project costs to run, year by year."""

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
        """The first year in which every line that lasts runs."""
        if not self.lines:
            return None
        last_start = max(line.from_year for line in self.lines)
        inside = [year for year in self.years if year.year >= last_start]
        return inside[0] if inside else self.years[-1]


def running_of(project: Project) -> Running:
    """In one query."""
    told = list(project.running_costs.order_by("from_year", "nature", "pk"))
    current = tuple(line for line in told if line.withdrawn_at is None)
    amounts = [YearlyAmount(line.yearly_eur, line.from_year, line.to_year) for line in current]
    return Running(
        lines=current,
        withdrawn=tuple(line for line in told if line.withdrawn_at is not None),
        years=tuple(running.by_year(amounts, years=YEARS_SHOWN)),
    )
