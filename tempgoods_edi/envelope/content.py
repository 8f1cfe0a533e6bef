"""Content identity: tells the same message sent again from another message under the same message_id.

The same content may come in other bytes: signed anew (an ECDSA signature is never the same twice), laid out otherwise, with
a byte order mark, in a ZIP or in another ZIP.  What counts is what the package says and which files are beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from tempgoods_edi.envelope.message import Message, package


def content_identity(message: Message, files: Mapping[str, bytes]) -> str:
    """Digest (SHA-256, hexadecimal) of the canonical package of *message* and of the names and bytes of *files*.

    Who signed it is not part of it: whoever compares identities says who may send a message again.
    """
    whole = sha256()
    parts = [package(message).encode()]
    for name, data in sorted(files.items()):
        parts += [name.encode(), sha256(data).digest()]
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
