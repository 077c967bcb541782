from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    name = "portfolio"
    verbose_name = _("Register")

    def ready(self) -> None:
        from portfolio import permissions  # noqa: PLC0415 - models are ready only now

        permissions.register()
