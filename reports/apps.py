from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Tell decisions which papers their meeting was given."""
        from portfolio.queries.decision_grounds import ITEM_PARTS  # noqa: PLC0415 - needs the models
        from reports.snapshots import pack_then  # noqa: PLC0415 - needs the models

        ITEM_PARTS["pack"] = pack_then
