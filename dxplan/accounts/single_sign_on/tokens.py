"""What the provider says of a person: believed only when signed for us, now, for this login."""

import secrets

import jwt

# Signatures by a key that only the provider has; never one made with a secret that we share.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
REQUIRED = ("iss", "aud", "exp", "iat", "sub")
LEEWAY = 60  # seconds by which clocks may differ
LONGEST_SUBJECT = 191


class Unbelievable(Exception):
    """The token is not what it should be; the message is for the log."""


def verified_claims(token: str, *, keys: dict, issuer: str, client_id: str) -> dict:
    """The claims of an ID token. Raises Unbelievable.

    `keys` is the provider's JSON Web Key Set.
    """
    try:
        claims = jwt.decode(
            token,
            _key(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY,
            options={"require": list(REQUIRED)},
        )
    except (jwt.PyJWTError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise Unbelievable(f"ID token: {type(error).__name__} {error}") from error
    if claims.get("azp", client_id) != client_id:
        raise Unbelievable("ID token: issued to another client")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise Unbelievable("ID token: no subject")
    return claims


def _key(token, keys):
    """The key that the token names, or the only one there is."""
    name = jwt.get_unverified_header(token).get("kid")
    known = [
        key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")
    ]
    fitting = [key for key in known if key.key_id == name] if name else known
    if len(fitting) != 1:
        raise Unbelievable(f"ID token: {len(fitting)} keys fit {name!r}")
    return fitting[0]


def check_nonce(claims: dict, nonce: str) -> None:
    """Raises Unbelievable where the token was not made for this very login."""
    given = claims.get("nonce")
    if not nonce or not isinstance(given, str):
        raise Unbelievable("ID token: no nonce")
    if not secrets.compare_digest(given.encode(), nonce.encode()):
        raise Unbelievable("ID token: nonce of another login")
