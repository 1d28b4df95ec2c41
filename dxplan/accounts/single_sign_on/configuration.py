"""Single sign-on by OpenID Connect, as the environment configures it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from dxplan.lib.startup import StartupProblem

PROVIDER_ID = "sso"
PREFIX = "DXPLAN_OIDC_"
NEEDED = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class SingleSignOn:
    """The one provider that staff may log in by, and the one host that the product calls."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    username_claim: str
    ca_file: str

    @property
    def origin(self) -> tuple[str, str | None, int | None]:
        return origin_of(self.issuer)


def origin_of(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port. Raises ValueError where the port is no number."""
    parts = urlsplit(url)
    default_port = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default_port


def single_sign_on(environment: Mapping[str, str]) -> SingleSignOn | None:
    """None where nothing is configured; raises StartupProblem where it is so in part or wrongly."""
    given = {name: environment.get(PREFIX + name, "").strip() for name in NEEDED}
    if not any(given.values()):
        return None
    missing = [PREFIX + name for name, value in given.items() if not value]
    if missing:
        raise StartupProblem(f"職員認証（SSO）の設定が足りません: {'、'.join(missing)}")
    _check(given["ISSUER"])
    return SingleSignOn(
        issuer=given["ISSUER"],
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        name=environment.get(f"{PREFIX}NAME") or "職員認証（SSO）",
        username_claim=environment.get(f"{PREFIX}USERNAME_CLAIM") or "preferred_username",
        ca_file=environment.get(f"{PREFIX}CA_FILE", ""),
    )


def _check(issuer):
    try:
        scheme, host, _ = origin_of(issuer)
    except ValueError:
        scheme, host = "", None
    if not host or not (scheme == "https" or (scheme == "http" and host in THIS_MACHINE)):
        raise StartupProblem(
            f"{PREFIX}ISSUER には https で始まるアドレスを指定してください。（現在: {issuer}）"
        )


def provider_settings(sso: SingleSignOn) -> dict:
    """The same as allauth reads it."""
    app = {
        "provider_id": PROVIDER_ID,
        "name": sso.name,
        "client_id": sso.client_id,
        "secret": sso.client_secret,
        "settings": {
            "server_url": sso.issuer.rstrip("/"),
            "scope": ["openid", "profile"],
            "oauth_pkce_enabled": True,
        },
    }
    provider_class = "dxplan.accounts.single_sign_on.provider.IssuerProvider"
    return {"openid_connect": {"provider_class": provider_class, "APPS": [app]}}
