"""The journal over HTTP: read in pages, its bytes fetched, its messages replayed elsewhere or submitted again after an edit."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from msgspec import Meta, Struct
from twisted.internet.defer import Deferred, inlineCallbacks

from h2018.cases import Why
from h2018.control.answering import route
from h2018.http.routing import (
    HttpError,
    Pieces,
    Refused,
    Request,
    Response,
    ResponseDoc,
    Route,
    http_error,
    json_response,
)
from h2018.http_api.shown import MORE, THERE_IS_MORE, Told, telling
from h2018.store import JournalLine, Reply
from h2018.tenant.tenants import Customs, NoSuchTenant, Tenant
from h2018.workers.preparation import PreparedMessage
from tempgoods_edi.values import Bilingual

_LAST = 2**53
_RAW = "application/octet-stream"
_SOURCE = "replay"

_NO_LINE = Bilingual("日志中没有第 {n} 行", "the journal has no line {n}")
_NOT_RECEIVED = Bilingual("第 {n} 行不是收到的报文", "line {n} is no message received")
_FROM = Bilingual("由租户 {tenant} 日志第 {n} 行重放", "replayed from line {n} of {tenant}'s journal")
_EDITED = Bilingual("由租户 {tenant} 日志第 {n} 行修改后重新处理", "made from line {n} of {tenant}'s journal, edited")

_route = partial(route, "journal")

Number = Annotated[int, Meta(ge=1, le=_LAST)]
TenantName = Annotated[str, Meta(min_length=1, max_length=63)]


class Page(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query parameters: which journal lines to list."""

    after: Annotated[int, Meta(ge=0, le=_LAST)] = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    message_id: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    seq_no: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    newest_first: bool = False


class Numbered(Struct, frozen=True):
    """Path parameter: the number of a journal line."""

    sequence: Number


class Replay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form: which messages of this journal to submit, in order, to which other tenant."""

    into: TenantName
    sequences: Annotated[tuple[Number, ...], Meta(min_length=1, max_length=1000)]


class Reprocess(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form: which tenant takes the edited message; the same tenant when left out."""

    into: TenantName | None = None


class Replayed(Struct, frozen=True, kw_only=True):
    """JSON form: the result of one replayed message.

    :ivar origin: the line it was made from.
    :ivar line: the line it is received at; None when it was taken before.
    :ivar same: it was answered with the same bytes as then.
    """

    origin: int
    line: int | None
    outcome: str
    trace_id: str
    message_id: str | None
    seq_no: str | None
    rules: tuple[str, ...]
    same: bool
    answer: str


def routes(customs: Customs) -> tuple[Route, ...]:
    """The routes for the journal."""
    no_line = {404: ResponseDoc(Bilingual("没有此行", "there is no such line"), Refused)}
    unfit = {422: ResponseDoc(Bilingual("不是收到的报文", "no message received"), Refused)}
    return (
        _route(
            "GET",
            "/journal",
            _page,
            Bilingual("日志", "the journal, in pages"),
            {200: ResponseDoc(Bilingual("日志", "lines"), tuple[Told, ...], headers=THERE_IS_MORE)},
            query=Page,
        ),
        _route(
            "GET",
            "/journal/{sequence}",
            _one,
            Bilingual("日志的一行", "one line"),
            {200: ResponseDoc(Bilingual("一行", "the line"), Told), **no_line},
            names=Numbered,
        ),
        _route(
            "GET",
            "/journal/{sequence}/data",
            _data,
            Bilingual("收发的原始字节", "the exact bytes received or sent"),
            {200: ResponseDoc(Bilingual("原始字节", "the bytes"), bytes, media=(_RAW,)), **no_line},
            names=Numbered,
        ),
        _route(
            "POST",
            "/journal/{sequence}/reprocess",
            partial(_reprocess, customs),
            Bilingual("修改后重新处理，保留来历", "hand it in once more, edited; where it came from is kept"),
            {200: ResponseDoc(Bilingual("结果", "what became of it"), Replayed), **no_line, **unfit},
            names=Numbered,
            query=Reprocess,
            body=bytes,
            needs_body=False,
            media=("application/xml", "text/xml", "application/zip", _RAW),
            most=None,
        ),
        _route(
            "POST",
            "/replay",
            partial(_replay, customs),
            Bilingual("将日志中的报文重放到另一租户", "replay messages of the journal into another tenant"),
            {
                200: ResponseDoc(Bilingual("结果", "what became of each"), tuple[Replayed, ...]),
                **no_line,
                **unfit,
            },
            body=Replay,
        ),
    )


def _page(request: Request) -> Response:
    page: Page = request.query
    found = request.tenant.store.page(
        page.message_id, seq_no=page.seq_no, after=page.after, limit=page.limit, newest_first=page.newest_first
    )
    return json_response([telling(line) for line in found.lines], headers={MORE: "true"} if found.more else {})


def _one(request: Request) -> Response:
    return json_response(telling(_line(request.tenant, request.names.sequence)))


def _data(request: Request) -> Response:
    store, line = request.tenant.store, _line(request.tenant, request.names.sequence)
    pieces = Pieces(partial(store.pieces, line.sequence), line.size)
    return Response(200, b"", _RAW, {"X-Sha256": line.hash}, pieces=pieces)


def _line(tenant: Tenant, sequence: int) -> JournalLine:
    line = tenant.store.line(sequence)
    if line is None:
        raise HttpError(404, _NO_LINE.format(n=sequence))
    return line


def _received(tenant: Tenant, sequence: int) -> JournalLine:
    line = _line(tenant, sequence)
    if line.what not in ("received", "repeated"):
        raise HttpError(422, _NOT_RECEIVED.format(n=sequence))
    return line


def _tenant(customs: Customs, name: str) -> Tenant:
    try:
        return customs.tenant(name)
    except NoSuchTenant as error:
        raise http_error(error, 404) from error


def _replay(customs: Customs, request: Request) -> Deferred[Response]:
    into = _tenant(customs, request.body.into)
    return _replayed(request.tenant, [_received(request.tenant, sequence) for sequence in request.body.sequences], into)


@inlineCallbacks
def _replayed(tenant: Tenant, lines: list[JournalLine], into: Tenant) -> Generator[Deferred[Any], Any, Response]:
    """One after the other, as they came the first time; one at a time is in memory."""
    replayed = []
    for line in lines:
        data = yield tenant.workers.whole(line)
        prepared: PreparedMessage = yield into.prepared(data)
        replayed.append(_again(tenant, line, prepared, into, _FROM))
    return json_response(replayed)


def _reprocess(customs: Customs, request: Request) -> Deferred[Response]:
    line = _received(request.tenant, request.names.sequence)
    into = request.tenant if request.query.into is None else _tenant(customs, request.query.into)
    return _reprocessed(request.tenant, line, request.body, into)


@inlineCallbacks
def _reprocessed(
    tenant: Tenant, line: JournalLine, body: bytes, into: Tenant
) -> Generator[Deferred[Any], Any, Response]:
    data = body or (yield tenant.workers.whole(line))
    prepared: PreparedMessage = yield into.prepared(data)
    return json_response(_again(tenant, line, prepared, into, _EDITED))


def _again(tenant: Tenant, line: JournalLine, prepared: PreparedMessage, into: Tenant, text: Bilingual) -> Replayed:
    before = into.store.lines.next_sequence
    reply: Reply = into.take(prepared, _SOURCE)
    why = Why(
        stage="control",
        plane="control",
        path=f"{tenant.name}/journal/{line.sequence}",
        text=text.format(tenant=tenant.name, n=line.sequence),
    )
    with into.store.transaction():
        into.store.note(
            "control", into.clock.now(), reply.trace_id, message_id=reply.message_id, seq_no=reply.seq_no, why=(why,)
        )
    then = [each.hash for each in tenant.store.traced(line.trace_id).lines if each.what == "answered"]
    return Replayed(
        origin=line.sequence,
        line=None if reply.repeated else before,
        outcome=reply.outcome,
        trace_id=reply.trace_id,
        message_id=reply.message_id,
        seq_no=reply.seq_no,
        rules=reply.rules,
        same=sha256(reply.data).hexdigest() in then,
        answer=reply.data.decode("utf-8", "replace"),
    )
