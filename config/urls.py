"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from config import api, health
from portfolio.views.sign_in import ProviderReturn, editors_sign_in, signed_out
from publicsite.opendata import views as opendata
from publicsite.views import robots

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("sitemap.xml", sitemap),
    path("robots.txt", robots),
    path("catalog.jsonld", opendata.catalogue, name="catalogue"),
    path(
        "donnees-ouvertes/indicateurs/<slug:code>.csv",
        opendata.indicator_csv,
        name="indicator-values",
    ),
    path("api/v1/", include(api.urlpatterns)),
    path("tuiles/", include("portfolio.tiles_urls")),
    path("fichiers/", include("portfolio.file_urls")),
    path("langue/", set_language, name="set_language"),
    path("oidc/retour/", ProviderReturn.as_view(), name="oidc_authentication_callback"),
    path("oidc/sortie/", signed_out, name="oidc-signed-out"),
    path("cms/login/", editors_sign_in),
    path("cms/", include(wagtailadmin_urls)),
    path("admin/login/", editors_sign_in),
    path("admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    *i18n_patterns(
        path("pilotage/donnees/", include("indicators.urls")),
        path("pilotage/documents/", include("reports.urls")),
        path("pilotage/", include("indicators.project_urls")),
        path("pilotage/", include("portfolio.urls")),
        path("pilotage/", include("portfolio.sign_in_urls")),
        path("_util/login/", editors_sign_in),  # Wagtail's third sign-in page
        path("", include("publicsite.urls")),
        prefix_default_language=False,
    ),
]
