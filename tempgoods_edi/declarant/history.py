"""The history of a declaration: its versions, receipts, messages, and who did what when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.dependencies import Dependencies, load_own
from tempgoods_edi.declarant.errors import NotFound
from tempgoods_edi.declarant.store import Connection, audit, outgoing, receipts
from tempgoods_edi.declarant.store.audit import AuditLine
from tempgoods_edi.declarant.store.outgoing import MessageState, Outgoing
from tempgoods_edi.declarant.stored import Stored, stored
from tempgoods_edi.lifecycle.receipts import Effect
from tempgoods_edi.lifecycle.versions import Version
from tempgoods_edi.values import Bilingual

_NO_PAPER = Bilingual("没有第 {number} 号记录", "there is no record number {number}")


class HistoryReceipt(Struct, frozen=True, kw_only=True):
    """A receipt in the history of a declaration; its bytes are fetched by `id`.

    :ivar effect: what became of it; None when the version it is about is not there any more.
    """

    id: int
    code: str
    result: str
    version: int
    effect: Effect | None
    notes: tuple[str, ...]
    managed_at: datetime | None
    received_at: datetime


class SentMessage(Struct, frozen=True, kw_only=True):
    """A sent message in the history of a declaration; its bytes are fetched by `id`."""

    id: int
    kind: str
    message_id: str
    state: MessageState
    version: int | None
    attempts: int
    last_error: Bilingual | None
    created_at: datetime
    sent_at: datetime | None


class History(Struct, frozen=True, kw_only=True):
    """The whole history of a declaration, oldest first."""

    stored: Stored
    versions: tuple[Version[Tree], ...]
    receipts: tuple[HistoryReceipt, ...]
    audit: tuple[AuditLine, ...]
    messages: tuple[SentMessage, ...]


def history(deps: Dependencies, actor: Actor, seq_no: str) -> History:
    """The history of the declaration *seq_no*, deleted drafts included; raises `NotFound`."""
    with deps.store.reading() as connection:
        found = stored(connection, load_own(connection, actor, seq_no, discarded=True))
        return History(
            stored=found,
            versions=found.declaration.versions,
            receipts=_receipts(connection, found),
            audit=audit.lines_of(connection, seq_no),
            messages=tuple(_sent(message) for message in outgoing.of_declaration(connection, seq_no)),
        )


def receipt(deps: Dependencies, actor: Actor, seq_no: str, id: int) -> bytes:
    """The bytes of a receipt; raises `NotFound` unless it is about the actor's *seq_no*."""
    return _paper(deps, actor, seq_no, id, receipts.data_of)


def message(deps: Dependencies, actor: Actor, seq_no: str, id: int) -> bytes:
    """The bytes of a sent message; raises `NotFound` unless it is about the actor's *seq_no*."""
    return _paper(deps, actor, seq_no, id, outgoing.data_of)


def _paper(
    deps: Dependencies, actor: Actor, seq_no: str, id: int, data_of: Callable[[Connection, str, int], bytes | None]
) -> bytes:
    with deps.store.reading() as connection:
        load_own(connection, actor, seq_no, discarded=True)
        found = data_of(connection, seq_no, id)
    if found is None:
        raise NotFound(_NO_PAPER.format(number=id))
    return found


def _receipts(connection: Connection, about: Stored) -> tuple[HistoryReceipt, ...]:
    effects = {
        (kept.receipt.message_id, kept.receipt.result): kept.effect
        for version in about.declaration.versions
        for kept in version.progress.kept
    }
    return tuple(
        HistoryReceipt(
            id=row.id,
            code=row.code,
            result=row.result,
            version=row.version,
            effect=effects.get((row.message_id, row.result)),
            notes=row.notes,
            managed_at=row.managed_at,
            received_at=row.received_at,
        )
        for row in receipts.of_declaration(connection, about.seq_no)
    )


def _sent(found: Outgoing) -> SentMessage:
    return SentMessage(
        id=found.id,
        kind=found.kind,
        message_id=found.message_id,
        state=found.state,
        version=found.version,
        attempts=found.attempts,
        last_error=found.last_error,
        created_at=found.created_at,
        sent_at=found.sent_at,
    )
