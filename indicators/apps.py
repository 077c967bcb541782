from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        """Tell the register's alerts and decisions what the evidence has to say: the register knows
        nothing of measures."""
        from indicators.queries.changed_verdicts import changed_verdicts  # noqa: PLC0415 - needs the models
        from indicators.queries.forecast_causes import forecast_crossings  # noqa: PLC0415 - needs the models
        from indicators.queries.snapshots import evaluations_then, targets_then  # noqa: PLC0415 - needs the models
        from portfolio.queries.alert_causes import CAUSES  # noqa: PLC0415 - needs the models
        from portfolio.queries.snapshots import PARTS  # noqa: PLC0415 - needs the models

        for cause in (forecast_crossings, changed_verdicts):
            if cause not in CAUSES:
                CAUSES.append(cause)
        PARTS.update(targets=targets_then, evaluations=evaluations_then)
