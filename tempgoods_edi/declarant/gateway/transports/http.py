"""Customs by HTTP: the technical answer comes in the exchange itself, receipts are pulled above a high-water mark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import httpx
import msgspec
from msgspec import Meta, Struct

from tempgoods_edi.declarant.gateway import failures
from tempgoods_edi.declarant.gateway.answers import Answer, read_answer
from tempgoods_edi.declarant.gateway.failures import ChannelError
from tempgoods_edi.declarant.gateway.transports import MOST_BYTES, Arrival, Pulled
from tempgoods_edi.envelope.archive import is_archive
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: Receipts asked for at once.
_PAGE = 50
#: After so many pulls that brought nothing, a look whether customs still count from where they did.
_LOOK_BACK = 50
#: Someone nothing is for: what is told then is the mark alone.
_NOBODY = "-"
_XML = ("application/xml", "text/xml")
_JSON = ("application/json",)
#: Statuses under which a technical answer is customs' last word; others may change their mind.
_FINAL = (200, 409, 413, 422)

_NOT_HTTP = Bilingual("“{url}”不是 http 或 https 地址", "“{url}” is no http or https address")
_NOT_AN_ANSWER = Bilingual("不是完整的技术回执", "not one whole technical answer")
_NOT_RECEIPTS = Bilingual("不是回执列表", "not a list of receipts")
_WRONG_TYPE = Bilingual("内容类型为“{kind}”", "its content type is “{kind}”")
_TOO_BIG = Bilingual("应答过大", "the answer is too large")
_CUT_OFF = Bilingual("应答中断：{why}", "the answer broke off: {why}")


class BadAddress(TempgoodsError):
    """The destination is no address that can be used."""


class Listed(Struct, frozen=True):
    """A receipt in customs' list: what is needed of it."""

    sequence: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    xml: str | None = None


class _Got(Struct, frozen=True):
    status: int
    kind: str
    headers: httpx.Headers
    body: bytes


class Http:
    """Customs at *url*.

    :param recipient: whose receipts to fetch: the ``sender_id`` of what is sent.
    :param seconds: how long an answer may take.
    :param client: for tests; made here when left out.
    :raises BadAddress: *url* is not http or https.
    """

    def __init__(self, url: str, recipient: str, *, seconds: float = 30.0, client: httpx.Client | None = None) -> None:
        if httpx.URL(url).scheme not in ("http", "https"):
            raise BadAddress(_NOT_HTTP.format(url=url))
        self.where = url.rstrip("/")
        self._recipient, self._seconds, self._empty = recipient, seconds, 0
        timeout = httpx.Timeout(seconds, connect=min(seconds, 5.0))
        # No proxy of the environment's: the channel to customs is a line of its own.
        self._client = client or httpx.Client(timeout=timeout, trust_env=False)

    def hand_over(self, name: str, data: bytes) -> Answer | None:
        """Post the message; see `Transport.hand_over`."""
        kind = "application/zip" if is_archive(data) else "application/xml; charset=utf-8"
        got = self._ask(
            "POST", "/v1/messages", content=data, headers={"Content-Type": kind, "Accept": "application/xml"}
        )
        self._raise_for(got)
        if got.kind not in _XML:
            raise self._garbled(got, _WRONG_TYPE.format(kind=got.kind))
        answer = read_answer(got.body)
        if answer is None or got.status not in _FINAL:
            raise self._garbled(got, _NOT_AN_ANSWER)
        return answer

    def receipts(self, after: int) -> Pulled:
        """One page of receipts; see `Transport.receipts`."""
        listed, mark = self._page(after, self._recipient)
        if not listed and after:
            self._empty += 1
            if self._empty % _LOOK_BACK == 1 and self._page(0, _NOBODY)[1] < after:
                # Customs count anew (a simulator was reset): what came before comes again, which is harmless.
                return Pulled((), 0, more=True)
        return Pulled(tuple(map(_arrival, listed)), max(mark, after), len(listed) >= _PAGE)

    def _page(self, after: int, recipient: str) -> tuple[list[Any], int]:
        """One page of receipts, and the mark after it."""
        query = {"after": str(after), "recipient": recipient, "limit": str(_PAGE)}
        got = self._ask("GET", "/v1/receipts", params=query)
        self._raise_for(got)
        if got.kind not in _JSON:
            raise self._garbled(got, _WRONG_TYPE.format(kind=got.kind))
        try:
            listed = msgspec.json.decode(got.body, type=list[Any])
            mark = int(got.headers["x-high-water-mark"])
        except (msgspec.MsgspecError, KeyError, ValueError):
            raise self._garbled(got, _NOT_RECEIPTS) from None
        if got.status != 200:
            raise self._garbled(got, _NOT_RECEIPTS)
        return listed, mark

    def settle(self, arrival: Arrival) -> None:
        """Nothing: the mark says it."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, method: str, path: str, **more: Any) -> _Got:
        with self._words(), self._client.stream(method, self.where + path, **more) as response:
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise failures.garbled(self.where, bytes(body[:200]), _TOO_BIG)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return _Got(response.status_code, kind, response.headers, bytes(body))

    @contextmanager
    def _words(self) -> Iterator[None]:
        """What httpx raises, as what people are told."""
        try:
            yield
        except httpx.ConnectTimeout:
            raise failures.unreachable(self.where, "connection timed out") from None
        except httpx.TimeoutException:
            raise failures.slow(self.where, self._seconds) from None
        except (httpx.ConnectError, httpx.UnsupportedProtocol) as error:
            raise failures.unreachable(self.where, error) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            why = _CUT_OFF.format(why=str(error) or type(error).__name__)
            raise failures.garbled(self.where, b"", why) from None

    def _raise_for(self, got: _Got) -> None:
        """Raise for a status that is about the channel, not about the message."""
        if got.status in (429, 503):
            raise failures.busy(self.where, got.status, _seconds(got.headers.get("retry-after")))
        if got.status >= 500:
            answer = read_answer(got.body)
            raise failures.broken(self.where, got.status, "" if answer is None else answer.reasons)
        if got.status in (401, 403, 407):
            raise failures.refused_us(self.where, f"HTTP {got.status}")

    def _garbled(self, got: _Got, why: Bilingual) -> ChannelError:
        status = Bilingual("HTTP {status}，{why}", "HTTP {status}, {why}").format(status=got.status, why=why)
        return failures.garbled(self.where, got.body, status)


def _arrival(listed: Any) -> Arrival:
    """One of the list; one that is not as it should be is kept as it is, so that it holds up nothing."""
    try:
        receipt = msgspec.convert(listed, Listed)
    except msgspec.ValidationError:
        return Arrival(data=msgspec.json.encode(listed))
    data = msgspec.json.encode(listed) if receipt.xml is None else receipt.xml.encode("utf-8", "surrogatepass")
    return Arrival(data=data, sequence=receipt.sequence)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; one that is a date, or nothing sensible, says nothing."""
    if retry_after is None or not retry_after.strip().isdigit():
        return None
    return min(float(retry_after), 86400.0)
