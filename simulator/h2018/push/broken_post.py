"""Pushes receipts with an injected fault on the line, as a receiver with a bad connection to customs sees them.

Whatever the receiver answers, such a push counts as not delivered.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.http_headers import Headers

from h2018.faults.plan import Fault
from h2018.faults.spoiling import spoil
from h2018.push.attempts import Result
from h2018.push.callbacks import Callback
from h2018.push.reachable import Reachable

#: Between what is sent and the reset (seconds).
_BEFORE_RESET = 0.05


def spoiled(reactor: Any, callback: Callback, data: bytes, headers: Headers, fault: Fault) -> Deferred[Result]:
    """Push *data* with *fault* applied; the result comes when the connection is closed."""
    parts = urlsplit(callback.url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    endpoint: Any = Reachable(reactor, parts.hostname or "", port, callback.timeout_seconds)
    if secure:
        from h2018.push import trust

        context = trust.push_policy(callback.tls).creatorForNetloc((parts.hostname or "").encode(), parts.port or 443)
        endpoint = wrapClientTLS(context, endpoint)
    body = spoil(fault, data)
    length = len(data) if fault.kind == "truncated" else len(body)
    head = _head(callback.url, headers, length)
    detail = f"{fault.about.label.zh} / {fault.about.label.en}"
    connecting: Deferred[_Spoiled] = endpoint.connect(Factory.forProtocol(partial(_Spoiled, reactor, fault.kind, head, body)))
    return connecting.addCallback(lambda protocol: protocol.gone).addCallback(lambda _none: Result(detail=detail))


class _Spoiled(Protocol):
    """Writes what the fault leaves of the request (a subclass, because that is how Twisted is told).

    :ivar gone: fires when the connection is gone.
    """

    def __init__(self, reactor: Any, kind: str, head: bytes, body: bytes) -> None:
        self._reactor = reactor
        self._kind, self._head, self._body = kind, head, body
        self.gone: Deferred[None] = Deferred(lambda _it: self._abort())

    def connectionMade(self) -> None:
        """Do it."""
        match self._kind:
            case "refuse":
                self._close()
            case "reset":
                # Half of it first, on the wire, so that there is something that is reset.
                self._write(self._head + self._body[: len(self._body) // 2])
                self._reactor.callLater(_BEFORE_RESET, self._abort)
            case "truncated":
                self._write(self._head + self._body)
                self._close()
            case _:
                self._write(self._head + self._body)

    def dataReceived(self, data: bytes) -> None:
        """Whatever it answers: enough seen."""
        self._close()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is over."""
        if not self.gone.called:
            self.gone.callback(None)

    def _write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()

    def _abort(self) -> None:
        if self.transport is not None:
            getattr(self.transport, "abortConnection", self.transport.loseConnection)()


def _head(url: str, headers: Headers, length: int) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}", f"Content-Length: {length}"]
    for name, values in headers.getAllRawHeaders():
        lines += [f"{name.decode('latin-1')}: {value.decode('latin-1')}" for value in values]
    return ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode("latin-1", "replace")
