from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        """Tell the register's alerts what the evidence has to say: it knows nothing of measures."""
        from indicators.queries.changed_verdicts import changed_verdicts  # noqa: PLC0415 - models
        from indicators.queries.forecast_causes import forecast_crossings  # noqa: PLC0415 - are
        from portfolio.queries.alert_causes import CAUSES  # noqa: PLC0415 - there now

        for cause in (forecast_crossings, changed_verdicts):
            if cause not in CAUSES:
                CAUSES.append(cause)
