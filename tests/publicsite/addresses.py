"""The site's addresses with the public site's own: until config/urls.py includes them."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from config import urls
from publicsite.views import robots

urlpatterns = [
    path("robots.txt", robots),
    *[pattern for pattern in urls.urlpatterns if not hasattr(pattern.pattern, "prefix_default_language")],
    *i18n_patterns(
        *[p for resolver in urls.urlpatterns if hasattr(resolver.pattern, "prefix_default_language")
          for p in resolver.url_patterns[:-1]],
        path("", include("publicsite.urls")),
        prefix_default_language=False,
    ),
]  # fmt: skip
