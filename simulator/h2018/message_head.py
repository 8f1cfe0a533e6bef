"""Reads id, type and sender from the first bytes of a message, for code that needs them before the message is parsed."""

from __future__ import annotations

import re

#: The envelope is looked for in so many bytes.
FRONT = 64 * 1024
_FIELD = r"<(?:[\w.-]+:)?{0}>([^<]{{1,400}})<"
_PATTERNS = {
    tag: re.compile(_FIELD.format(tag).encode()) for tag in ("message_id", "message_type", "sender_id")
}


def head_field(data: bytes, tag: str) -> str | None:
    """The value of ``message_id``, ``message_type`` or ``sender_id``; None when not visible, as in a ZIP.

    >>> head_field(b"<EnvelopInfo><message_id> M1 </message_id>", "message_id")
    'M1'
    """
    found = _PATTERNS[tag].search(data, 0, FRONT)
    return None if found is None else found[1].decode("utf-8", "replace").strip() or None
