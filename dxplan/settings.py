"""Settings of the site; what differs between machines comes from the environment (see README)."""

import os
from pathlib import Path

import pghistory

from dxplan.accounts.single_sign_on.configuration import provider_settings, single_sign_on
from dxplan.lib.mail_server import mail_server
from dxplan.lib.startup import data_dir, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DXPLAN_DEBUG") == "1"
SECRET_KEY = os.environ.get("DXPLAN_SECRET_KEY") or kept_secret("secret-key")
ALLOWED_HOSTS = os.environ.get("DXPLAN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# The site itself speaks plain HTTP, to this machine; TLS ends at a proxy of the office's own.
IS_HTTPS = os.environ.get("DXPLAN_HTTPS") == "1"
PROXIES = int(os.environ.get("DXPLAN_PROXIES") or IS_HTTPS)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "pghistory",
    "pgtrigger",
    "dxplan.accounts",
    "plans",
    "kpis",
    "actionplans",
    "dxplan.pages",
]

# Only where the environment names a provider is any of this there.
SINGLE_SIGN_ON = single_sign_on(os.environ)
if SINGLE_SIGN_ON:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "dxplan.accounts.single_sign_on.adapter.SingleSignOnAdapter"
    SOCIALACCOUNT_PROVIDERS = provider_settings(SINGLE_SIGN_ON)
    SOCIALACCOUNT_STORE_TOKENS = False

MIDDLEWARE = [
    "dxplan.lib.references.ReferenceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "dxplan.lib.responses.SafeResponseMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dxplan.accounts.middleware.LoginGateMiddleware",
    "dxplan.accounts.middleware.AccessMiddleware",
    "dxplan.accounts.second_factor.middleware.SecondFactorMiddleware",
    "dxplan.accounts.audit_middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "dxplan.urls"
WSGI_APPLICATION = "dxplan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Only our own: a page that a library brings along could not be shown even by mistake.
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dxplan.accounts.session_clock.session_ends_in",
                "dxplan.pages.navigation.navigation",
            ],
            "builtins": ["dxplan.accounts.templatetags.form_token"],
        },
    },
]

# The engine finds or starts the server when the first connection is made: see the module.
DATABASES = {
    "default": {
        "ENGINE": "dxplan.lib.postgresql",
        "NAME": "dxplan",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 3},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The audit trail: see dxplan/lib/audit.py. Who and why stand in each event itself.
PGHISTORY_LEVEL = pghistory.Statement
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="+")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["plans.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "dxplan.accounts.password_rules.GuessableWordsValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Login by allauth: accounts are made by administrators, nobody has a mail address here.
ACCOUNT_ADAPTER = "dxplan.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "dxplan.accounts.forms.LoginForm",
    "change_password": "dxplan.accounts.forms.ChangePasswordForm",
    "reauthenticate": "dxplan.accounts.second_factor.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # the cookie ends with the browser
ACCOUNT_RATE_LIMITS = False  # they count per address and per process; see PasswordBackend
# The second factor: see docs/decisions/0016-second-factor-and-single-sign-on.md.
MFA_ADAPTER = "dxplan.accounts.second_factor.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "dxplan.accounts.second_factor.forms.CodeForm",
    "reauthenticate": "dxplan.accounts.second_factor.forms.CodeAgainForm",
    "activate_totp": "dxplan.accounts.second_factor.forms.ActivateTotpForm",
    "add_webauthn": "dxplan.accounts.second_factor.forms.AddPasskeyForm",
    "edit_webauthn": "dxplan.accounts.second_factor.forms.RenamePasskeyForm",
    "authenticate_webauthn": "dxplan.accounts.second_factor.forms.PasskeyForm",
    "reauthenticate_webauthn": "dxplan.accounts.second_factor.forms.PasskeyAgainForm",
    "login_webauthn": "dxplan.accounts.second_factor.forms.PasskeyLoginForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "DX推進計画 進行管理"
MFA_TOTP_TOLERANCE = 1  # clocks of phones and of a closed network differ by some seconds
MFA_RATE_LIMITS = False
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# Mail goes out in one place only, plans/mail_sending.py, and only where the environment says how.
MAIL_SERVER = mail_server(os.environ)
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

FIXTURE_DIRS = [BASE_DIR / "fixtures"]

STATIC_URL = "/static/"
STATIC_ROOT = data_dir() / "static"
STATICFILES_DIRS = [BASE_DIR / "dxplan" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dxplan.lib.static_files.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

SESSION_ENGINE = "dxplan.accounts.sessions"
SESSION_COOKIE_AGE = 30 * 60  # without a request; see the engine for the longest time in all
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dxplan.accounts.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"

if IS_HTTPS:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = ["^healthz$"]  # monitors ask the machine itself
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
# HSTS for subdomains and the browsers' own lists would bind other sites of the same town.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "dxplan.lib.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

DJANGO_TABLES2_TEMPLATE = "components/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"reference": {"()": "dxplan.lib.references.ReferenceFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {reference} {message}", "style": "{"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["reference"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
