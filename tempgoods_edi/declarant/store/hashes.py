"""Digests: secrets are stored only as digests, files and messages are recognised by theirs."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode


def digest(data: bytes | str) -> str:
    """The SHA-256 of *data* in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def readable(secret: bytes) -> str:
    """Random bytes turned into text for cookies, tokens and ids.

    >>> readable(b"\\xff\\xfe\\xfd")
    '__79'
    """
    return urlsafe_b64encode(secret).decode().rstrip("=")
