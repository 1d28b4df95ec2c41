"""Codes and passkeys as people's devices would give them."""

import json
from hashlib import sha256

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

PASSWORD = "correct horse battery"
HOST = "testserver"


def code_of(secret, step=0):
    """The code that an app shows now, or some steps of 30 seconds away."""
    now = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, now + step))


def is_logged_in(client):
    return "_auth_user_id" in client.session


class SoftwareKey:
    """A passkey without a device: answers what the site asks, as a browser would send it."""

    PRESENT = AuthenticatorData.FLAG.UP
    VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV

    def __init__(self, *, host=HOST, flags=VERIFIED, name=b"key-1", origin=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.host, self.flags, self.name = host, flags, name
        self.origin = origin or f"https://{host}"

    def create(self, options):
        """Answers creation options with a new credential."""
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            sha256(self.host.encode()).digest(),
            self.flags | AuthenticatorData.FLAG.AT,
            0,
            AttestedCredentialData.create(Aaguid.NONE, self.name, public),
        )
        client_data = self._client_data("webauthn.create", options)
        attestation = AttestationObject.create("none", data, {})
        return self._answer(clientDataJSON=client_data, attestationObject=attestation)

    def get(self, options, *, user=None):
        """Answers request options with a signature; names the user as a resident key does."""
        data = AuthenticatorData.create(sha256(self.host.encode()).digest(), self.flags, 1)
        client_data = self._client_data("webauthn.get", options)
        signature = self.key.sign(data + client_data.hash, ec.ECDSA(SHA256()))
        named = {"userHandle": user_pk_to_url_str(user).encode()} if user else {}
        return self._answer(
            clientDataJSON=client_data, authenticatorData=data, signature=signature, **named
        )

    def _client_data(self, kind, options):
        challenge = options["publicKey"]["challenge"]
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, **response):
        return json.dumps(
            {
                "id": websafe_encode(self.name),
                "rawId": websafe_encode(self.name),
                "type": "public-key",
                "response": {name: websafe_encode(value) for name, value in response.items()},
                "clientExtensionResults": {},
            }
        )


def make_passkey(person, name="職場のPC", **options):
    """A passkey as if the person had registered it; returns the key and what is stored."""
    key = SoftwareKey(**options)
    given = json.loads(key.create({"publicKey": {"challenge": "AAAA"}}))
    stored = Authenticator.objects.create(
        user=person,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "credential": given},
    )
    return key, stored
