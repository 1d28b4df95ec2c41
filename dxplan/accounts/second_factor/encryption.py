"""Secrets of second factors as they lie in the database: readable only with the site's key."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"dxplan.second-factor"


class Undecipherable(Exception):
    """The secret was encrypted with a key that this site does not have."""


def encrypted(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """Raises Undecipherable where neither the site's key nor an earlier one fits."""
    try:
        return _cipher().decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise Undecipherable from error


def _cipher():
    """Encrypts with the site's key; reads also what earlier ones encrypted."""
    return _cipher_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _cipher_of(keys):
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key):
    """A key for this purpose alone: nothing else that the site signs or encrypts shares it."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
