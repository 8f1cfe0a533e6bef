"""Content identity: tells a message sent again from another message under the same message_id.

The same content may come in other bytes: signed anew (an ECDSA signature is never the same twice), laid out otherwise, with
a byte order mark, in a ZIP or in another ZIP.  What counts is what the package says and which files are beside it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from tempgoods_edi.envelope.message import Message, package


def content_identity(message: Message, digests: Mapping[str, str]) -> str:
    """Digest (SHA-256, hexadecimal) of the canonical package of *message* and of its files' names and *digests*.

    Who signed it is not part of it: whoever compares identities says who may send a message again.  Nothing as large as
    a file is hashed here: that was done when the files were looked into.

    :param digests: Base64 of each file's SHA-256, by name.
    """
    whole = sha256()
    parts = [package(message)]
    for name, digest in sorted(digests.items()):
        parts += [name, digest]
    for part in parts:
        data = part.encode()
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def digests_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Base64 of the SHA-256 of each file, by name."""
    return {name: b64encode(sha256(data).digest()).decode() for name, data in files.items()}
