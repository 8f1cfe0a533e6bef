"""Idempotency: tells whether a message is one that was taken before, whatever bytes it comes in this time."""

from __future__ import annotations

from msgspec import Struct

from h2018.decide import enterprise, is_read
from h2018.store import Reply, Store
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.envelope.archive import Archive, is_archive, unpack
from tempgoods_edi.envelope.content import content_identity
from tempgoods_edi.rules import Facts


class Repeat(Struct, frozen=True):
    """A message came under a sender and message_id that was taken before.

    :ivar answer: the answer to be given once more; None when it is another message.
    """

    answer: Reply | None


def repeat_of(store: Store, checked: Checked, data: bytes, facts: Facts, policy: Policy) -> Repeat | None:
    """Whether *data*, which *checked* judges, repeats a message that was taken; None for a new one.

    Only content that is believed is compared: a message whose signature, envelope or schema is wrong repeats nothing.
    """
    message = checked.message
    if message is None or not is_read(checked):
        return None
    earlier = store.earlier(message.info.sender_id, message.info.message_id)
    if earlier is None:
        return None
    same = _identity(checked, _opened(data, policy)) == _earlier_identity(earlier.data, facts, policy)
    return Repeat(earlier.reply if same else None)


def _earlier_identity(data: bytes, facts: Facts, policy: Policy) -> tuple[str, str] | None:
    archive = _opened(data, policy)
    return _identity(check(archive.message, facts, policy), archive)


def _identity(checked: Checked, archive: Archive) -> tuple[str, str] | None:
    """Whose message it is, and its content."""
    if checked.message is None:
        return None
    return enterprise(checked, checked.message), content_identity(checked.message, archive.files)


def _opened(data: bytes, policy: Policy) -> Archive:
    return unpack(data, policy.max_bytes) if is_archive(data) else Archive(data, {})
