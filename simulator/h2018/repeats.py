"""Idempotency: tells whether a message is one that was taken before, whatever bytes it comes in this time."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from h2018.decide import enterprise, is_read
from h2018.store import Reply, Store
from tempgoods_edi.desk import Checked, Policy, check, opened
from tempgoods_edi.envelope.content import content_identity
from tempgoods_edi.looks import is_archive
from tempgoods_edi.rules import Attachment, Facts


class Repeat(Struct, frozen=True):
    """A message came under a sender and message_id that was taken before.

    :ivar answer: the answer to be given once more; None when it is another message.
    """

    answer: Reply | None


def identity_of(checked: Checked, files: Mapping[str, Attachment]) -> bytes | None:
    """Digest of whose message it is and of its content; None for what could not be read."""
    if checked.message is None:
        return None
    digests = {name: found.hashes["SHA-256"] for name, found in files.items()}
    owner, content = enterprise(checked, checked.message), content_identity(checked.message, digests)
    return sha256(f"{owner}\0{content}".encode()).digest()


def repeat_of(
    store: Store, checked: Checked, files: Mapping[str, Attachment], facts: Facts, policy: Policy
) -> Repeat | None:
    """Whether the message that *checked* judges, with its *files*, repeats one that was taken; None for a new one.

    Only content that is believed is compared: a message whose signature, envelope or schema is wrong repeats nothing.
    """
    message = checked.message
    if message is None or not is_read(checked):
        return None
    earlier = store.earlier(message.info.sender_id, message.info.message_id)
    if earlier is None:
        return None
    kept = earlier.identity
    if kept is None:
        kept = _identity_then(earlier.data(), facts, policy)
        if kept is not None:
            store.identify(message.info.sender_id, message.info.message_id, kept)
    return Repeat(earlier.reply if kept == identity_of(checked, files) else None)


def _identity_then(data: bytes, facts: Facts, policy: Policy) -> bytes | None:
    """The identity of a message that was taken by a program that did not keep it; found once, and kept from then on."""
    if not is_archive(data):
        return identity_of(check(data, facts, policy), {})
    archive = opened(data, policy.max_bytes)
    return identity_of(check(archive, facts, policy), archive.files)
