"""Settings, one file, read from the environment (see README, "Going to production")."""

import mimetypes
import os
from pathlib import Path
from urllib.parse import unquote

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import geo_libraries
from config.addresses import origin
from config.territory import read_territory
from ops.paths import VAR as VAR_DIR
from ops.postgres import private_cluster
from ops.redis import private_redis

BASE_DIR = Path(__file__).resolve().parent.parent

# openpyxl prefers lxml, which is there for SDMX; defusedxml refuses the tricks of hostile files.
os.environ["OPENPYXL_LXML"] = "False"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# ---------------------------------------------------------------- core
DEBUG = env.bool("DEBUG", False)
# A key of this machine alone is good enough for the demonstration; production sets SECRET_KEY.
SECRET_KEY = env.str("SECRET_KEY", "") or (
    (VAR_DIR / "secret_key").read_text().strip() if (VAR_DIR / "secret_key").exists() else ""
)
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: give a long random text in the environment")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
TERRITORY = read_territory(env.str("TERRITORY", ""))
OUTBOUND_ALLOW: list[str] = env.list("OUTBOUND_ALLOW", default=[])

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "portfolio.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

INSTALLED_APPS = [
    "reports",
    "publicsite",
    "indicators",
    "portfolio",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "django_htmx",
    "rules",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "mozilla_django_oidc",
    "axes",
    "csp",
    "pgtrigger",
    "pghistory",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "portfolio.rights_middleware.RightsMiddleware",
    "portfolio.sign_in.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portfolio.templatetags.tables"],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portfolio.context.site",
            ],
        },
    }
]

# ---------------------------------------------------------------- database, broker, cache
_database = environ.Env.db_url_config(
    env.str("DATABASE_URL", "") or private_cluster().url("gouvernail")
)
DATABASES = {
    "default": {
        **_database,
        "HOST": unquote(_database["HOST"]),  # the folder of a socket is written %2Fvar%2F…
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
GDAL_LIBRARY_PATH = geo_libraries.library("gdal")
GEOS_LIBRARY_PATH = geo_libraries.library("geos")
geo_libraries.use_bundled_data()

BROKER_URL = env.str("BROKER_URL", "") or private_redis().broker_url
CACHE_URL = env.str("CACHE_URL", "") or private_redis().cache_url
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
}

# ---------------------------------------------------------------- Celery: the broker is a doorbell
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # just above the longest task
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
PULL_LEASE_S = env.int("PULL_LEASE_S", 660)  # task limit < lease < visibility timeout
CODE_VERSION = env.str("CODE_VERSION", "0.1.0")  # kept with every run: the commit, in production
PULL_AT_ONCE = env.int("PULL_AT_ONCE", 4)  # sources asked at the same time
CELERY_TIMEZONE = "Europe/Paris"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# ---------------------------------------------------------------- people
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "portfolio.sign_in.backend.ProviderBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "portfolio:login"
LOGIN_REDIRECT_URL = "portfolio:home"
LOGOUT_REDIRECT_URL = "portfolio:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "portfolio/pages/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
PASSWORD_RESET_TIMEOUT = env.int("PASSWORD_LINK_HOURS", 72) * 3600

# The second factor. Its secrets are stored encrypted: by the first of FIELD_KEYS, read by any.
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", default=[])
# What seals the register of decisions: `2026-01-01:long random text`, the day from which it seals.
# Old ones stay in the list: they check what they sealed.
AUDIT_KEYS: list[str] = env.list("AUDIT_KEYS", default=[])
MFA_REQUIRED_FOR: list[str] = env.list("MFA_REQUIRED_FOR", default=[])  # roles, as in the guide
MFA_ADAPTER = "portfolio.sign_in.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODE_COUNT = 10
MFA_TOTP_ISSUER = TERRITORY.name
MFA_TOTP_TOLERANCE = 1  # half a minute: telephones' clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by administrators, not by sign-up
ACCOUNT_ADAPTER = "portfolio.sign_in.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"

# Sign-in by an OpenID provider; off without an issuer (see docs/guides/sign-in.md).
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_LABEL = env.str("OIDC_LABEL", "ProConnect")
OIDC_RP_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_RP_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
OIDC_RP_SCOPES = env.str("OIDC_SCOPES", "openid given_name usual_name email")
OIDC_RP_SIGN_ALGO = env.str("OIDC_SIGN_ALGO", "RS256")
OIDC_ACR_VALUES: list[str] = env.list("OIDC_ACR_VALUES", default=[])
OIDC_SIGNED_USERINFO = env.bool("OIDC_SIGNED_USERINFO", True)
OIDC_FIRST_NAME_CLAIM = env.str("OIDC_FIRST_NAME_CLAIM", "given_name")
OIDC_LAST_NAME_CLAIM = env.str("OIDC_LAST_NAME_CLAIM", "usual_name")
OIDC_CREATE_USER = env.bool("OIDC_CREATE_USER", False)
OIDC_USE_PKCE = env.bool("OIDC_USE_PKCE", True)
OIDC_STORE_ID_TOKEN = True  # the provider asks for it when somebody signs out
OIDC_TIMEOUT = 10

# ---------------------------------------------------------------- languages
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# ---------------------------------------------------------------- files
mimetypes.add_type("text/javascript", ".mjs")
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", str(VAR_DIR / "media"))
DOCUMENTS_ROOT = env.path("DOCUMENTS_ROOT", str(VAR_DIR / "documents"))
RAW_STORE = env("RAW_STORE", default=str(VAR_DIR / "raw"))  # a folder, or s3://bucket/prefix
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
UPLOAD_MAX_BYTES = 60_000_000  # above the largest file that a form takes

# ---------------------------------------------------------------- mail
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "gouvernail@localhost")

# ---------------------------------------------------------------- security
SECURE = env.bool("SECURE_TRANSPORT", False)  # True behind TLS: production always
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"  # the CMS lifts it for its own previews
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        # Signing out is a form, and leads on to the provider where there is one.
        "form-action": [SELF, *filter(None, [origin(OIDC_ISSUER)])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# Wagtail and Django's admin keep inline scripts: a policy of their own, without nonce, since a
# nonce would cancel 'unsafe-inline'.
EDITOR_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "object-src": [NONE],
}
EDITOR_PREFIXES = ("/cms/", "/admin/")

# ---------------------------------------------------------------- Wagtail
WAGTAIL_SITE_NAME = "Gouvernail"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000")
WAGTAIL_ENABLE_UPDATE_CHECK = False  # nothing calls home
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "xlsx"]
WAGTAILIMAGES_EXTENSIONS = ["avif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10_000_000
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "fr"}
}

# ---------------------------------------------------------------- API
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # rights: visible_to
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": env.str("API_RATE", "600/min")},
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Gouvernail",
    "DESCRIPTION": "Urban transformation projects, their indicators and the measures behind them.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["config.api.only_ours"],
    "ENUM_NAME_OVERRIDES": {
        "DecisionKindEnum": "portfolio.models.governance.decision.Decision.Kind",
        "VerdictEnum": "indicators.models.evaluation_result.EvaluationResult.Verdict",
        "ExerciseStateEnum": "portfolio.models.prioritisation.Exercise.State",
    },
    "LICENSE": {"name": "Licence Ouverte 2.0"},
}

# ---------------------------------------------------------------- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("weasyprint", "fontTools", "httpx", "django_tasks", "wagtail")
    },
}
