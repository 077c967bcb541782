from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Tell decisions which papers their meeting was given."""
        # The models are there only now.
        from portfolio.queries.decision_grounds import ITEM_PARTS  # noqa: PLC0415
        from reports.snapshots import pack_then  # noqa: PLC0415

        ITEM_PARTS["pack"] = pack_then
