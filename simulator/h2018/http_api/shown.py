"""The JSON forms of receipts, journal lines and messages that several routes share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct

from h2018.cases import Why
from h2018.store import JournalLine, StoredReceipt
from tempgoods_edi.values import Bilingual

#: Header of a list that has others behind it, and what it says.
MORE = "X-More"
THERE_IS_MORE: Mapping[str, Bilingual] = MappingProxyType(
    {MORE: Bilingual("true：后面还有，请继续取", "true: there are others behind these, ask for the next page")}
)


class Listed(Struct, frozen=True):
    """JSON form of one receipt."""

    sequence: int
    recipient: str
    name: str
    code: str
    message_id: str
    seq_no: str | None
    at: datetime
    trace_id: str
    xml: str


class Told(Struct, frozen=True):
    """JSON form of one journal line, without its bytes."""

    sequence: int
    at: datetime
    what: str
    trace_id: str
    message_id: str | None
    seq_no: str | None
    size: int
    sha256: str
    why: tuple[Why, ...]


class Whys(Struct, frozen=True):
    """JSON form of every step taken with a message, with reasons; each reason names the plane that decided."""

    message_id: str
    records: tuple[Told, ...]


class Next(Struct, frozen=True):
    """JSON form of the step that is due next; its business time, None when the step waits for pulls."""

    step: str
    due: datetime | None


class Standing(Struct, frozen=True):
    """JSON form of the state of a message.

    :ivar taken: it was answered with DealFlag 0.
    :ivar state: of its case; None when there is none.
    :ivar next: None when nothing more comes by itself.
    """

    message_id: str
    trace_id: str
    taken: bool | None
    seq_no: str | None
    customs_no: str | None
    state: str | None
    next: Next | None
    receipts: tuple[int, ...]


def listing(receipt: StoredReceipt) -> Listed:
    """Turn a receipt into its JSON form."""
    return Listed(
        sequence=receipt.sequence,
        recipient=receipt.recipient,
        name=receipt.name,
        code=receipt.code,
        message_id=receipt.message_id,
        seq_no=receipt.seq_no,
        at=receipt.at,
        trace_id=receipt.trace_id,
        xml=receipt.data.decode("utf-8", "replace"),
    )


def telling(line: JournalLine) -> Told:
    """Turn a journal line into its JSON form."""
    return Told(
        sequence=line.sequence,
        at=line.at,
        what=line.what,
        trace_id=line.trace_id,
        message_id=line.message_id,
        seq_no=line.seq_no,
        size=line.size,
        sha256=line.hash,
        why=line.why,
    )
