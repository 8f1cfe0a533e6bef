"""The values that a store gives back, and their conversion to and from columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from msgspec import Struct

from h2018.cases import Outcome, Why
from tempgoods_edi.envelope.archive import unpack
from tempgoods_edi.looks import is_archive
from tempgoods_edi.numbers import CHINA_TIME

#: ``made`` is a receipt that a fault keeps from leaving as it is; ``control`` is what a
#: person or a test did to the tenant; ``failed`` a fault of ours.
What = Literal["received", "repeated", "answered", "decided", "made", "sent", "control", "failed"]

#: The SHA-256 of nothing: a line with it has no bytes anywhere.
NOTHING = sha256().digest()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class JournalLine(Struct, frozen=True, kw_only=True):
    """One line of the journal without its bytes, of which there may be many: what lists are made of.

    :ivar at: business time, aware.
    :ivar size: how many bytes they are.
    :ivar hash: SHA-256 of them, hexadecimal.
    """

    sequence: int
    at: datetime
    what: What
    trace_id: str
    message_id: str | None
    seq_no: str | None
    size: int
    hash: str
    why: tuple[Why, ...]


class Record(JournalLine, frozen=True, kw_only=True):
    """One line of the journal with its bytes; never changed, never removed.

    :ivar data: the exact bytes received or sent; empty for a decision.
    """

    data: bytes


class Reply(Struct, frozen=True, kw_only=True):
    """The technical answer to one message.

    :ivar rules: ids of the rules and problems it was refused for.
    :ivar repeated: the same content had been taken before; this is the answer it was given then.
    :ivar withheld: the message is dealt with, but its answer is not to be sent.
    :ivar seconds: how long the answer is to wait.
    """

    outcome: Outcome
    data: bytes
    trace_id: str
    message_id: str | None = None
    seq_no: str | None = None
    rules: tuple[str, ...] = ()
    repeated: bool = False
    withheld: bool = False
    seconds: float = 0.0


class StoredReceipt(Struct, frozen=True, kw_only=True):
    """One message from customs that is ready to be fetched.

    :ivar number: running number of what was made; the envelope's id ends in it.
    :ivar sequence: running number over all recipients; what is at or below one already seen never changes.  0 for what a
        fault keeps back.
    :ivar recipient: the sender id it is for.
    :ivar source: the way in of what it answers.
    :ivar code: message type.
    :ivar kind: DclTypeCd of what it is about; None for answers to queries.
    """

    sequence: int
    recipient: str
    source: str
    code: str
    message_id: str
    data: bytes
    at: datetime
    trace_id: str
    seq_no: str | None = None
    kind: str | None = None
    number: int = 0

    @property
    def name(self) -> str:
        """The file name of the receipt."""
        return f"{self.message_id}.xml"


class ReceiptSummary(Struct, frozen=True, kw_only=True):
    """A receipt without its bytes, for lists; fields as in `StoredReceipt`.

    :ivar size: how many bytes it is.
    """

    sequence: int
    recipient: str
    source: str
    code: str
    message_id: str
    at: datetime
    seq_no: str | None
    kind: str | None
    size: int


class Timer(Struct, frozen=True, kw_only=True):
    """A step that is due at a time or after a count.

    :ivar due: business time; None for one that waits for pulls.
    :ivar failures: how often it was tried in vain.
    :ivar kind: who deals with it.
    :ivar body: what they need to know.
    :ivar about: pre-entry number of the case that it is a step of.
    """

    id: int
    due: datetime | None
    kind: str
    body: bytes
    about: str | None = None
    failures: int = 0


class Attempt(Struct, frozen=True, kw_only=True):
    """One attempt to deliver a receipt.

    :ivar receipt: sequence of the receipt.
    :ivar attempt: 1 for the first.
    :ivar at: aware; the machine's time or business time, as the channel has it.
    :ivar outcome: a word of the channel's, such as ``delivered``, ``no_answer``, ``dead``.
    """

    id: int
    channel: str
    receipt: int
    attempt: int
    at: datetime
    outcome: str
    detail: str = ""


def microseconds(at: datetime) -> int:
    """Convert an aware time into the number that a column holds.

    >>> instant(microseconds(datetime(2027, 1, 10, 9, tzinfo=CHINA_TIME))).isoformat()
    '2027-01-10T09:00:00+08:00'
    """
    return (at - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """Convert the number in a column into a time in China's zone; the inverse of `microseconds`."""
    return (_EPOCH + timedelta(microseconds=value)).astimezone(CHINA_TIME)


def fingerprint(data: bytes, max_bytes: int) -> str:
    """A digest that recognises a repeated submission without parsing it: of its bytes, or of a ZIP's contents.

    The same content in other bytes is told by `h2018.tenant.idempotency`.
    """
    digest = sha256()
    if is_archive(data):
        archive = unpack(data, max_bytes)
        if not archive.findings:
            for part in (
                archive.message,
                *(name.encode() + b"\0" + file for name, file in sorted(archive.files.items())),
            ):
                digest.update(len(part).to_bytes(8) + part)
            return "zip:" + digest.hexdigest()
    digest.update(data)
    return "xml:" + digest.hexdigest()
