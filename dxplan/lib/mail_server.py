"""The office's own mail server, as the environment configures it; without it no mail exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from dxplan.lib.startup import StartupProblem

PREFIX = "DXPLAN_SMTP_"
# How the connection is kept secret, and the port that goes with it where none is named.
SECURITIES = {"off": 25, "starttls": 587, "tls": 465}
SECONDS_TO_ANSWER = 10


@dataclass(frozen=True)
class MailServer:
    """Where mail goes out, and whom it comes from. `site` is this site's own address, or blank."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    security: str
    site: str


def mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """None where nothing is configured; raises StartupProblem where it is so in part or wrongly."""
    given = {
        name: environment.get(PREFIX + name, "").strip()
        for name in ("HOST", "PORT", "USER", "PASSWORD", "FROM", "TLS")
    }
    if not any(given.values()):
        return None
    missing = [PREFIX + name for name in ("HOST", "FROM") if not given[name]]
    if missing:
        raise StartupProblem(f"メール送信の設定が足りません: {'、'.join(missing)}")
    security = given["TLS"].lower() or "off"
    if security not in SECURITIES:
        raise StartupProblem(f"{PREFIX}TLS は {'、'.join(SECURITIES)} のどれかにしてください。")
    return MailServer(
        host=given["HOST"],
        port=_port(given["PORT"] or str(SECURITIES[security])),
        user=given["USER"],
        password=given["PASSWORD"],
        sender=_address(given["FROM"]),
        security=security,
        site=_site(environment.get("DXPLAN_SITE_URL", "").strip()),
    )


def _port(text):
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535):
        raise StartupProblem(f"{PREFIX}PORT は 1 から 65535 までの番号で指定してください。")
    return int(text)


def _address(text):
    """One line with one address: it becomes a header of every mail."""
    if not text.isprintable() or "@" not in parseaddr(text)[1]:
        raise StartupProblem(f"{PREFIX}FROM には送信元のメールアドレスを指定してください。")
    return text


def _site(text):
    parts = urlsplit(text)
    if text and not (parts.scheme in ("http", "https") and parts.hostname and text.isprintable()):
        raise StartupProblem("DXPLAN_SITE_URL には https で始まるアドレスを指定してください。")
    return text.rstrip("/")
