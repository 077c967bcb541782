from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portfolio.roles import Role


class PortfolioConfig(AppConfig):
    name = "portfolio"
    verbose_name = _("Register")

    def ready(self) -> None:
        from portfolio import permissions  # noqa: PLC0415 - models are ready only now

        permissions.register()
        unknown = set(settings.MFA_REQUIRED_FOR) - set(Role.values)
        if unknown:
            raise ImproperlyConfigured(f"MFA_REQUIRED_FOR names no role: {sorted(unknown)}")
