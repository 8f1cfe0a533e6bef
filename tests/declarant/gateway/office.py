"""A declarant's office: a store, somebody with a card, and a gateway to a simulated customs."""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random

from msgspec import Struct

from tempgoods_edi.declarant import kinds
from tempgoods_edi.declarant.actors import Actor, actor_of
from tempgoods_edi.declarant.clocks import business_now
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.gateway.gateway import Gateway
from tempgoods_edi.declarant.gateway.stored_outbox import StoredOutbox
from tempgoods_edi.declarant.gateway.transports import Transport
from tempgoods_edi.declarant.kinds import Kind
from tempgoods_edi.declarant.store.database import Store
from tempgoods_edi.declarant.store.settings import Settings
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing import SignaturePolicy, sign_object
from tests.h2018.samples import Tree, changed, fixture
from tests.h2018.tenant import OWNER, START, card, signed, text_of, trust

#: How long anything may take (seconds).
PATIENCE = 30.0

_open: list[Store] = []


@cache
def actor(enterprise_no: str = OWNER) -> Actor:
    """Who holds the fixtures' card of that enterprise."""
    tree = fixture("tmp151-minimal")
    tree["document"]["OperCusRegCode"] = enterprise_no
    policy = Policy(now=START, trust=trust())
    identity = check(signed(tree, 1), Facts(today=START.date()), policy).certificate
    assert identity is not None
    return actor_of(identity)


def exhibition() -> Kind:
    """The kind that most tests declare."""
    return kinds.KINDS[0]


class Office(Struct, frozen=True):
    """A store, and the desk in front of it; business time is that of its customs, once they were asked."""

    database: Path
    store: Store
    filing: Filing

    def saved(self, kind: Kind | None = None, name: str = "tmp101-minimal", **values: str) -> str:
        """A draft; its pre-entry number."""
        tree: Tree = changed(fixture(name), {path.replace("__", "/"): value for path, value in values.items()})[
            "document"
        ]
        for line in tree.get("ExhibitList", ()):
            line.setdefault("SecdLawfQty", "30")  # the portal fills in the unit
        return self.filing.save(actor(), kind or exhibition(), tree).seq_no

    def declared(self, seq_no: str) -> Stored:
        """Declare it with the card."""
        prepared = self.filing.prepare(actor(), seq_no)
        key = card(OWNER)
        data = sign_object(prepared.object_id, prepared.package.encode(), key, SignaturePolicy())
        value = b64decode(text_of(data, "SignatureValue"))
        return self.filing.declare(actor(), seq_no, prepared.id, key.algorithm, value, key.certificate_der)

    def state(self, seq_no: str) -> State:
        """Where it stands."""
        return self.filing.get(actor(), seq_no).state


def office(folder: Path) -> Office:
    """A new office in *folder*, or the one that is there."""
    path = folder / "portal.sqlite3"
    store = Store.open(str(path))
    _open.append(store)
    settings = Settings(store)
    filing = Filing(store, lambda: business_now(datetime.now(CHINA_TIME), settings), Random(7).randbytes, trust())
    return Office(path, store, filing)


def close_all() -> None:
    """Close the stores of all offices."""
    while _open:
        _open.pop().close()


def gateway(office: Office, transport: Transport, **changes: object) -> Gateway:
    """A gateway for it."""
    return Gateway(StoredOutbox(office.store), transport, Random(1), **changes)  # type: ignore[arg-type]  # each is of its kind


def until(found: Callable[[], bool], meanwhile: Callable[[], object] = lambda: None) -> None:
    """Go on until it is so."""
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end, "it never came to that"
        meanwhile()
