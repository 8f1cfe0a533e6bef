"""Transport by HTTP: the technical answer is the response, receipts are pulled above a high-water mark."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
import urllib3
from msgspec import Meta, Struct

from tempgoods_edi.declarant.gateway import failures
from tempgoods_edi.declarant.gateway.answers import Answer, read_answer
from tempgoods_edi.declarant.gateway.failures import ChannelError
from tempgoods_edi.declarant.gateway.transports import LARGEST_MARK, MOST_BYTES, Arrival, Pulled, mark
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.looks import is_archive
from tempgoods_edi.reaching import SILENCE, Failed, Line, NotReached
from tempgoods_edi.reaching import Answer as Answered
from tempgoods_edi.values import Bilingual

#: Receipts asked for at once.
_PAGE = 50
#: Retry-After of so many digits is still seconds.
RETRY_DIGITS = 9
_SECONDS = re.compile(f"[0-9]{{1,{RETRY_DIGITS}}}")
#: After so many pulls that brought nothing, a look whether customs still count from where they did.
_LOOK_BACK = 50
#: Someone nothing is for: what is told then is the mark alone.
_NOBODY = "-"
_XML = ("application/xml", "text/xml")
_JSON = ("application/json",)
#: Statuses under which a technical answer is customs' last word; others may change their mind.
_FINAL = (200, 409, 413, 422)

_NOT_AN_ANSWER = Bilingual("不是完整的技术回执", "not one whole technical answer")
_NOT_RECEIPTS = Bilingual("不是回执列表", "not a list of receipts")
_WRONG_TYPE = Bilingual("内容类型为“{kind}”", "its content type is “{kind}”")
_CUT_OFF = Bilingual("应答中断：{why}", "the answer broke off: {why}")


class BadAddress(TempgoodsError):
    """The destination is not a usable URL."""


class Listed(Struct, frozen=True):
    """The needed fields of a receipt in customs' list."""

    sequence: Annotated[int, Meta(ge=0, le=LARGEST_MARK)]
    xml: str | None = None


class Http:
    """The transport over HTTP to customs at *url*.

    :param recipient: whose receipts to fetch: the ``sender_id`` of what is sent.
    :param seconds: how long customs may be silent; a whole exchange may take four times as long.
    :param client: for tests; made here when left out.
    :raises BadAddress: *url* is not http or https.
    """

    def __init__(
        self, url: str, recipient: str, *, seconds: float = SILENCE, client: urllib3.PoolManager | None = None
    ) -> None:
        try:
            self._line = Line(url, seconds=seconds, most=MOST_BYTES, client=client)
        except NotReached as error:
            raise BadAddress(error.text) from None
        self.where = url.rstrip("/")
        self._recipient, self._empty = recipient, 0

    def hand_over(self, name: str, data: bytes) -> Answer | None:
        """Post the message; see `Transport.hand_over`."""
        kind = "application/zip" if is_archive(data) else "application/xml; charset=utf-8"
        got = self._ask(
            "POST", "/v1/messages", content=data, headers={"Content-Type": kind, "Accept": "application/xml"}
        )
        self._raise_for(got)
        if got.media not in _XML:
            raise self._garbled(got, _WRONG_TYPE.format(kind=got.media))
        answer = read_answer(got.body)
        if answer is None or got.status not in _FINAL:
            raise self._garbled(got, _NOT_AN_ANSWER)
        return answer

    def receipts(self, after: int) -> Pulled:
        """One page of receipts; see `Transport.receipts`."""
        listed, told, more = self._page(after, self._recipient)
        if not listed and after:
            self._empty += 1
            if self._empty % _LOOK_BACK == 1 and self._page(0, _NOBODY)[1] < after:
                # Customs count anew (a simulator was reset): what came before comes again, which is harmless.
                return Pulled((), 0, more=True)
        return Pulled(tuple(map(_arrival, listed)), max(told, after), more)

    def _page(self, after: int, recipient: str) -> tuple[list[Any], int, bool]:
        """One page of receipts, the mark after it, and whether there are others behind it."""
        query = {"after": str(after), "recipient": recipient, "limit": str(_PAGE)}
        got = self._ask("GET", "/v1/receipts", params=query)
        self._raise_for(got)
        if got.media not in _JSON:
            raise self._garbled(got, _WRONG_TYPE.format(kind=got.media))
        try:
            listed = msgspec.json.decode(got.body, type=list[Any])
        except msgspec.MsgspecError:
            raise self._garbled(got, _NOT_RECEIPTS) from None
        told = mark(got.headers.get("x-high-water-mark"))
        if got.status != 200 or told is None:
            raise self._garbled(got, _NOT_RECEIPTS)
        return listed, told, len(listed) >= _PAGE or got.headers.get("x-more") == "true"

    def settle(self, arrival: Arrival) -> None:
        """Nothing to do: the high-water mark says what was settled."""

    def close(self) -> None:
        """Close the connections to customs."""
        self._line.close()

    def _ask(self, method: str, path: str, **more: Any) -> Answered:
        try:
            return self._line.ask(method, path, **more)
        except NotReached as error:
            if error.kind is Failed.UNREACHABLE:
                raise failures.unreachable(self.where, error.text) from None
            if error.kind is Failed.SLOW:
                raise failures.slow(self.where, error.text) from None
            raise failures.garbled(self.where, b"", _CUT_OFF.format(why=error.text)) from None

    def _raise_for(self, got: Answered) -> None:
        """Raise for a status that is about the channel, not about the message."""
        if got.status in (429, 503):
            raise failures.busy(self.where, got.status, _seconds(got.headers.get("retry-after")))
        if got.status >= 500:
            answer = read_answer(got.body)
            raise failures.broken(self.where, got.status, "" if answer is None else answer.reasons)
        if got.status in (401, 403, 407):
            raise failures.refused_us(self.where, f"HTTP {got.status}")

    def _garbled(self, got: Answered, why: Bilingual) -> ChannelError:
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
    if retry_after is None or not _SECONDS.fullmatch(retry_after.strip()):
        return None
    return min(float(retry_after), 86400.0)
