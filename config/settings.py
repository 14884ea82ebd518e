"""Settings: one typed reading of the environment that stops with the name of what is missing."""

from pathlib import Path

import environ

from config.robots import read_robots
from config.schedule import BEAT_SCHEDULE
from config.sms import read_gateway

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# demo and test may fill gaps with throw-away values; production may not.
DEPLOYMENT = env.str("DEPLOYMENT", default="production")
if DEPLOYMENT not in {"demo", "test", "production"}:
    raise environ.ImproperlyConfigured("DEPLOYMENT must be demo, test or production")
IN_DEVELOPMENT = DEPLOYMENT != "production"
DEBUG = False

SECRET_KEY = env.str("SECRET_KEY")
# "1:<32 hex>,2:<32 hex>": SM4 keys by id, the first one encrypts, all of them decrypt.
FIELD_KEYS = env.str("FIELD_KEYS")
# 64 hex digits: the key of every keyed hash (SM3-HMAC).
HASH_KEY = env.str("HASH_KEY")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
BASE_URL = env.str("BASE_URL").rstrip("/")
# A closed network without certificates; else production demands https.
ALLOW_HTTP = env.bool("ALLOW_HTTP", default=False)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
PRODUCT_NAME = env.str("PRODUCT_NAME", default="区域化党建协同平台")

# -- Databases: the owner migrates, the app may not change events ---------------------------
_app_database = env.db_url("DATABASE_URL")
_owner_database = env.db_url("DATABASE_OWNER_URL", default=env.str("DATABASE_URL"))
# A statement whose worker was killed ends within seconds, also while it waits, and frees its locks.
_app_database.setdefault("OPTIONS", {}).setdefault(
    "options", "-c client_connection_check_interval=2s"
)
DATABASES = {
    "default": {
        **_app_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Tests create and flush through the owner; the app role sees the same database.
        "TEST": {"MIRROR": "owner"},
    },
    "owner": {
        **_owner_database,
        "CONN_MAX_AGE": 0,
        "TEST": {
            "NAME": "test_" + env.str("TEST_DB", default=str(_owner_database["NAME"])),
            "DEPENDENCIES": [],
        },
    },
}
DATABASE_ROUTERS = ["config.routers.OwnerMigrates"]
APP_DATABASE_ROLE = env.str("APP_DATABASE_ROLE", default=str(_app_database["USER"]))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis or Valkey: broker and what may be lost ------------------------------------------
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    # Limits and counters survive a loss of Redis.
    "default": {
        "BACKEND": (
            "django.core.cache.backends.locmem.LocMemCache"
            if DEPLOYMENT == "test"
            else "django.core.cache.backends.db.DatabaseCache"
        ),
        "LOCATION": "django_cache",
    },
}
CELERY_BROKER_URL = env.str("BROKER_URL", default=REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A request that wakes a worker must not wait for a broker that hangs.
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_TASK_ALWAYS_EAGER = False
# Workers log as the web does.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# -- Mail ----------------------------------------------------------------------------------
_mail = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="no-reply@localhost")
MAIL_ENVELOPE_FROM = DEFAULT_FROM_EMAIL
# How long a worker may keep the mails it has claimed; a dead one's are then taken by another.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=300)
# How much longer than the server may take a handed-over message goes without an answer before it is asked about.
MAIL_HANDOVER_SECONDS = env.int("MAIL_HANDOVER_SECONDS", default=30)
# Development only: where the demo's own mail sink keeps what went out.
MAILBOX_DIR = env.str("MAILBOX_DIR", default="")
# Who can tell by Message-ID whether a mail was taken (a dotted name), and how soon it is asked.
MAIL_ASK = env.str("MAIL_ASK", default="partybuild.notices.queries.ask" if MAILBOX_DIR else "")
MAIL_ASK_AFTER_SECONDS = env.int("MAIL_ASK_AFTER_SECONDS", default=60)

# -- Short messages: none without SMS_GATEWAY_URL ------------------------------------------
SMS_GATEWAY = read_gateway(env, product=PRODUCT_NAME, allow_http=IN_DEVELOPMENT)
ROBOTS = read_robots(env, allow_http=IN_DEVELOPMENT)

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "meetings",
    "activities",
    "wishes",
    "members",
    "units",
    "partybuild.ui",
    "partybuild.portal",
    "partybuild.ops",
    "partybuild.exchange",
    "partybuild.indicators",
    "partybuild.documents",
    "partybuild.obligations",
    "partybuild.approvals",
    "partybuild.notices",
    "partybuild.accounts",
    "partybuild.organizations",
    "partybuild.people",
    "partybuild.areas",
    "partybuild.feeds",
    "partybuild.audit",
    "partybuild.fields",
    "partybuild.calendar",
    "partybuild.access",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth.account",
    "allauth.mfa",
    "template_partials",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
INSTALLED_APPS = [
    name
    for name in INSTALLED_APPS
    # A floor that is not built yet has no folder.
    if name.split(".")[0]
    not in {"meetings", "activities", "wishes", "members", "units", "partybuild"}
    or (BASE_DIR / name.replace(".", "/")).is_dir()
]
MIGRATION_MODULES = {"knox": None}

MIDDLEWARE = [
    "partybuild.access.middleware.RequestIdMiddleware",
    "partybuild.access.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "partybuild.access.middleware.PlainRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Before a session is believed: it may be over.
    "partybuild.accounts.limits.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "partybuild.accounts.limits.FirstThingsMiddleware",
    "partybuild.ui.masking.MaskedTextMiddleware",
    "partybuild.accounts.refusals.RefusalMiddleware",
    "partybuild.accounts.middleware.ActorMiddleware",
    "partybuild.ui.plain.PlainWordsMiddleware",
    "partybuild.accounts.middleware.OnePostOneFormMiddleware",
    "partybuild.portal.privacy_gate.PrivacyNoticeMiddleware",
    "partybuild.portal.not_allowed.PlainNotAllowedMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "partybuild.ui.forms.renderer.Renderer"

TEMPLATES = [
    {
        "BACKEND": "partybuild.ui.drawing.Pages",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "partybuild.ui.context_processors.shell",
            ],
            "builtins": ["partybuild.ui.templatetags.ui"],
        },
    },
]

# -- Who you are ----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["partybuild.accounts.backends.NameOrPhoneBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    # Length, kinds and pieces: figures of the security policy.
    {"NAME": "partybuild.accounts.passwords.PolicyValidator"},
    {"NAME": "partybuild.accounts.passwords.CommonValidator"},
]
# Of django-allauth: the steps of a sign-in and the second factor; its pages are not mounted.
ACCOUNT_ADAPTER = "partybuild.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
# Tries are counted by partybuild.accounts.services.tries.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "partybuild.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# One step of 30 seconds either way: phones are not always on time.
MFA_TOTP_TOLERANCE = 1
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "partybuild.portal.views.errors.csrf_failure"
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains and preload: other servers of the office may not have certificates.
    "security.W005",
    "security.W021",
    # The proxy in front turns http into https (docs/admin/install.md).
    "security.W008",
    # X-Frame-Options comes with the other headers (access/middleware.py).
    "security.W002",
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies in front of us are ours; only their X-Forwarded-For is believed.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- Audit: what was done, kept and anchored ------------------------------------------------
# How long events stay online; the law says six months at least.
AUDIT_KEEP_DAYS = env.int("AUDIT_KEEP_DAYS", default=1096)
if AUDIT_KEEP_DAYS < 183:
    raise environ.ImproperlyConfigured("AUDIT_KEEP_DAYS must be at least 183")
# The second place of the chain's newest hash: best on another machine. Tests name their own.
AUDIT_ANCHOR_DIR = env.str(
    "AUDIT_ANCHOR_DIR",
    default="" if DEPLOYMENT == "test" else str(BASE_DIR / "var" / "audit-anchors"),
)

# -- Words and dates ------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
# The same language in plain words, for members who read 大字版; nobody else's pages are drawn in it.
PLAIN_LANGUAGE_CODE = "zh-hans-x-plain"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# -- Files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Collected for production only; development serves the built files as they are.
STATIC_ROOT = None if IN_DEVELOPMENT else BASE_DIR / "var" / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static" / "dist"] if path.is_dir()]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
# What the backup leaves behind for the page of health: {"at": time, "verified": true}.
BACKUP_STATE_FILE = env.str(
    "BACKUP_STATE_FILE", default=str(BASE_DIR / "var" / "backup" / "last.json")
)
# The web server's certificate, only to say when it ends.
TLS_CERTIFICATE_FILE = env.str("TLS_CERTIFICATE_FILE", default="")
PRODUCT_VERSION = env.str("PRODUCT_VERSION", default="")
# Whose data was erased, by uid: read after a restore. Keep a copy away from this machine.
ERASURE_LEDGER = env.str("ERASURE_LEDGER", default=str(BASE_DIR / "var" / "erasures.jsonl"))
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "png", "gz", "br", "woff2", "map", "txt")
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
if IN_DEVELOPMENT:
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = False
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
else:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
# A virus scanner (clamd) for attached files: "unix:/run/clamd.sock" or "host:port"; set, nothing is taken without its word.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
CLAMD_SECONDS = env.int("CLAMD_SECONDS", default=20)
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
# A file with its form; more is refused before it is read.
MAX_REQUEST_BYTES = MAX_UPLOAD_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

# -- REST -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "partybuild.accounts.api.authentication.TokenAuthentication",
        "partybuild.accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    # Two resources hold the same choices under different names.
    "ENUM_NAME_OVERRIDES": {"AvailabilityEnum": "members.enums.Availability"},
    "TITLE": PRODUCT_NAME,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
REST_KNOX = {"AUTH_HEADER_PREFIX": "Token", "TOKEN_PREFIX": "pb_"}

# -- Logs: one line a record on standard error, no bodies -----------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            # Takes out numbers, tokens and quoted rows.
            "()": "partybuild.fields.logs.GuardedFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
