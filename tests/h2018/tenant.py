"""A small customs for the tests: a clock that stands still, the fixtures' cards, and messages made from their JSON form."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace
from twisted.internet.task import Clock

from h2018.business_clock import BusinessClock
from h2018.config import Config
from h2018.store import Reply, StoredReceipt
from h2018.tenant import tenants
from h2018.tenant.intake import IntakeService
from h2018.tenant.tenants import Customs
from tempgoods_edi.interchange import json_form
from tempgoods_edi.numbers import MessageId
from tempgoods_edi.schema import validator
from tempgoods_edi.signing import SignaturePolicy, Signer, Trust, sign_object
from tempgoods_edi.signing.keys import from_pkcs12
from tests.h2018.samples import OWNER, START, Tree, changed, fixture

__all__ = ["OWNER", "START", "Tree", "changed", "fixture"]

TOP = Path(__file__).resolve().parents[2]
FIXTURES = TOP / "fixtures"
REGISTRY = TOP / "simulator" / "h2018" / "data" / "报关单登记.csv"
ORGANISER = "310173A546"
#: A customs entry of the sample registry, and one of its return entries.
ENTRY, RETURN_ENTRY = "222520271147491038", "222520270213647924"


class Closed(Protocol):
    """What is closed in the end."""

    def close(self) -> None:
        """Close it; a second time does nothing."""


C = TypeVar("C", bound=Closed)

_open: list[Closed] = []


@cache
def card(enterprise_no: str) -> Signer:
    """The fixtures' card of an enterprise."""
    password = (FIXTURES / "keys" / "password.txt").read_text("utf-8").strip()
    return from_pkcs12((FIXTURES / "keys" / f"{enterprise_no}.p12").read_bytes(), password)


@cache
def trust() -> Trust:
    """The CA of those cards."""
    return Trust([(FIXTURES / "keys" / "ca.pem").read_bytes()])


def case(folder: str) -> Tree:
    """The JSON form of one of the sample cases."""
    tree: Tree = json.loads((FIXTURES / "cases" / folder / "message.json").read_bytes())
    return tree


def signed(tree: Tree, serial: int, *, signer: str | None = None, sender: str | None = None) -> bytes:
    """The signed message of *tree*, under the message_id number *serial*.

    :param signer: whose card signs; the entering unit's when left out.
    :param sender: sender id, 16 letters and digits.
    """
    envelope = dict(tree["envelope"])
    if sender is not None:
        envelope["sender_id"] = sender
    envelope["message_id"] = str(MessageId(envelope["sender_id"], "DXPEDCTMP0000001", START, serial))
    sheet = json_form.read(json.dumps({**tree, "envelope": envelope}).encode(), {})
    if sheet.package is None:
        raise ValueError(sheet.findings)
    owner = signer or tree["document"]["OperCusRegCode"]
    return sign_object("M001", sheet.package.encode(), card(owner), SignaturePolicy())


def snapshot_of(tenant: tenants.Tenant) -> bytes:
    """A snapshot of *tenant*, whose executor works at once."""
    files: list[BinaryIO] = []
    tenant.snapshot_file().addCallback(files.append)
    with files[0] as file:
        file.seek(0)
        return file.read()


class Tenant(Struct, frozen=True):
    """One simulated customs whose time only we move.

    :ivar tenant: the tenant that is played with.
    :ivar time: the machine's time, which stands still as well.
    """

    customs: Customs
    tenant: tenants.Tenant
    time: Clock

    @property
    def intake_service(self) -> IntakeService:
        """Its way in."""
        return self.tenant.intake_service

    @property
    def clock(self) -> BusinessClock:
        """Its business clock."""
        return self.tenant.clock

    def send(self, data: bytes, source: str = "http") -> Reply:
        """Hand a message in."""
        return self.tenant.intake(data, source)

    def advance(self, seconds: float) -> None:
        """Let business time pass."""
        self.tenant.advance(seconds)

    def advance_to(self, instant: datetime) -> None:
        """Let business time pass until then."""
        self.tenant.advance_to(instant)

    def settle(self) -> None:
        """Let ten minutes pass: long enough for every receipt."""
        self.advance(600)

    def settled(self, data: bytes) -> Reply:
        """Hand a message in and wait for its receipts."""
        reply = self.send(data)
        self.settle()
        return reply

    def receipts(self, seq_no: str | None = None) -> tuple[StoredReceipt, ...]:
        """All receipts so far, or those of one case."""
        return tuple(each for each in self.tenant.store.receipts() if seq_no in (None, each.seq_no))

    def results(self, seq_no: str | None) -> list[str]:
        """The manageResult of each receipt of a case, in order."""
        return [text_of(each.data, "manageResult") for each in self.receipts(seq_no)]


def make_tenant(config: Config | None = None, starts_at: datetime = START) -> Tenant:
    """A customs with the sample registry and the fixtures' CA; in memory unless *config* says where."""
    time = Clock()
    config = replace(Config() if config is None else config, clock="manual", registry=REGISTRY)
    customs = to_close(Customs(replace(config, starts_at=config.starts_at or starts_at), time, trust=trust()))
    return Tenant(customs, customs.tenant(), time)


def to_close(made: C) -> C:
    """*made*, closed when the test is over."""
    _open.append(made)
    return made


def close_all() -> None:
    """Close what is to be closed; what a test closed already stays closed."""
    while _open:
        _open.pop().close()


def text_of(data: bytes, tag: str) -> str:
    """The text of the first element called *tag*; empty when there is none."""
    found = etree.fromstring(data).find(f".//{{*}}{tag}")
    return "" if found is None else found.text or ""


def notes_of(data: bytes) -> list[str]:
    """The notes of a receipt."""
    return [each.text or "" for each in etree.fromstring(data).iterfind(".//note")]


def refusal_of(data: bytes, schema: str) -> str | None:
    """What libxml2 has against *data* by one of our schemas."""
    return validator.refusal(schema, etree.fromstring(data))
