"""Reads over several models, as frozen dataclasses (`indicators.results`).

From a view, for a project that its reader may see:

    effects = queries.project_effects(project, today=timezone.localdate(), language="fr")
    for effect in effects:
        effect.sentence       # the finding in words, of the chart's title too
        effect.status.code    # ON_TRACK, …; effect.status.reason where it is UNKNOWN
        effect.view           # TargetView: points, observations, freshness, origin, coverage
        effect.chart          # {% include "indicators/charts/path.html" with chart=effect.chart %}
                              # {% include "indicators/charts/path_table.html" with chart=… %}

For lists: `target_views(targets_of(Q(…)), today=…)`, a constant number of queries. For a CSV:
`indicators.charts.path_table.csv_rows(effect.view)`. Every read takes `as_of`, the instant whose
knowledge is shown (`portfolio.moments` reads it from an address).
"""

from indicators.queries.effects import (
    Coverage,
    ProjectEffect,
    coverage,
    project_effects,
    status_counts,
)
from indicators.queries.provenance import provenance
from indicators.queries.series import measured, series_of
from indicators.queries.target_history import targets_of
from indicators.queries.targets import freshness, target_view, target_views

__all__ = [
    "Coverage",
    "ProjectEffect",
    "coverage",
    "freshness",
    "measured",
    "project_effects",
    "provenance",
    "series_of",
    "status_counts",
    "target_view",
    "target_views",
    "targets_of",
]
