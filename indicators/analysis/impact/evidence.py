"""What both methods and the placebos say of one series, before it becomes an effect."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.analysis.impact import noise, placebos, structural
from indicators.analysis.impact.default_prior import default_prior
from indicators.analysis.impact.grading import verdict, weaker
from indicators.analysis.impact.inputs import Case
from indicators.analysis.impact.results import NOT_SHOWN, Method, Placebo
from indicators.analysis.impact.settings import Settings


@dataclass(frozen=True)
class Evidence:
    """What both methods and the simulated placebos say of one case."""

    case: Case
    ahead: structural.Counterfactual
    primary: Method
    second: Method
    simulated: dict[str, Placebo]
    smallest: float

    @property
    def p_value(self) -> float:
        return max(one.p_value for one in self.simulated.values())


@dataclass(frozen=True)
class Look:
    """All that was computed, before it becomes an effect. `other`: the case with its
    trend the other way, where the past leaves a doubt: judged one way that the data chose alone, a
    case shows effects where there are none (10 to 11 % of false alarms with a season, 6 without).
    """

    main: Evidence
    other: Evidence | None
    prior: Method
    dates: Placebo | None

    @property
    def evidence(self) -> list[Evidence]:
        return [self.main] if self.other is None else [self.main, self.other]

    @property
    def smallest(self) -> float:
        return max(one.smallest for one in self.evidence)

    def p_value(self, settings: Settings) -> float:
        """The largest placebo p: simulated worlds of both kinds, and false dates where they are
        enough to reach the level."""
        p = max(one.p_value for one in self.evidence)
        if self.dates is not None and self.dates.of > settings.fewest_placebos:
            p = max(p, self.dates.p_value)
        return p

    def verdict(self, settings: Settings) -> str:
        """The weaker of what the cases say."""
        p = self.p_value(settings)
        said = [verdict(one.primary, one.second, placebo_p=p, level=settings.level)
                for one in self.evidence]  # fmt: skip
        opposed = self.main.primary.point * self.evidence[-1].primary.point < 0
        return NOT_SHOWN if opposed else weaker(said[0], said[-1])


@dataclass(frozen=True)
class Asked:
    """What the call asked: `trend` None lets the past decide."""

    season: int | None
    controlled: bool
    trend: bool | None
    seed: int


def look_at(case: Case, asked: Asked, settings: Settings) -> Look:
    either, both = structural.drift_p(case) if asked.trend is None else (1.0, 1.0)
    lined = bool(asked.trend) or either < settings.level
    chosen = case.with_trend() if lined else case
    plain = lined and both < settings.trend_plain
    bound = settings.trend_doubt if case.before < settings.short_past else settings.level
    other = None
    if either < bound and not plain:
        other = evidence_of(case if lined else case.with_trend(), settings, asked.seed)
    return Look(
        evidence_of(chosen, settings, asked.seed),
        other,
        default_prior(chosen, controlled=asked.controlled, level=settings.level,
                      seed=asked.seed + 2),
        placebos.false_dates(chosen, settings, asked.season),
    )  # fmt: skip


def evidence_of(case: Case, settings: Settings, seed: int) -> Evidence:
    ahead = structural.foretell(case)
    primary = structural.structural(case, ahead, settings.level)
    level = placebos.simulated(case, noise.LEVEL, ahead.ratio, scale=ahead.scale,
                               draws=settings.draws, seed=seed)  # fmt: skip
    coefficient, scale = placebos.past_autoregression(case)
    auto = placebos.simulated(case, noise.AR, coefficient, scale=scale, draws=settings.draws,
                              seed=seed + 1)  # fmt: skip
    t = primary.point / ahead.total(case)[1]
    return Evidence(
        case, ahead, primary, structural.autoregression(case, settings.level),
        {"LEVEL": level.rank(t), "AR1": auto.rank(t)},
        max(placebos.smallest_detectable(one, settings) for one in (level, auto)),
    )  # fmt: skip
