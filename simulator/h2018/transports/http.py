"""HTTP: post messages, fetch receipts, ask why.  Routes only; nothing is decided here.

| request | answer |
|---|---|
| ``POST /v1/messages`` | the technical answer: 200 taken, 422 refused, 409 conflict, 413 too large, 500 our fault |
| ``GET /v1/receipts?after=N&recipient=…&limit=N`` | JSON list, oldest first; ``X-High-Water-Mark`` is the next ``after`` |
| ``GET /v1/receipts/{sequence}`` | the receipt's XML |
| ``GET /v1/messages/{message_id}/why`` | JSON: what was done with the message, and why |
| ``GET /healthz`` | JSON: alive, and what time it is at customs |

Every answer carries ``X-Simulated: h2018``; no traceback leaves the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any

import msgspec
from msgspec import Struct, field
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

from h2018 import outgoing, wording
from h2018.cases import Answer
from h2018.service import Service
from h2018.store import Receipt, Record, Reply
from tempgoods_edi.envelope.problems import TOO_BIG
from tempgoods_edi.values import Bilingual

SOURCE = "http"

_XML, _JSON = "application/xml; charset=utf-8", "application/json; charset=utf-8"
_CODES = {"accepted": 200, "refused": 422, "conflict": 409, "undecided": 500}
_MOST_RECEIPTS = 1000
_DEFAULT_RECEIPTS = 100
#: How much of a body that is too large is still read, so that an ordinary client gets to see the answer (bytes).
_PATIENCE = 16 * 1024 * 1024
_CUT_OFF = b"HTTP/1.1 413 Request Entity Too Large\r\nX-Simulated: h2018\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_NOT_FOUND = Bilingual("没有这个地址", "there is nothing at this address")
_NO_METHOD = Bilingual("该地址不支持此方法", "this address does not know that method")
_NO_NUMBER = Bilingual("{name} 应为非负整数", "{name} must be a whole number, not below 0")
_NO_RECEIPT = Bilingual("没有这份回执", "there is no such receipt")
_NO_MESSAGE = Bilingual("没有收到过这份报文", "no such message was received")
_OUR_FAULT = Bilingual("模拟器内部错误，已记录", "a fault of the simulator; it was logged")

_log = Logger()


class Response(Struct, frozen=True):
    """What a route answers."""

    code: int
    body: bytes
    content_type: str = _JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Asked(Struct, frozen=True):
    """What a route needs of a request.

    :ivar names: the values of the ``{…}`` steps of its path.
    :ivar query: the first value of each parameter.
    """

    names: tuple[str, ...]
    query: Mapping[str, str]
    body: bytes


class Route(Struct, frozen=True):
    """One address: ``("v1", "receipts", "{sequence}")`` and what answers there."""

    method: str
    path: tuple[str, ...]
    answer: Callable[[Asked], Response]

    def match(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """The values of the ``{…}`` steps when *path* is this address, else None."""
        if len(path) != len(self.path):
            return None
        pairs = tuple(zip(self.path, path, strict=True))
        if any(wanted != given and not wanted.startswith("{") for wanted, given in pairs):
            return None
        return tuple(given for wanted, given in pairs if wanted.startswith("{"))


class Refusal(Exception):
    """A request that a route cannot answer."""

    def __init__(self, code: int, text: Bilingual) -> None:
        super().__init__(text.en)
        self.code, self.text = code, text


def routes(service: Service) -> tuple[Route, ...]:
    """The addresses of one simulated customs."""
    return (
        Route("POST", ("v1", "messages"), partial(_post, service)),
        Route("GET", ("v1", "messages", "{message_id}", "why"), partial(_why, service)),
        Route("GET", ("v1", "receipts"), partial(_receipts, service)),
        Route("GET", ("v1", "receipts", "{sequence}"), partial(_receipt, service)),
        Route("GET", ("healthz",), partial(_health, service)),
    )


def site(service: Service, reactor: IReactorTime) -> Site:
    """The HTTP server of *service*; bodies are bounded while they come in."""
    api = _Api(routes(service), service.config.max_body)
    factory = partial(_BoundedRequest, limit=service.config.max_body)
    return Site(api, requestFactory=factory, parsePOSTFormSubmission=False, reactor=reactor)


def _post(service: Service, asked: Asked) -> Response:
    reply = service.intake(asked.body, SOURCE)
    return Response(_CODES[reply.outcome], reply.data, _XML, _about(reply))


def _about(reply: Reply) -> dict[str, str]:
    headers = {"X-Trace-Id": reply.trace_id}
    return {**headers, "X-Repeated": "true"} if reply.repeated else headers


def _receipts(service: Service, asked: Asked) -> Response:
    after = _number(asked, "after", 0)
    limit = min(_number(asked, "limit", _DEFAULT_RECEIPTS), _MOST_RECEIPTS)
    last = service.store.next_sequence - 1
    found = service.store.receipts(asked.query.get("recipient"), after, limit)
    mark = found[-1].sequence if len(found) == limit and found else max(after, last)
    return _json(200, [_listed(receipt) for receipt in found], {"X-High-Water-Mark": str(mark)})


def _receipt(service: Service, asked: Asked) -> Response:
    number = asked.names[0]
    found = service.store.receipt(int(number)) if _is_number(number) else None
    if found is None:
        raise Refusal(404, _NO_RECEIPT)
    headers = {"X-Trace-Id": found.trace_id, "Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(200, found.data, _XML, headers)


def _why(service: Service, asked: Asked) -> Response:
    records = service.store.journal(asked.names[0])
    if not records:
        raise Refusal(404, _NO_MESSAGE)
    return _json(200, {"message_id": asked.names[0], "records": [_told(record) for record in records]})


def _health(service: Service, asked: Asked) -> Response:
    config = service.config
    return _json(
        200,
        {
            "status": "ok",
            "simulated": True,
            "business_time": service.clock.now().isoformat(timespec="seconds"),
            "sender_id": config.sender_id,
            "key_name": config.key_name,
        },
    )


def _listed(receipt: Receipt) -> dict[str, Any]:
    return {
        "sequence": receipt.sequence,
        "recipient": receipt.recipient,
        "name": receipt.name,
        "code": receipt.code,
        "message_id": receipt.message_id,
        "seq_no": receipt.seq_no,
        "at": receipt.at.isoformat(timespec="seconds"),
        "trace_id": receipt.trace_id,
        "xml": receipt.data.decode(),
    }


def _told(record: Record) -> dict[str, Any]:
    return {
        "sequence": record.sequence,
        "at": record.at.isoformat(timespec="milliseconds"),
        "what": record.what,
        "trace_id": record.trace_id,
        "seq_no": record.seq_no,
        "size": len(record.data),
        "sha256": record.hash,
        "why": record.why,
    }


def _json(code: int, content: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(code, msgspec.json.encode(content), _JSON, headers or {})


def _number(asked: Asked, name: str, default: int) -> int:
    given = asked.query.get(name)
    if given is None:
        return default
    if not _is_number(given):
        raise Refusal(400, _NO_NUMBER.format(name=name))
    return int(given)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


class _Api(Resource):
    """The routes as Twisted wants them (a subclass, because that is how Twisted is told)."""

    isLeaf = True

    def __init__(self, known: tuple[Route, ...], max_body: int) -> None:
        Resource.__init__(self)  # not super(): only so can a call into untyped Twisted be told as such
        self._routes = known
        self._max_body = max_body

    def render(self, request: Request) -> bytes:
        """Answer, whatever happens."""
        response = self._response(request)
        request.setResponseCode(response.code)
        headers = {"Content-Type": response.content_type, "X-Simulated": "h2018", **response.headers}
        for name, value in headers.items():
            request.setHeader(name, value)
        return response.body

    def _response(self, request: Request) -> Response:
        if isinstance(request, _BoundedRequest) and request.received > self._max_body:
            return self._too_big(request.received)
        try:
            return self._routed(request)
        except Refusal as refusal:
            return _json(refusal.code, {"error": refusal.text})
        except Exception:  # noqa: BLE001 - whatever it was, the client gets no traceback and the server goes on
            _log.failure("{method} {uri} failed", method=request.method, uri=request.uri)
            return _json(500, {"error": _OUR_FAULT})

    def _routed(self, request: Request) -> Response:
        path = tuple(step.decode("utf-8", "replace") for step in request.postpath or ())
        method = "GET" if request.method == b"HEAD" else request.method.decode("ascii", "replace")
        found = [(route, names) for route in self._routes if (names := route.match(path)) is not None]
        if not found:
            raise Refusal(404, _NOT_FOUND)
        for route, names in found:
            if route.method == method:
                body = b"" if request.content is None else request.content.read()
                return route.answer(Asked(names, _query(request), body))
        allowed = {"Allow": ", ".join(route.method for route, _ in found)}
        return _json(405, {"error": _NO_METHOD}, allowed)

    def _too_big(self, size: int) -> Response:
        finding = TOO_BIG.at(size=size, limit=self._max_body)
        answer = Answer(outcome="refused", check_info=wording.check_info((finding,)))
        return Response(413, outgoing.technical(answer), _XML)


def _query(request: Request) -> dict[str, str]:
    args: Mapping[bytes, list[bytes]] = request.args or {}
    return {name.decode("utf-8", "replace"): values[0].decode("utf-8", "replace") for name, values in args.items()}


class _BoundedRequest(Request):
    """A request that stops keeping its body beyond a limit (a subclass, because that is where Twisted reads it).

    :ivar received: bytes of the body so far, or as announced.
    """

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        Request.__init__(self, *args, **kwargs)
        self._limit = limit
        self._cut_off = False
        self.received = 0

    def gotLength(self, length: int | None) -> None:
        """An announced length that is too large is not even prepared for."""
        if length is not None and length > self._limit:
            self.content = BytesIO()
        else:
            Request.gotLength(self, length)

    def handleContentChunk(self, data: bytes) -> None:
        """Keep what fits; read on for a while without keeping; then close."""
        self.received += len(data)
        if self.received <= self._limit:
            Request.handleContentChunk(self, data)
        elif self.received > self._limit + _PATIENCE and not self._cut_off:
            self._cut_off = True
            self.transport.write(_CUT_OFF)
            self.channel.loseConnection()
