"""A small OpenID Connect provider on this machine, which can also be told to do wrong."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "dxplan", "a secret of ours"


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Logs everybody in as `username`; what it says can be changed before it is asked.

    `claims` overrides those of the ID token (None leaves one out), `description` and `answer` what
    discovery and token endpoint give, `sign` how the token is signed. `calls` lists what was asked.
    """

    KEY = new_key()

    def __init__(self, issuer):
        self.issuer, self.username = issuer, "kikaku-01"
        self.claims, self.description, self.answer, self.userinfo = {}, {}, {}, {}
        self.key_name, self.error, self.redirects, self.calls = "key-1", None, {}, []
        self.sign = lambda claims: jwt.encode(
            claims, self.KEY, algorithm="RS256", headers={"kid": "key-1"}
        )
        self._codes = {}

    def get(self, path, query):
        self.calls.append(path)
        pages = {
            "/.well-known/openid-configuration": lambda: self._description(),
            "/jwks": lambda: {"keys": [self._public_key()]},
            "/userinfo": lambda: {"sub": "0001"} | self.userinfo,
        }
        return pages[path]()

    def authorize(self, query):
        """Where the browser is sent back to."""
        self.calls.append("/authorize")
        code = secrets.token_urlsafe(8)
        self._codes[code] = query
        given = {"error": self.error} if self.error else {"code": code}
        return f"{query['redirect_uri']}?{urlencode(given | {'state': query['state']})}"

    def token(self, form):
        """Status and answer; strict about who asks, and for which code."""
        self.calls.append("/token")
        asked = self._codes.pop(form.get("code"), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        known = (CLIENT_ID, CLIENT_SECRET, asked and asked["redirect_uri"])
        given = (form.get("client_id"), form.get("client_secret"), form.get("redirect_uri"))
        if asked is None or given != known or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        token = self.sign(self._claims(asked["nonce"]))
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token} | self.answer

    def _claims(self, nonce):
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "0001",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "preferred_username": self.username,
        }
        return {name: value for name, value in (claims | self.claims).items() if value is not None}

    def _description(self):
        places = ("authorization_endpoint", "authorize"), ("token_endpoint", "token")
        places += ("userinfo_endpoint", "userinfo"), ("jwks_uri", "jwks")
        found = {name: f"{self.issuer}/{path}" for name, path in places}
        found["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
        return {"issuer": self.issuer} | found | self.description

    def _public_key(self):
        key = json.loads(RSAAlgorithm.to_jwk(self.KEY.public_key()))
        return key | {"kid": self.key_name, "use": "sig", "alg": "RS256"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        provider = self.server.provider
        if path in provider.redirects:
            return self._redirect(provider.redirects[path])
        if path == "/authorize":
            return self._redirect(provider.authorize({k: v[0] for k, v in query.items()}))
        return self._answer(200, provider.get(path, query))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.server.provider.token(form))

    def log_message(self, *arguments):
        pass

    def _redirect(self, url):
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status, found):
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running_provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
