"""What the simulated customs remembers of messages: journal, cases, receipts.  In memory, append-only where it counts.

A durable store takes this one's place by having the same methods.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Literal

from msgspec import Struct

from h2018.cases import Case, Outcome, Why
from tempgoods_edi.envelope.archive import is_archive, unpack
from tempgoods_edi.numbers import SeqNo, read_seq_no

What = Literal["received", "repeated", "answered", "decided", "sent"]


class Record(Struct, frozen=True, kw_only=True):
    """One line of the journal; never changed, never removed.

    :ivar at: business time, aware.
    :ivar data: the exact bytes received or sent; empty for a decision.
    :ivar hash: SHA-256 of *data*, hexadecimal.
    """

    sequence: int
    at: datetime
    what: What
    trace_id: str
    message_id: str | None
    seq_no: str | None
    data: bytes
    hash: str
    why: tuple[Why, ...]


class Reply(Struct, frozen=True, kw_only=True):
    """The technical answer to one message.

    :ivar rules: ids of the rules and problems it was refused for.
    :ivar repeated: these bytes had been taken before; this is the answer they were given then.
    """

    outcome: Outcome
    data: bytes
    trace_id: str
    message_id: str | None = None
    seq_no: str | None = None
    rules: tuple[str, ...] = ()
    repeated: bool = False


class Receipt(Struct, frozen=True, kw_only=True):
    """One message from customs, as it lies ready to be fetched.

    :ivar sequence: running number over all recipients; what is at or below one already seen never changes.
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

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{self.message_id}.xml"


class Store:
    """Everything of one run.

    :ivar in_house_numbers: (customs code, in-house number) → pre-entry number.
    """

    __slots__ = (
        "_by_content", "_by_customs_no", "_by_message", "_cases", "_journal", "_receipts", "_receipts_of", "_serials",
        "_taken", "in_house_numbers",
    )  # fmt: skip

    def __init__(self) -> None:
        self.in_house_numbers: dict[tuple[str, str], str] = {}
        self._journal: list[Record] = []
        self._by_message: dict[str, list[int]] = {}
        self._cases: dict[str, Case] = {}
        self._by_customs_no: dict[str, str] = {}
        self._receipts: list[Receipt] = []
        self._receipts_of: dict[str, dict[str, Receipt]] = {}
        self._by_content: dict[str, Reply] = {}
        self._taken: set[tuple[str, str]] = set()
        self._serials: dict[int, int] = {}

    def note(
        self,
        what: What,
        at: datetime,
        trace_id: str,
        *,
        message_id: str | None = None,
        seq_no: str | None = None,
        data: bytes = b"",
        why: tuple[Why, ...] = (),
    ) -> Record:
        """Write one line into the journal."""
        record = Record(
            sequence=len(self._journal) + 1,
            at=at,
            what=what,
            trace_id=trace_id,
            message_id=message_id,
            seq_no=seq_no,
            data=data,
            hash=sha256(data).hexdigest(),
            why=why,
        )
        self._journal.append(record)
        if message_id is not None:
            self._by_message.setdefault(message_id, []).append(record.sequence)
        return record

    def journal(self, message_id: str | None = None) -> tuple[Record, ...]:
        """The whole journal, or its lines about one message."""
        if message_id is None:
            return tuple(self._journal)
        return tuple(self._journal[sequence - 1] for sequence in self._by_message.get(message_id, ()))

    def reply_to(self, content: str) -> Reply | None:
        """The answer that was given to the same content (see `fingerprint`) when it was taken."""
        return self._by_content.get(content)

    def take(self, content: str, sender: str, message_id: str, reply: Reply) -> None:
        """Remember that the message was taken, and the answer."""
        self._by_content[content] = reply
        self._taken.add((sender, message_id))

    def is_taken(self, sender: str, message_id: str) -> bool:
        """True when a message of that sender and id was taken."""
        return (sender, message_id) in self._taken

    def case(self, seq_no: str | None) -> Case | None:
        """The case with that pre-entry number."""
        return None if seq_no is None else self._cases.get(seq_no)

    def case_of(self, customs_no: str | None) -> Case | None:
        """The case that was given that customs number."""
        return None if customs_no is None else self.case(self._by_customs_no.get(customs_no))

    def keep(self, case: Case) -> None:
        """The case is now this."""
        self._cases[case.seq_no] = case
        if case.customs_no is not None:
            self._by_customs_no[case.customs_no] = case.seq_no
        if case.etps_preent_no is not None:
            self.in_house_numbers.setdefault((case.document.head.input_etps_no, case.etps_preent_no), case.seq_no)
        number = read_seq_no(case.seq_no)
        if number is not None and number.serial == self._serials.get(number.year, 0) + 1:
            self._serials[number.year] = number.serial

    def next_seq_no(self, year: int) -> str:
        """The pre-entry number that a new case would get; it is used up by `keep`."""
        serial = self._serials.get(year, 0) + 1
        while str(SeqNo(year, serial)) in self._cases:
            serial += 1
            self._serials[year] = serial - 1
        return str(SeqNo(year, serial))

    def add_receipt(self, receipt: Receipt) -> None:
        """Lay a receipt ready; its sequence is `next_sequence`."""
        self._receipts.append(receipt)
        if receipt.seq_no is not None:
            self._receipts_of.setdefault(receipt.seq_no, {}).setdefault(receipt.message_id, receipt)

    @property
    def next_sequence(self) -> int:
        """Sequence of the next receipt."""
        return len(self._receipts) + 1

    def receipt(self, sequence: int) -> Receipt | None:
        """One receipt."""
        return self._receipts[sequence - 1] if 0 < sequence <= len(self._receipts) else None

    def receipts(self, recipient: str | None = None, after: int = 0, limit: int | None = None) -> tuple[Receipt, ...]:
        """Receipts with a sequence above *after*, oldest first, at most *limit*."""
        found: Iterator[Receipt] = islice(self._receipts, max(after, 0), None)
        if recipient is not None:
            found = (receipt for receipt in found if receipt.recipient == recipient)
        return tuple(islice(found, limit))

    def receipts_of(self, seq_no: str) -> tuple[Receipt, ...]:
        """The receipts of one case, each message once, oldest first."""
        return tuple(self._receipts_of.get(seq_no, {}).values())


def fingerprint(data: bytes, max_bytes: int) -> str:
    """What makes two submissions the same: their bytes, or for a ZIP, the bytes of what is in it."""
    digest = sha256()
    if is_archive(data):
        archive = unpack(data, max_bytes)
        if not archive.findings:
            for part in (archive.message, *(name.encode() + b"\0" + file for name, file in sorted(archive.files.items()))):
                digest.update(len(part).to_bytes(8) + part)
            return "zip:" + digest.hexdigest()
    digest.update(data)
    return "xml:" + digest.hexdigest()
