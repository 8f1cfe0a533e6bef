"""The values that the client returns: answers, receipts and reasons, frozen, decoded from the server's responses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from tempgoods_edi import _xml
from tempgoods_edi.values import Bilingual


class TechnicalAnswer(Struct, frozen=True, kw_only=True):
    """The technical answer (CommonResponeMessage) to one submission.

    :ivar outcome: ``accepted``, ``refused``, ``conflict`` (other content under a message_id that was taken), or
        ``undecided`` (a fault of the simulator; the same bytes may be sent again).
    :ivar seq_no: pre-entry number; None when none was given.
    :ivar check_info: what was said to it, for people.
    :ivar trace_id: stands on every receipt of this submission too.
    :ivar repeated: these bytes had been taken before; this is the answer they were given then.
    :ivar xml: the answer's exact bytes.
    """

    outcome: str
    seq_no: str | None
    etps_preent_no: str | None
    check_info: str
    trace_id: str
    repeated: bool
    xml: bytes

    @property
    def accepted(self) -> bool:
        """True when the submission was accepted (DealFlag 0)."""
        return self.outcome == "accepted"


class Receipt(Struct, frozen=True, kw_only=True):
    """One message from customs, as a client receives it.

    :ivar sequence: running number; `Customs.receipts` asks for those after one.
    :ivar recipient: sender id of what it answers.
    :ivar code: message type, such as ``TMP201``.
    :ivar at: business time, aware.
    :ivar xml: its text; `data` gives the exact bytes.
    """

    sequence: int
    recipient: str
    name: str
    code: str
    message_id: str
    at: datetime
    trace_id: str
    xml: str
    seq_no: str | None = None

    @property
    def data(self) -> bytes:
        """The exact bytes of the receipt."""
        return self.xml.encode()

    @property
    def result(self) -> str | None:
        """The result code in the receipt (manageResult): Y Z 1 2 3; None for an answer to a query."""
        return self.text("manageResult")

    @property
    def customs_no(self) -> str | None:
        """The customs number that the receipt gives (businessId)."""
        return self.text("businessId")

    @property
    def notes(self) -> tuple[str, ...]:
        """The reasons in the receipt, for people."""
        root = _root(self.data)
        return () if root is None else tuple(each.text or "" for each in root.iterfind(".//{*}note"))

    def text(self, tag: str) -> str | None:
        """The text of the first element with the name *tag*; None when there is none."""
        root = _root(self.data)
        return None if root is None else root.findtext(f".//{{*}}{tag}") or None


class Why(Struct, frozen=True, kw_only=True):
    """One reason: who decided (plane), where (stage), by which rule, about which field."""

    stage: str
    text: Bilingual
    plane: str = "rules"
    rule: str | None = None
    path: str = ""


class Step(Struct, frozen=True, kw_only=True):
    """One step that was taken with a message, from the journal.

    :ivar what: ``received``, ``repeated``, ``answered``, ``decided``, ``sent`` …
    """

    sequence: int
    at: datetime
    what: str
    trace_id: str
    seq_no: str | None = None
    size: int = 0
    sha256: str = ""
    why: tuple[Why, ...] = ()


class Health(Struct, frozen=True, kw_only=True):
    """State of the server: alive, and the present business time."""

    status: str
    business_time: datetime
    sender_id: str = ""
    key_name: str = ""


def _root(data: bytes) -> Any:
    root = _xml.parse(data)
    return None if isinstance(root, _xml.Malformed) else root
