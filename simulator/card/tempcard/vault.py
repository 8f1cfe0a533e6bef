"""Encrypts what a card keeps secret from readers of its folder: under its PIN, and once more under its PUK."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_SALT, _NONCE = 16, 12
_COST = 1 << 13


def sealed(content: bytes, secret: bytes, chance: Callable[[int], bytes]) -> bytes:
    """Encrypt *content* under *secret*.

    :param chance: random bytes.
    """
    salt, nonce = chance(_SALT), chance(_NONCE)
    return salt + nonce + AESGCM(_key(secret, salt)).encrypt(nonce, content, None)


def opened(box: bytes, secret: bytes) -> bytes | None:
    """Decrypt *box*; None when *secret* is wrong."""
    salt, nonce, rest = box[:_SALT], box[_SALT : _SALT + _NONCE], box[_SALT + _NONCE :]
    try:
        return AESGCM(_key(secret, salt)).decrypt(nonce, rest, None)
    except (InvalidTag, ValueError):
        return None


def _key(secret: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(secret)
