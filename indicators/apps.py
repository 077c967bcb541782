from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        # The register knows no measure: what the evidence alerts about is told to it here.
        from indicators.queries.changed_verdicts import changed_verdicts  # noqa: PLC0415
        from portfolio.queries.alert_causes import CAUSES  # noqa: PLC0415

        if changed_verdicts not in CAUSES:
            CAUSES.append(changed_verdicts)
