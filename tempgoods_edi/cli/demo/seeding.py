"""Fills the demonstration's portal with records, through the services of the forms, signed by the demonstration's cards.

Safe to repeat: a record is known by its in-house number, and goes on from where it stood.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from msgspec import Struct

from h2018.client import Control, Refused, connect
from h2018.demo import CA, PASSWORD
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.control import CardControl
from tempgoods_edi.card.slots import FolderReaders
from tempgoods_edi.cli.demo.cards import CARDS, PLATFORM_KEY, READERS
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.declarant import kinds, platform
from tempgoods_edi.declarant.actors import Actor, actor_of
from tempgoods_edi.declarant.clocks import business_now
from tempgoods_edi.declarant.customs_queries import CustomsQueries
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.printing import render
from tempgoods_edi.declarant.query_messages import Enquirer
from tempgoods_edi.declarant.store import Store
from tempgoods_edi.declarant.store.listing import Search
from tempgoods_edi.declarant.store.people import DeclarantPerson
from tempgoods_edi.declarant.store.settings import Settings
from tempgoods_edi.declarant.stored import Stored
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual

Record = Mapping[str, Any]

#: The setting that says the records are all there.
SETTING = "demo records"
_DONE = "done"
_RECORDS = Path(__file__).with_name("records.json")
#: A document that goes with a record: its kind of document among the codes.
_OTHER_DOCUMENTS = "50000001"
_PATIENCE, _LOOK = 120.0, 0.1
_NOT_SO = Bilingual(
    "{key} 在 {seconds:g} 秒内没有到达“{state}”", "{key} did not come to “{state}” within {seconds:g} s"
)


class Desk(Struct, frozen=True, kw_only=True):
    """The services, clock and cards that the records are made with.

    :ivar today: business day.
    :ivar actors: who holds the card in each reader.
    """

    folder: Path
    store: Store
    filing: Filing
    customs: Control
    cards: CardControl
    customs_queries: CustomsQueries
    actors: Mapping[str, Actor]
    now: Callable[[], datetime]

    @property
    def today(self) -> date:
        """Today's date in business time."""
        return self.now().astimezone(CHINA_TIME).date()


def seed(folder: Path, customs_url: str) -> bool:
    """Make the missing records in the portal's database in *folder*; gateway and customs at *customs_url* must run.

    :returns: False when all was there already.
    :raises TempgoodsError: a record was refused, or customs did not answer in time.
    """
    store = Store.open(str(folder / "portal.sqlite3"))
    cards: CardControl | None = None
    try:
        settings = Settings(store)
        if settings.get(SETTING) == _DONE:
            return False
        cards = CardControl(FolderReaders((folder / READERS,)), _machine_now)
        _make(_desk(folder, store, settings, cards, customs_url))
        settings.put(SETTING, _DONE)
    finally:
        if cards is not None:
            cards.close()
        store.close()
    return True


def _desk(folder: Path, store: Store, settings: Settings, cards: CardControl, customs_url: str) -> Desk:
    def now() -> datetime:
        return business_now(_machine_now(), settings)

    signer = platform.read_signer(folder / PLATFORM_KEY, PASSWORD)
    states = asyncio.run(cards.cards())
    return Desk(
        folder=folder,
        store=store,
        filing=Filing(store, now, secrets.token_bytes, Trust([(folder / CA).read_bytes()])),
        customs=connect(customs_url).control,
        cards=cards,
        customs_queries=CustomsQueries(store, Enquirer(signer, secrets.token_bytes), now, time.sleep),
        actors={state.reader: actor_of(state.identity) for state in states},
        now=now,
    )


def _make(desk: Desk) -> None:
    data = json.loads(_RECORDS.read_text("utf-8"))
    for reader, people in data["declarants"].items():
        for no, name in people:
            desk.filing.add_declarant(desk.actors[reader], DeclarantPerson(no, name))
    records = {record["head"]["EtpsPreentNo"]: record for record in data["records"]}
    first = {key: record for key, record in records.items() if "exhibition" not in record}
    _declared(desk, first)
    numbers = {key: _found(desk, record).customs_no for key, record in first.items() if record["kind"] == "exhibition"}
    # An earlier start may have come as far as here, or somewhat farther.
    if missing := [each for each in data["entries"] if not _on_file(desk, each)]:
        desk.customs.add_entries([_entry(desk, each, numbers) for each in missing])
    later = {key: record for key, record in records.items() if key not in first}
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(each) for each in _questions(desk, data, records, numbers)]
        _declared(desk, {key: _at_exhibition(record, numbers) for key, record in later.items()})
        for each in asked:
            each.result()
    for line in data["returns"]:
        # What came back is written off once, whatever happened to an earlier start.
        back = desk.customs.entry(line["original_entry_no"])["lines"][line["original_item_no"] - 1]
        if back["returned"] == "0":
            desk.customs.record_return([line])


def _questions(
    desk: Desk, data: Record, records: Mapping[str, Record], numbers: Mapping[str, str | None]
) -> Iterator[Callable[[], object]]:
    """What is asked of customs, so that the portal knows the deadlines of entries."""
    for reader, entry_no in data["asked"]:
        yield partial(desk.customs_queries.entry_goods, desk.actors[reader], entry_no=entry_no)
    for each in data["entries"]:
        number, owner = numbers[each["exhibition"]], desk.actors[records[each["exhibition"]]["card"]]
        yield partial(desk.customs_queries.exhibition, owner, number or "")
        yield partial(desk.customs_queries.entry_goods, owner, exhibition_no=number)


def _at_exhibition(record: Record, numbers: Mapping[str, str | None]) -> Record:
    return {**record, "head": {**record["head"], "ExhibitionNo": numbers[record["exhibition"]]}}


def _on_file(desk: Desk, entry: Record) -> bool:
    try:
        desk.customs.entry(entry["entry_no"])
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


def _entry(desk: Desk, entry: Record, numbers: Mapping[str, str | None]) -> dict[str, Any]:
    days = {name: _day(desk.today, entry[name]).isoformat() for name in ("ie_date", "deadline")}
    kept = {name: value for name, value in entry.items() if name != "exhibition"}
    return {**kept, **days, "exhibition_no": numbers[entry["exhibition"]]}


def _declared(desk: Desk, records: Mapping[str, Record]) -> None:
    """Save all, declare those that are to be, and wait until customs have said what they are to say."""
    for record in records.values():
        stored = _saved(desk, record)
        if record["end"] != "draft" and stored.state is State.DRAFT:
            _declare(desk, record, stored)
    for key, record in records.items():
        _await(desk, key, record)


def _saved(desk: Desk, record: Record) -> Stored:
    found = _look(desk, record)
    if found is not None:
        return found
    kind, actor = _kind(record), desk.actors[record["card"]]
    tree = desk.filing.new(actor, kind)
    head = {tag: _dated(desk.today, value) for tag, value in record["head"].items()}
    lines = [{"GdsSeqNo": str(number), **line} for number, line in enumerate(record["goods"], 1)]
    tree = {**tree, "Head": {**tree["Head"], **head}, **({kind.goods.tag: lines} if lines else {})}
    stored = desk.filing.save(actor, kind, tree)
    if "attach" in record:
        pdf = render(stored, "check-sheet", "zh", desk.now())
        stored = desk.filing.attach(actor, stored.seq_no, record["attach"], _OTHER_DOCUMENTS, pdf)
    return stored


def _declare(desk: Desk, record: Record, stored: Stored) -> None:
    actor, seq_no = desk.actors[record["card"]], stored.seq_no
    if record["end"] == "manual_review":
        desk.customs.decide("manual", seq_no=seq_no)
    elif "reason" in record:
        desk.customs.decide("reject", seq_no=seq_no, **record["reason"])
    prepared = desk.filing.prepare(actor, seq_no)
    pin = next(Pin(card.pin) for card in CARDS if card.reader == record["card"])
    signed = asyncio.run(desk.cards.sign(prepared.object_id, prepared.package, pin, actor.ic_card_no))
    desk.filing.declare(actor, seq_no, prepared.id, signed.algorithm, signed.signature, signed.card.certificate_der)


def _await(desk: Desk, key: str, record: Record) -> None:
    wanted, until = State(record["end"]), time.monotonic() + _PATIENCE
    while _found(desk, record).state is not wanted:
        if time.monotonic() > until:
            raise CommandError(_NOT_SO.format(key=key, state=wanted.label, seconds=_PATIENCE))
        time.sleep(_LOOK)


def _look(desk: Desk, record: Record) -> Stored | None:
    """The record as it is stored, found by its in-house number."""
    actor, number = desk.actors[record["card"]], record["head"]["EtpsPreentNo"]
    rows = desk.filing.find(actor, Search(kind=_kind(record), conditions={"in_house": number})).rows
    return desk.filing.get(actor, rows[0].seq_no) if rows else None


def _found(desk: Desk, record: Record) -> Stored:
    found = _look(desk, record)
    assert found is not None  # noqa: S101 - it was saved before
    return found


def _kind(record: Record) -> kinds.Kind:
    kind = kinds.by_slug(record["kind"])
    assert kind is not None  # noqa: S101 - the records are ours
    return kind


def _dated(today: date, value: str) -> str:
    return _day(today, value).isoformat().replace("-", "") if value.startswith("+") else value


def _day(today: date, ahead: str) -> date:
    return today + timedelta(days=int(ahead))


def _machine_now() -> datetime:
    return datetime.now(CHINA_TIME)
