"""The routes for declarants: post messages, fetch receipts, ask for the state of a message and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from msgspec import Meta, Struct
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from h2018.cases import Answer, Outcome
from h2018.decisions import messages, receipt_texts
from h2018.http.routing import (
    XML,
    Answered,
    HttpError,
    Request,
    Response,
    ResponseDoc,
    Route,
    http_error,
    json_response,
)
from h2018.http_api.long_poll import LongPoll
from h2018.http_api.shown import MORE, THERE_IS_MORE, Listed, Next, Standing, Whys, listing, telling
from h2018.store import Reply
from h2018.tenant.tenants import Customs, NoSuchReceipt, Tenant
from tempgoods_edi.envelope.problems import TOO_BIG
from tempgoods_edi.values import Basis, Bilingual

SOURCE = "http"

_CODES: Mapping[Outcome, int] = {"accepted": 200, "refused": 422, "conflict": 409, "undecided": 500}
_MESSAGES = ("application/xml", "text/xml", "application/zip", "application/octet-stream")
_XML_ONLY = ("application/xml",)
_LAST = 2**53

_NO_RECEIPT = Bilingual("没有这份回执", "there is no such receipt")
_NO_MESSAGE = Bilingual("没有收到过这份报文", "no such message was received")
_ANSWER = Bilingual("技术回执（CommonResponeMessage）", "the technical answer (CommonResponeMessage)")
_TRACE = Bilingual("自报文至末份回执的编号", "one id from the message to its last receipt")

Sequence = Annotated[int, Meta(ge=1, le=_LAST)]


class Numbered(Struct, frozen=True):
    """Path parameter: the sequence of a receipt."""

    sequence: Sequence


class Pull(Struct, frozen=True, forbid_unknown_fields=True):
    """Query parameters: which receipts to list.

    :ivar wait: seconds to wait for one when there is none yet.
    """

    after: Annotated[int, Meta(ge=0, le=_LAST, description="high-water mark: only receipts above it")] = 0
    recipient: (
        Annotated[str, Meta(min_length=1, max_length=64, description="sender_id of the message answered")] | None
    ) = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    wait: Annotated[float, Meta(ge=0, le=60, description="seconds to wait when there is none yet")] = 0


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """Query parameters: which steps to list."""

    after: Annotated[int, Meta(ge=0, le=_LAST, description="only lines of the journal above this number")] = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 200


def routes(customs: Customs, time: IReactorTime) -> tuple[Route, ...]:
    """The routes for declarants' programs.

    :param time: the machine's time, for pulls that wait.
    """
    xml = partial(ResponseDoc, kind=bytes, media=_XML_ONLY, headers={"X-Trace-Id": _TRACE})
    message, receipt = partial(Route, "messages"), partial(Route, "receipts", gated=True)
    return (
        message(
            "POST",
            "/v1/messages",
            partial(_post, time),
            Bilingual("递交报文（XML或含附件的ZIP）", "hand in a message (XML, or ZIP with attachments)"),
            {
                200: xml(text=_ANSWER),
                409: xml(text=Bilingual("报文编号已用于其他内容", "the message_id was used for other content")),
                413: xml(text=Bilingual("报文过大", "the message is too large")),
                422: xml(text=Bilingual("技术回执：不接收，说明原因", "the technical answer: refused, and why")),
            },
            body=bytes,
            media=_MESSAGES,
            needs_body=False,
            most=None,
            too_large=_too_large,
            gated=True,
            basis=Basis.ASSUMED,
        ),
        message(
            "GET",
            "/v1/messages/{message_id}",
            _standing,
            Bilingual("报文现状、下一步及预计时间", "how a message stands, and when its next step is due"),
            {200: ResponseDoc(Bilingual("现状", "how it stands"), Standing)},
        ),
        message(
            "GET",
            "/v1/messages/{message_id}/why",
            _why,
            Bilingual("为何如此：层面、规则、最接近的场景", "why: plane, rule, and the scenario that nearly fitted"),
            {200: ResponseDoc(Bilingual("每一步及原因", "each step, and why"), Whys, headers=THERE_IS_MORE)},
            query=Span,
        ),
        receipt(
            "GET",
            "/v1/receipts",
            partial(_receipts, LongPoll(time)),
            Bilingual("按水位线取回执", "receipts above a high-water mark, oldest first"),
            {
                200: ResponseDoc(
                    Bilingual("回执", "receipts"),
                    tuple[Listed, ...],
                    headers={"X-High-Water-Mark": Bilingual("下次的 after", "the next `after`"), **THERE_IS_MORE},
                )
            },
            query=Pull,
        ),
        receipt(
            "GET",
            "/v1/receipts/{sequence}",
            _receipt,
            Bilingual("一份回执", "one receipt"),
            {200: xml(text=Bilingual("回执", "the receipt"))},
            names=Numbered,
        ),
        receipt(
            "POST",
            "/v1/receipts/{sequence}/redeliver",
            _redeliver,
            Bilingual("重新投递一份回执", "deliver one receipt again, the same bytes under a new sequence"),
            {201: ResponseDoc(Bilingual("新的回执", "the receipt, once more"), Listed)},
            names=Numbered,
        ),
    )


def _post(time: IReactorTime, request: Request) -> Answered:
    return request.tenant.submit(request.body, SOURCE).addCallback(partial(_replied, time))


def _replied(time: IReactorTime, reply: Reply) -> Any:
    if reply.withheld:
        return Response(200, raw=lambda wire: wire.close())
    response = Response(_CODES[reply.outcome], reply.data, XML, _about(reply))
    if reply.seconds:
        return deferLater(time, reply.seconds, lambda: response)
    return response


def _about(reply: Reply) -> dict[str, str]:
    headers = {"X-Trace-Id": reply.trace_id}
    return {**headers, "X-Repeated": "true"} if reply.repeated else headers


def _too_large(size: int, limit: int) -> Response:
    finding = TOO_BIG.at(size=size, limit=limit)
    answer = Answer(outcome="refused", check_info=receipt_texts.check_info((finding,)))
    return Response(413, messages.technical(answer), XML)


def _receipts(polls: LongPoll, request: Request) -> Answered:
    request.tenant.pulled(request.query.recipient)
    found = _page(request.tenant, request.query)
    if found.body != b"[]" or not request.query.wait:
        return found
    came: Deferred[Any] = polls.receipt(request.tenant, request.query.wait)
    return came.addCallback(lambda _: _page(request.tenant, request.query))


def _page(tenant: Tenant, pull: Pull) -> Response:
    last = tenant.store.next_sequence - 1
    found, more = tenant.store.receipts_page(pull.recipient, pull.after, pull.limit)
    mark = found[-1].sequence if more or len(found) == pull.limit else max(pull.after, last)
    headers = {"X-High-Water-Mark": str(mark), **({MORE: "true"} if more else {})}
    return json_response([listing(receipt) for receipt in found], headers=headers)


def _receipt(request: Request) -> Response:
    found = request.tenant.store.receipt(request.names.sequence)
    if found is None:
        raise HttpError(404, _NO_RECEIPT)
    headers = {"X-Trace-Id": found.trace_id, "Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(200, found.data, XML, headers)


def _redeliver(request: Request) -> Response:
    try:
        receipt = request.tenant.redeliver(request.names.sequence)
    except NoSuchReceipt as error:
        raise http_error(error, 404) from error
    return json_response(listing(receipt), 201)


def _why(request: Request) -> Response:
    message_id, span = request.names["message_id"], request.query
    found = request.tenant.store.page(message_id, after=span.after, limit=span.limit)
    if not found.lines and not span.after:
        raise HttpError(404, _NO_MESSAGE)
    return json_response(
        Whys(message_id, tuple(map(telling, found.lines))), headers={MORE: "true"} if found.more else {}
    )


def _standing(request: Request) -> Response:
    tenant, message_id = request.tenant, request.names["message_id"]
    found = tenant.store.standing(message_id)
    if found is None:
        raise HttpError(404, _NO_MESSAGE)
    last = found.line
    case = tenant.store.case(last.seq_no)
    receipts = () if case is None else tenant.store.laid_of(case.seq_no)
    return json_response(
        Standing(
            message_id=message_id,
            trace_id=last.trace_id,
            taken=found.taken,
            seq_no=last.seq_no,
            customs_no=None if case is None else case.customs_no,
            state=None if case is None else case.state.value,
            next=None if case is None else _next(tenant, case.seq_no),
            receipts=tuple(receipt.sequence for receipt in receipts),
        )
    )


def _next(tenant: Tenant, seq_no: str) -> Next | None:
    timer = next(iter(tenant.store.timers.about(seq_no)), None)
    return None if timer is None else Next(timer.kind, timer.due)
