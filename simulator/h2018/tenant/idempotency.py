"""Idempotency: recognises a message that was taken before, whatever bytes it comes in this time."""

from __future__ import annotations

from hashlib import sha256

from msgspec import Struct

from h2018.decisions.intake import enterprise, is_read
from h2018.store import Reply, Store
from h2018.workers.preparation import as_read, prepare_message
from tempgoods_edi.desk import Checked, Policy, judged
from tempgoods_edi.rules import Facts


class Repeat(Struct, frozen=True):
    """The message repeats one that was taken under the same sender and message_id.

    :ivar answer: the answer to be given once more; None when it is another message.
    """

    answer: Reply | None


def identity_of(checked: Checked, content: str | None) -> bytes | None:
    """Digest of a message's sender and *content* (`Prepared.identity`); None for a message that could not be read."""
    if checked.message is None or content is None:
        return None
    return sha256(f"{enterprise(checked, checked.message)}\0{content}".encode()).digest()


def repeat_of(store: Store, checked: Checked, content: str | None, facts: Facts, policy: Policy) -> Repeat | None:
    """Whether the message that *checked* judges, with its *content*, repeats one that was taken; None for a new message.

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
    return Repeat(earlier.reply if kept == identity_of(checked, content) else None)


def _identity_then(data: bytes, facts: Facts, policy: Policy) -> bytes | None:
    """The identity of a message that was taken by a program that did not keep it; found once, and kept from then on."""
    prepared = as_read(prepare_message(data), policy)
    found = prepared.read
    return None if found is None else identity_of(judged(found, facts), prepared.identity)
