"""The client: what a declarant does with the simulated customs, as methods on one tenant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from h2018.client.control import Control
from h2018.client.errors import NotInTime, NotUnderstood, Refused, Throttled, Unavailable
from h2018.client.values import Health, Receipt, Step, TechnicalAnswer
from h2018.client.wire import Certificate, HttpWire, Wire
from tempgoods_edi.customs_channel.http_api import HttpApi, has_more, retry_after
from tempgoods_edi.http_client.response import HttpResponse
from tempgoods_edi.values import Bilingual, Finding

_DEFAULT = "default"
_PAGE = 1000
#: Seconds that one asking waits at the server for a receipt: at first, and at most.  Short ones, because customs may be set
#: to go on only after so many askings.
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 1.0
_SEQ_NO = re.compile(r"\d{18}")
_JSON = "application/json"
_NOT_UNDERSTOOD = Bilingual("应答 {status} 无法理解：{why}", "answer {status} is not understood: {why}")

Value = TypeVar("Value")


class _Error(Struct):
    error: Bilingual
    findings: tuple[Finding, ...] = ()


class _Told(Struct):
    records: tuple[Step, ...]


def connect(
    url: str,
    *,
    tenant: str = _DEFAULT,
    timeout: float = 30.0,
    certificate: Certificate | None = None,
    ca: Path | None = None,
    token: str | None = None,
) -> Customs:
    """Make a client of the server at *url*; no request is sent yet.

    :param tenant: which one; `Control.create` makes one.
    :param timeout: seconds that the server may be silent.
    :param certificate: the client's own, where the server asks for one.
    :param ca: the CA of the server's certificate, where it is not one of the system's.
    :param token: what control and callbacks need, where the server was started with a token.
    """
    return Customs(HttpWire(url, timeout, certificate, ca, token), tenant)


class Customs:
    """The customs of one tenant, as a client sees them; a context manager that closes the connection.

    :ivar control: clock, decisions, scenario, faults, tenants, snapshots.
    """

    __slots__ = ("_api", "_before", "_wire", "control", "tenant")

    def __init__(self, wire: Wire, tenant: str = _DEFAULT) -> None:
        self._wire, self.tenant = wire, tenant
        self._before = "" if tenant == _DEFAULT else f"/t/{quote(tenant, safe='')}"
        self._api = HttpApi(wire, self._before, _refused)
        self.control = Control(self.ask)

    def __enter__(self) -> Customs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def of(self, tenant: str) -> Customs:
        """A client of another tenant at the same server."""
        return Customs(self._wire, tenant)

    def submit(self, data: bytes) -> TechnicalAnswer:
        """Submit a message (XML, or ZIP with its attachments).

        A refusal is an answer, not an error.  The same bytes may be sent again at any time: they are taken once.

        :raises ClientError: there was no answer, or none of customs'.
        """
        posted = self._api.post(data)
        answer = posted.answer
        if answer.taken != (posted.outcome == "accepted"):
            raise _not_understood(posted.status, f"DealFlag {'0' if answer.taken else '-1'}")
        return TechnicalAnswer(
            outcome=posted.outcome,
            seq_no=answer.seq_no,
            etps_preent_no=answer.etps_preent_no,
            check_info=answer.check_info,
            trace_id=posted.trace_id,
            repeated=posted.repeated,
            xml=answer.data,
        )

    def receipts(
        self, after: int = 0, *, recipient: str | None = None, limit: int | None = None, wait: float = 0
    ) -> tuple[Receipt, ...]:
        """The receipts with a sequence above *after*, oldest first.

        :param recipient: only those for this sender id.
        :param limit: at most so many; None for all there are now.
        :param wait: seconds to wait for one when there is none yet.
        """
        found: list[Receipt] = []
        while limit is None or len(found) < limit:
            most = _PAGE if limit is None else min(_PAGE, limit - len(found))
            listed = self._api.receipts(after, recipient=recipient, limit=most, wait=0 if found else wait)
            page = _converted(listed.listed)
            found += page
            if not page or not listed.more:
                break
            after = page[-1].sequence
        return tuple(found)

    def receipt(self, sequence: int) -> bytes:
        """The exact bytes of one receipt."""
        return self._answered("GET", f"/v1/receipts/{sequence}").body

    def redeliver(self, sequence: int) -> Receipt:
        """Have a receipt delivered once more: the same bytes under a new sequence."""
        return self.ask("POST", f"/v1/receipts/{sequence}/redeliver", Receipt)

    def wait_for(
        self,
        about: TechnicalAnswer | str,
        until: str | Collection[str] | Callable[[Receipt], bool] | None = None,
        *,
        timeout: float = 10.0,
        after: int = 0,
    ) -> Receipt:
        """Wait for the first receipt about a submission or declaration that meets *until*, and return it.

        :param about: the answer to the submission, a pre-entry number, or a message_id.
        :param until: a manageResult or several (``"1"``, ``("1", "3")``), or a condition; None takes any receipt.
        :param timeout: seconds to wait; a manual clock that nobody moves brings nothing.
        :param after: only receipts after this sequence.
        :raises NotInTime: it did not come; says what did.
        """
        wanted = _condition(until)
        seen: list[Receipt] = []
        end, wait = self._wire.seconds() + timeout, 0.0
        while True:
            for receipt in self.receipts(after, wait=wait):
                after = receipt.sequence
                if self._is_about(receipt, about):
                    seen.append(receipt)
                    if wanted(receipt):
                        return receipt
            left = end - self._wire.seconds()
            if left <= 0:
                raise NotInTime(about if isinstance(about, str) else about.seq_no or about.trace_id, timeout, seen)
            wait = min(max(wait * 2, _FIRST_WAIT), _LONGEST_WAIT, left)

    def _is_about(self, receipt: Receipt, about: TechnicalAnswer | str) -> bool:
        if isinstance(about, TechnicalAnswer):
            return receipt.trace_id == about.trace_id
        if _SEQ_NO.fullmatch(about):
            return receipt.seq_no == about
        return receipt.trace_id in {step.trace_id for step in self._steps(about)}

    def _steps(self, message_id: str) -> tuple[Step, ...]:
        try:
            return self.why(message_id)
        except Refused as refused:
            if refused.status == 404:
                return ()
            raise

    def why(self, message_id: str) -> tuple[Step, ...]:
        """The steps that were taken with a message, with reasons; raises `Refused` (404) when no such message was received."""
        found: list[Step] = []
        after, more = 0, True
        while more:
            answer = self._answered("GET", f"/v1/messages/{quote(message_id, safe='')}/why?after={after}")
            found += _read(answer, _Told).records
            after, more = found[-1].sequence, has_more(answer)
        return tuple(found)

    def health(self) -> Health:
        """Whether the server is alive, and the present business time."""
        return _read(self._at_top("GET", "/healthz"), Health)

    def ready(self) -> bool:
        """True when the server can take messages."""
        return self._wire.exchange("GET", "/readyz").status == 200

    def metrics(self) -> str:
        """The server's metrics as Prometheus reads them."""
        return self._at_top("GET", "/metrics").body.decode()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._wire.close()

    def ask(
        self,
        method: str,
        path: str,
        kind: type[Value],
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        media: str = _JSON,
        at_top: bool = False,
    ) -> Value:
        """Make any request of the API and read its answer as *kind* (`bytes` as it is; `type(None)` unread).

        :param body: sent as JSON; bytes as they are, under *media*.
        :param at_top: an address of the server as a whole, not of the tenant.
        """
        sent = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        target = path + (f"?{urlencode(query)}" if query else "")
        before = "" if at_top else self._before
        return _read(_checked(self._wire.exchange(method, before + target, sent, media)), kind)

    def _answered(self, method: str, path: str) -> HttpResponse:
        return _checked(self._wire.exchange(method, self._before + path))

    def _at_top(self, method: str, path: str) -> HttpResponse:
        return _checked(self._wire.exchange(method, path))


def _condition(until: str | Collection[str] | Callable[[Receipt], bool] | None) -> Callable[[Receipt], bool]:
    if until is None:
        return lambda receipt: True
    if callable(until):
        return until
    results = {until} if isinstance(until, str) else set(until)
    return lambda receipt: receipt.result in results


def _converted(listed: tuple[Any, ...]) -> tuple[Receipt, ...]:
    try:
        return msgspec.convert(listed, tuple[Receipt, ...])
    except msgspec.MsgspecError as error:
        raise _not_understood(200, error) from error


def _read(answer: HttpResponse, kind: type[Value]) -> Value:
    if kind in (type(None), bytes):
        unread: Any = answer.body if kind is bytes else None
        return unread  # type: ignore[no-any-return]  # it is of the type that was asked for
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _not_understood(answer.status, error) from error


def _checked(answer: HttpResponse) -> HttpResponse:
    if not 200 <= answer.status < 300:
        raise _error(answer)
    return answer


def _refused(_: str, response: HttpResponse, why: Bilingual) -> Refused | NotUnderstood:
    """The error for an answer to a submission, or for a list of receipts, that is none."""
    return _error(response) if response.status >= 400 else _not_understood(response.status, why)


def _not_understood(status: int, why: object) -> NotUnderstood:
    return NotUnderstood(status, _NOT_UNDERSTOOD.format(status=status, why=why))


def _error(answer: HttpResponse) -> Refused | NotUnderstood:
    status, seconds = answer.status, retry_after(answer)
    try:
        told = msgspec.json.decode(answer.body, type=_Error)
    except (msgspec.MsgspecError, RecursionError) as error:
        if status < 400:
            return _not_understood(status, error)
        text = Bilingual("应答 {status}", "answered {status}").format(status=status)
        told = _Error(text)
    if status == 429:
        return Throttled(status, told.error, seconds)
    return Unavailable(status, told.error, seconds) if status >= 500 else Refused(status, told.error, told.findings)
