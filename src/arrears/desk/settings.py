"""Settings of the Desk, from the environment and the data folder. Nothing is decided here but how the parts are joined.

ARREARS_DATA         the data folder (places.py); default ./desk-data
DATABASE_URL         a PostgreSQL of your own; otherwise the embedded one that `arrears desk up` has started
ARREARS_SECRET_KEY   signs sessions; otherwise secret.key in the data folder
ARREARS_HOSTS        host names it answers to, separated by commas; default: this machine only
ARREARS_HTTPS        1: it is reached by https (cookies are sent by https only)
ARREARS_MFA          required (default): staff sign in with a second factor; offered: they may
ARREARS_POOL         most database connections of one web process; 0: none is kept
ARREARS_LENDER       the lender's name as pages show it
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from arrears.desk.places import Places

HERE = Path(__file__).parent
PLACES = Places.of_environment()
_INSTALLATION = PLACES.installation()


def _database() -> dict[str, Any]:
    """Where the database is: DATABASE_URL, else what the supervisor wrote down, else nowhere (each query then says so)."""
    address = os.environ.get("DATABASE_URL", "")
    if not address and PLACES.database_url.exists():
        address = PLACES.database_url.read_text().strip()
    told = conninfo_to_dict(address) if address else {}
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "arrears"}
    pool = int(os.environ.get("ARREARS_POOL", "0"))
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    options |= {key: value for key, value in told.items() if key not in {"dbname", "user", "password", "host", "port"}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.get("dbname", "arrears"),
        "USER": told.get("user", "postgres"),
        "PASSWORD": told.get("password", ""),
        "HOST": told.get("host", str(PLACES.postgres)),
        "PORT": told.get("port", ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,  # the database may have been started again behind a kept connection
    }


SECRET_KEY = PLACES.secret()
DEBUG = False
ALLOWED_HOSTS = [name for name in os.environ.get("ARREARS_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if name]
ROOT_URLCONF = "arrears.desk.urls"
WSGI_APPLICATION = "arrears.desk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database()}

INSTALLED_APPS = [
    "arrears.desk.people",
    "arrears.desk.journal",
    "arrears.desk.contacts",
    "arrears.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "arrears.desk.doorman.Doorman",
    "arrears.desk.people.no_key.NoKey",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "arrears.desk.frame.frame",
            ],
            "builtins": ["arrears.desk.templatetags.desk"],
        },
    }
]

# People
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "arrears.desk.people.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("ARREARS_PROXIES", "0"))
ACCOUNT_FORMS = {"login": "arrears.desk.people.forms.LoginForm"}
MFA_FORMS = {"activate_totp": "arrears.desk.people.forms.SetUpFactorForm"}
MFA_ADAPTER = "arrears.desk.people.sign_in.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Arrears"
MFA_TOTP_TOLERANCE = 0  # with a tolerance a code lives longer than the memory of its use
MFA_REQUIRED = os.environ.get("ARREARS_MFA", "required") != "offered"

# Sessions: a working day at most, and never beyond the browser's life
SESSION_COOKIE_NAME = f"arrears_session_{_INSTALLATION}"  # cookies know no ports: two installations on one machine must not share one
CSRF_COOKIE_NAME = f"arrears_csrf_{_INSTALLATION}"
LANGUAGE_COOKIE_NAME = f"arrears_language_{_INSTALLATION}"
THEME_COOKIE_NAME = f"arrears_theme_{_INSTALLATION}"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "arrears.desk.pages.stale_form"
HTTPS = os.environ.get("ARREARS_HTTPS", "") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS] if HTTPS else []

# One cache for all processes: sign-in limits and used codes are of no use in one worker's memory
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "desk_cache"}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Language, time, money
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Static files
STATIC_URL = "static/"
STATIC_ROOT = PLACES.static
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "arrears.desk.storage.StaticStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "pmtiles", "pbf"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = [
    "arrears.desk.people.documents.limit.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUDIT_ORIGIN = os.environ.get("ARREARS_AUDIT_ORIGIN", f"arrears.example/desk-{_INSTALLATION}")
LENDER = os.environ.get("ARREARS_LENDER", "兰汀消费金融")
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"arrears": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
