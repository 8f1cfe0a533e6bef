"""The registry over HTTP: customs entries (CSV or JSON) are put on file, returned goods are recorded."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from decimal import Decimal
from functools import partial
from io import StringIO
from typing import Annotated, Any

from msgspec import Meta, Struct
from twisted.internet.defer import Deferred, inlineCallbacks

from h2018.control.answering import route
from h2018.http import request_reading
from h2018.http.routing import HttpError, Refused, Request, Response, ResponseDoc, Route, http_error, json_response
from h2018.registry import csv_file
from h2018.registry.registry import Holdings, RegistryError, Returned
from tempgoods_edi.lifecycle.deadlines import initial_deadline
from tempgoods_edi.numbers import read_entry_number
from tempgoods_edi.rules import KnownEntry, KnownLine
from tempgoods_edi.texts import NotText, decoded
from tempgoods_edi.values import Bilingual

_route = partial(route, "registry")
_FILES = ("text/csv", "application/json")
LARGEST = 16 * 1024 * 1024

_BAD_NUMBER = Bilingual("报关单号“{number}”不可用", "“{number}” is no entry number")
_SAME_ITEM = Bilingual("报关单 {number} 商品序号 {item} 重复", "entry {number} has item {item} twice")
_TWICE = Bilingual("报关单 {number} 重复", "entry {number} comes twice")
_UNFIT = Bilingual("内容不可用：{why}", "unusable: {why}")

Item = Annotated[int, Meta(ge=1, le=9999)]
Quantity = Annotated[str, Meta(pattern=r"^[0-9]{1,14}(\.[0-9]{1,5})?$")]
Number = Annotated[str, Meta(min_length=1, max_length=32)]
Words = Annotated[str, Meta(min_length=1, max_length=255)]
Day = Annotated[date, Meta(description="as in 2027-03-01")]


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of one goods line of an entry; quantity and price are texts, so that nothing is rounded."""

    item_no: Item
    hs_code: Annotated[str, Meta(pattern="^[0-9]{8,13}$")]
    name: Words
    quantity: Quantity
    unit: Annotated[str, Meta(pattern="^[0-9]{3}$")]
    model: Words | None = None
    unit_price: Quantity | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z0-9]{3}$")] | None = None
    origin: Annotated[str, Meta(pattern="^[A-Z0-9]{3}$")] | None = None


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of a customs entry; without a deadline, the deadline is six months later."""

    entry_no: Number
    ie_date: Day
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=9999)]
    enterprise_nos: Annotated[tuple[Number, ...], Meta(max_length=10)] = ()
    deadline: Day | None = None
    exhibition_no: Number | None = None


class EntryList(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form of entries to put on file, all of them or none."""

    entries: Annotated[tuple[Entry, ...], Meta(min_length=1, max_length=10_000)]


class Back(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of one line of a return entry, with the line of the original entry that it writes off."""

    original_entry_no: Number
    original_item_no: Item
    entry_no: Number
    item_no: Item
    quantity: Quantity


class Backs(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form of a return entry; *day* is today when left out."""

    lines: Annotated[tuple[Back, ...], Meta(min_length=1, max_length=9999)]
    day: Day | None = None


class Filed(Struct, frozen=True):
    """JSON form: the numbers of the entries that were put on file."""

    entry_nos: tuple[str, ...]


class Sent(Struct, frozen=True):
    """JSON form: the write-off messages (TMP301) that were sent."""

    receipts: tuple[int, ...]


class Balance(Struct, frozen=True):
    """JSON form: the write-off balance of one line of an entry on file."""

    item_no: int
    hs_code: str
    name: str
    quantity: Decimal
    lent: Decimal
    returned: Decimal


class OnFile(Struct, frozen=True):
    """JSON form of an entry on file with its balances."""

    entry_no: str
    ie_date: date
    deadline: date
    exhibition_no: str | None
    lines: tuple[Balance, ...]


def routes() -> tuple[Route, ...]:
    """The routes for the registry."""
    unfit = ResponseDoc(Bilingual("不能登记", "it cannot be put on file"), Refused)
    return (
        _route(
            "POST",
            "/entries",
            _add,
            Bilingual("登记报关单（CSV或JSON）", "put entries on file (CSV or JSON)"),
            {201: ResponseDoc(Bilingual("已登记", "on file"), Filed), 409: unfit, 422: unfit},
            body=bytes,
            media=_FILES,
            forms={"application/json": EntryList},
            most=LARGEST,
        ),
        _route(
            "GET",
            "/entries/{entry_no}",
            _entry_on_file,
            Bilingual("报关单及核销余量", "an entry and its write-off balances"),
            {200: ResponseDoc(Bilingual("报关单", "the entry"), OnFile)},
        ),
        _route(
            "POST",
            "/returns",
            _return,
            Bilingual("复运登记，余量变动并发送 TMP301", "goods return: balances change, TMP301 is sent"),
            {201: ResponseDoc(Bilingual("已登记", "on file"), Sent), 409: unfit, 422: unfit},
            body=Backs,
        ),
    )


@inlineCallbacks
def _add(request: Request) -> Generator[Deferred[Any], Any, Response]:
    """What is sent is read by a thread: it may be a year's entries."""
    read = _json if request.media == "application/json" else _csv
    holdings: Holdings = yield request.tenant.workers.in_thread(read, request.body)
    try:
        request.tenant.add_entries(holdings)
    except RegistryError as error:
        raise http_error(error) from error
    return json_response(Filed(tuple(holdings.entries)), 201)


def _csv(data: bytes) -> Holdings:
    try:
        return csv_file.read_entries(StringIO(decoded(data, "CSV"), newline=""), "CSV")
    except (csv_file.RegistryFileError, NotText) as error:
        raise http_error(error, 422) from error


def _json(data: bytes) -> Holdings:
    request: EntryList = request_reading.decoded(data, EntryList)
    found: dict[str, KnownEntry] = {}
    for entry in request.entries:
        if read_entry_number(entry.entry_no) is None:
            raise HttpError(422, _BAD_NUMBER.format(number=entry.entry_no))
        if entry.entry_no in found:
            raise HttpError(422, _TWICE.format(number=entry.entry_no))
        found[entry.entry_no] = _entry(entry)
    return Holdings(entries=found)


def _entry(entry: Entry) -> KnownEntry:
    lines: dict[int, KnownLine] = {}
    for line in entry.lines:
        if line.item_no in lines:
            raise HttpError(422, _SAME_ITEM.format(number=entry.entry_no, item=line.item_no))
        lines[line.item_no] = _line(line)
    try:
        deadline = entry.deadline or initial_deadline(entry.ie_date)
    except (ValueError, OverflowError) as error:
        raise HttpError(422, _UNFIT.format(why=entry.ie_date)) from error
    return KnownEntry(
        entry_no=entry.entry_no,
        ie_date=entry.ie_date,
        deadline=deadline,
        enterprise_nos=frozenset(entry.enterprise_nos),
        lines=lines,
        exhibition_no=entry.exhibition_no,
    )


def _line(line: Line) -> KnownLine:
    return KnownLine(
        item_no=line.item_no,
        hs_code=line.hs_code,
        name=line.name,
        quantity=Decimal(line.quantity),
        unit=line.unit,
        model=line.model,
        unit_price=None if line.unit_price is None else Decimal(line.unit_price),
        currency=line.currency,
        origin=line.origin,
    )


def _entry_on_file(request: Request) -> Response:
    entry = request.tenant.registry.entries.get(request.names["entry_no"])
    if entry is None:
        raise HttpError(404, Bilingual("没有登记此报关单", "no such entry is on file"))
    lines = tuple(_balance(line) for _, line in sorted(entry.lines.items()))
    return json_response(OnFile(entry.entry_no, entry.ie_date, entry.deadline, entry.exhibition_no, lines))


def _balance(line: KnownLine) -> Balance:
    return Balance(line.item_no, line.hs_code, line.name, line.quantity, line.lent, line.returned)


def _return(request: Request) -> Response:
    day = request.body.day or request.tenant.clock.now().date()
    lines = [_returned(each, day) for each in request.body.lines]
    try:
        sent = request.tenant.record_return(lines)
    except RegistryError as error:
        raise http_error(error) from error
    return json_response(Sent(tuple(receipt.sequence for receipt in sent)), 201)


def _returned(each: Back, day: date) -> Returned:
    if read_entry_number(each.entry_no) is None:
        raise HttpError(422, _BAD_NUMBER.format(number=each.entry_no))
    return Returned(
        original=(each.original_entry_no, each.original_item_no),
        entry_no=each.entry_no,
        item_no=each.item_no,
        quantity=Decimal(each.quantity),
        day=day,
    )
