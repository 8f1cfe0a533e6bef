"""A declarant's desk for tests: cards of two enterprises, a clock moved by hand, customs' receipts as bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from msgspec import Struct

from tempgoods_edi import codec, demo_ca
from tempgoods_edi.codec import Tree
from tempgoods_edi.declarant import kinds, receiving
from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.platform import RECEIVER_ID, SENDER_ID
from tempgoods_edi.declarant.receiving import Received
from tempgoods_edi.declarant.store import Store, outgoing
from tempgoods_edi.declarant.store.outgoing import Outgoing
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.envelope.message import Message, plain
from tempgoods_edi.numbers import CHINA_TIME, MessageId
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.records.receipt import CheckInfo, HdeApprResult
from tempgoods_edi.schema import reader
from tempgoods_edi.signing import SignaturePolicy, Trust, sign_object
from tempgoods_edi.signing.keys import FileSigner

VALID = Path(__file__).resolve().parents[2] / "fixtures" / "valid"
START = datetime(2026, 11, 22, 9, 30, tzinfo=CHINA_TIME)
EXHIBITION, LOAN_LIST, CONFIRMATION, EXTENSION = (
    next(kind for kind in kinds.KINDS if kind.code == code) for code in ("TMP101", "TMP111", "TMP121", "TMP131")
)

_HOLDERS = (
    demo_ca.Holder("顾念慈", "浦江远帆会展服务有限公司", "310196K27B", "91310105MA1FX27K66", "2100000417732"),
    demo_ca.Holder("Ada Lim", "Harrow & Vale Shows", "310173A546", "91110000600037341L", "2100000417740"),
)
_serials = count(1)


class Card(Struct, frozen=True):
    """A card and who holds it."""

    actor: Actor
    signer: FileSigner


@cache
def cards() -> tuple[Trust, tuple[Card, ...]]:
    """Whom the desk believes, and a card of each of two enterprises."""
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    ca = demo_ca.make_ca("CA", serial=1, not_before=begin, not_after=end)
    made = []
    for serial, holder in enumerate(_HOLDERS, 0xA1):
        pair = demo_ca.make_certificate(
            ca, holder, serial=serial, key=demo_ca.make_key("ecdsa"), not_before=begin, not_after=end
        )
        actor = Actor(
            enterprise_no=holder.enterprise_code,
            enterprise_nm=holder.enterprise_name,
            sccd=holder.uscc,
            operator_nm=holder.operator_name,
            ic_card_no=holder.ic_card_no,
            certificate_serial=f"{serial:X}",
        )
        made.append(Card(actor, FileSigner(pair.key, pair.certificate)))
    return Trust([ca.certificate_pem]), tuple(made)


class Clock(Struct):
    """Business time, moved by hand."""

    at: datetime = START

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


def chance(seed: str = "") -> Callable[[int], bytes]:
    """Random bytes that are the same each time."""
    numbers = count()
    return lambda size: hashlib.shake_256(f"{seed}{next(numbers)}".encode()).digest(size)


def tree(code: str = "tmp101", **head: str | None) -> Tree:
    """A right document, its head altered."""
    found: Tree = json.loads((VALID / f"{code}-minimal.json").read_bytes())["document"]
    goods = {"tmp101": "ExhibitList", "tmp121": "Goods"}.get(code)
    if goods is not None:
        # The second legal unit, which the tariff adds, needs its quantity.
        found[goods][0]["SecdLawfQty"] = "2400"
    for tag, value in head.items():
        if value is None:
            found["Head"].pop(tag, None)
        else:
            found["Head"][tag] = value
    return found


def due(store: Store, now: datetime, limit: int) -> tuple[Outgoing, ...]:
    """What a gateway would hand over now, as `sending` and `retry` put it off."""
    open_ones = (outgoing.named(store, each.message_id) for each in outgoing.unfinished(store, limit))
    return tuple(each for each in open_ones if each is not None and each.due_at is not None and each.due_at <= now)


class Desk(Struct):
    """A desk with a clock."""

    store: Store
    filing: Filing
    clock: Clock
    seed: str = ""

    @property
    def ours(self) -> Card:
        """The card that most tests declare with."""
        return cards()[1][0]

    @property
    def theirs(self) -> Card:
        """A card of another enterprise."""
        return cards()[1][1]

    def saved(self, code: str = "tmp101", **head: str | None) -> Stored:
        """A draft."""
        kind = kinds.by_code(code.upper())
        assert kind is not None
        return self.filing.save(self.ours.actor, kind, tree(code, **head))

    def declared(self, seq_no: str, card: Card | None = None) -> Stored:
        """*seq_no* declared by a card."""
        card = card or self.ours
        prepared = self.filing.prepare(self.ours.actor, seq_no)
        value = signature(prepared.object_id, prepared.package, card)
        return self.filing.declare(
            self.ours.actor, seq_no, prepared.id, card.signer.algorithm, value, card.signer.certificate_der
        )

    def handed_over(self) -> None:
        """The gateway hands over what is due."""
        for message in due(self.store, self.clock(), 100):
            outgoing.sending(self.store, message.id, self.clock())
            outgoing.sent(self.store, message.id, None, self.clock())

    def told(self, seq_no: str, result: str, **said: Any) -> Received:
        """Customs' receipt comes in."""
        return receiving.receive(self.store, receipt(seq_no, result, self.clock(), **said), None, self.clock())

    def approved(self, code: str = "tmp101", number: str = "ZH222826000001", **head: str | None) -> Stored:
        """A declaration that customs approved."""
        seq_no = self.declared(self.saved(code, **head).seq_no).seq_no
        self.handed_over()
        self.told(seq_no, "Y", code=code)
        self.clock.forward(minutes=1)
        self.told(seq_no, "1", business_id=number, code=code)
        return self.filing.get(self.ours.actor, seq_no)


def desk(store: Store, seed: str = "") -> Desk:
    """A desk on *store*."""
    clock = Clock()
    return Desk(store, Filing(store, clock, chance(seed), cards()[0]), clock, seed)


class _Remembering(Struct):
    """A signer that shows what it said."""

    signer: FileSigner
    value: bytes = b""

    @property
    def algorithm(self) -> str:
        return self.signer.algorithm

    @property
    def key_name(self) -> str:
        return self.signer.key_name

    @property
    def certificate_der(self) -> bytes:
        return self.signer.certificate_der

    def sign(self, data: bytes) -> bytes:
        self.value = self.signer.sign(data)
        return self.value


def signature(object_id: str, package: str, card: Card) -> bytes:
    """What the card says of a package."""
    signer = _Remembering(card.signer)
    sign_object(object_id, package.encode(), signer, SignaturePolicy())
    return signer.value


def message(object_id: str, package: str, card: Card) -> bytes:
    """A whole signed message."""
    return sign_object(object_id, package.encode(), card.signer, SignaturePolicy())


def receipt(
    seq_no: str,
    result: str,
    at: datetime,
    *,
    version: int = 0,
    notes: tuple[str, ...] = (),
    business_id: str | None = None,
    code: str = "tmp101",
    serial: int | None = None,
) -> bytes:
    """A business receipt as customs send it."""
    spec = reader.message("TMP2" + code[4:])
    result_head = HdeApprResult(
        etps_preent_no=seq_no, business_id=business_id, tms_cnt=version, manage_result=result, manage_date=at
    )
    infos = tuple(CheckInfo(note=note) for note in notes)
    document = codec.record_class(spec.root)(hde_appr_result=result_head, check_info=infos)
    message_id = str(MessageId(RECEIVER_ID, SENDER_ID, at, next(_serials) if serial is None else serial))
    info = EnvelopInfo(
        version="1.0",
        message_id=message_id,
        file_name=f"{message_id}.TMP",
        message_type=spec.code,
        sender_id=RECEIVER_ID,
        receiver_id=SENDER_ID,
        send_time=at,
    )
    pocket = PocketInfo(pocket_id="1", total_pocket_qty=1, cur_pocket_no=1)
    return plain(Message(spec=spec, info=info, pocket=pocket, document=document))
