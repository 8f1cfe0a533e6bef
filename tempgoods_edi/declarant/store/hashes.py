"""Digests of what is kept or compared: secrets are kept as these only, files and messages are known by them."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode


def digest(data: bytes | str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def readable(secret: bytes) -> str:
    """Random bytes as text for cookies, tokens and ids.

    >>> readable(b"\\xff\\xfe\\xfd")
    '__79'
    """
    return urlsafe_b64encode(secret).decode().rstrip("=")
