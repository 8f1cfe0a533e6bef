"""A client of customs' HTTP interface: messages are posted, receipts are pulled above a high-water mark.

What an answer means is read here, whoever carried it: `HttpWire` over HTTP, `h2018.testing` without a socket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from tempgoods_edi.customs_channel import failures
from tempgoods_edi.customs_channel.failures import ChannelError
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer, read_answer
from tempgoods_edi.http_client.response import HttpResponse
from tempgoods_edi.looks import is_archive
from tempgoods_edi.values import Bilingual, shortened

#: Where messages are posted, and receipts pulled.
MESSAGES, RECEIPTS = "/v1/messages", "/v1/receipts"
#: Largest number that counts receipts: what no database takes is no mark.
LARGEST_MARK = 2**63 - 1
#: Retry-After of so many digits is still seconds; longer than a day nobody waits.
RETRY_DIGITS = 9
LONGEST_RETRY = 86400.0
#: What becomes of a message, by the status of its technical answer.
OUTCOMES: Mapping[int, str] = {200: "accepted", 409: "conflict", 413: "refused", 422: "refused", 500: "undecided"}

_SECONDS = re.compile(f"[0-9]{{1,{RETRY_DIGITS}}}")
_DIGITS = re.compile(r"[0-9]{1,19}")
_XML, _ZIP, _JSON = "application/xml", "application/zip", "application/json"
_READ_AS_XML = (_XML, "text/xml")
#: As much of an error's own words as is read (bytes), and told (characters).
_MOST_SAID, _LONGEST_SAID = 64 * 1024, 300

_NOT_AN_ANSWER = Bilingual("不是完整的技术回执", "not one whole technical answer")
_NOT_RECEIPTS = Bilingual("不是回执列表", "not a list of receipts")
_WRONG_TYPE = Bilingual("内容类型为“{kind}”", "its content type is “{kind}”")
_HTTP = Bilingual("HTTP {status}，{why}", "HTTP {status}, {why}")


class Wire(Protocol):
    """The connection that carries requests to one server."""

    @property
    def where(self) -> str:
        """The server's address, for texts."""

    def exchange(self, method: str, target: str, body: bytes | None = None, media: str = "") -> HttpResponse:
        """Send one request and read its answer.

        :param target: path and query.
        :param media: content type of *body*.
        :raises TempgoodsError: there was no whole answer.
        """


class Posted(Struct, frozen=True):
    """The answer to a posted message.

    :ivar status: HTTP status; what was decided the answer says itself.
    :ivar trace_id: what its receipts carry too; empty when customs give none.
    :ivar repeated: these bytes had been taken before; this is the answer they were given then.
    """

    answer: TechnicalAnswer
    status: int
    trace_id: str
    repeated: bool

    @property
    def outcome(self) -> str:
        """The outcome by the status; ``undecided`` is a fault of the server, and the same bytes may be sent again."""
        return OUTCOMES[self.status]


class Page(Struct, frozen=True):
    """One page of receipts as customs list them.

    :ivar listed: each as it came.
    :ivar mark: what to ask after next time.
    :ivar more: there are others behind them right now.
    """

    listed: tuple[Any, ...]
    mark: int
    more: bool


#: What is raised for an answer that is none of those asked for, with why.
Refused = Callable[[str, HttpResponse, Bilingual], Exception]


class _Error(Struct):
    error: Bilingual


def channel_error(where: str, response: HttpResponse, why: Bilingual) -> ChannelError:
    """The error for an unexpected answer."""
    status, said = response.status, error_text(response)
    if status in (429, 503):
        return failures.busy(where, status, retry_after(response), said)
    if status >= 500:
        return failures.broken(where, status, said)
    if status in (401, 403, 407):
        why = (
            _HTTP.format(status=status, why=said) if said is not None else Bilingual(f"HTTP {status}", f"HTTP {status}")
        )
        return failures.refused_us(where, why, status)
    return failures.garbled(where, response.body, _HTTP.format(status=status, why=why), status)


class HttpApi:
    """A client of the customs behind *wire*.

    :param before: put before every address, as ``/t/team-a`` of one tenant of the simulator.
    :param refused: makes the error for an answer that is none.
    """

    __slots__ = ("_before", "_refused", "_wire")

    def __init__(self, wire: Wire, before: str = "", refused: Refused = channel_error) -> None:
        self._wire, self._before, self._refused = wire, before, refused

    def post(self, data: bytes) -> Posted:
        """Post a message (XML, or ZIP with its attachments).  The same bytes may be sent again: they are taken once."""
        got = self._wire.exchange("POST", self._before + MESSAGES, data, _ZIP if is_archive(data) else _XML)
        answer = read_answer(got.body) if got.media in _READ_AS_XML else None
        if answer is None or got.status not in OUTCOMES:
            wrong = got.body and got.media not in _READ_AS_XML
            raise self._refused(self._wire.where, got, _WRONG_TYPE.format(kind=got.media) if wrong else _NOT_AN_ANSWER)
        return Posted(answer, got.status, got.headers.get("x-trace-id", ""), got.headers.get("x-repeated") == "true")

    def submit(self, data: bytes) -> Posted:
        """Post a message; an answer that leaves the message undecided is an error.

        :raises ChannelError: a fault of theirs left it undecided.
        """
        posted = self.post(data)
        if posted.outcome == "undecided":
            said = posted.answer.check_info
            raise failures.broken(self._wire.where, posted.status, Bilingual(said, said))
        return posted

    def receipts(self, after: int, *, recipient: str | None = None, limit: int, wait: float = 0) -> Page:
        """One page of receipts, oldest first.

        :param after: only those above this mark.
        :param recipient: only those for this sender id.
        :param wait: seconds to wait for one when there is none yet.
        """
        query: dict[str, Any] = {"after": after, "limit": limit}
        if recipient is not None:
            query["recipient"] = recipient
        if wait:
            query["wait"] = f"{wait:.3f}"
        got = self._wire.exchange("GET", f"{self._before}{RECEIPTS}?{urlencode(query)}")
        told = mark(got.headers.get("x-high-water-mark"))
        listed = _listed(got.body) if got.status == 200 and got.media == _JSON else None
        if listed is None or told is None:
            wrong = got.status == 200 and got.media != _JSON
            raise self._refused(self._wire.where, got, _WRONG_TYPE.format(kind=got.media) if wrong else _NOT_RECEIPTS)
        return Page(tuple(listed), told, len(listed) >= limit or has_more(got))


def mark(text: str | None) -> int | None:
    """Parse a high-water mark; None for a sign, no number, or more digits than any counter has.

    >>> mark("17"), mark("-1"), mark("1" + 30 * "0"), mark("²"), mark(None)
    (17, None, None, None, None)
    """
    if text is None or not _DIGITS.fullmatch(text) or int(text) > LARGEST_MARK:
        return None
    return int(text)


def has_more(response: HttpResponse) -> bool:
    """True for a list of receipts that has a next page."""
    return response.headers.get("x-more") == "true"


def retry_after(response: HttpResponse) -> float | None:
    """The header Retry-After in seconds, at most a day; None when it is a date or makes no sense.

    >>> [retry_after(HttpResponse(503, {"retry-after": each})) for each in ("7", "999999", "Wed, 21 Oct 2026", "-1")]
    [7.0, 86400.0, None, None]
    """
    text = response.headers.get("retry-after", "").strip()
    return min(float(text), LONGEST_RETRY) if _SECONDS.fullmatch(text) else None


def error_text(response: HttpResponse) -> Bilingual | None:
    """The text of a refusal: from the simulator's JSON, or CheckInfo of a technical answer; None without one."""
    if len(response.body) > _MOST_SAID:
        return None
    if response.media in _READ_AS_XML:
        answer = read_answer(response.body)
        said = None if answer is None else Bilingual(answer.check_info, answer.check_info)
    else:
        try:
            said = msgspec.json.decode(response.body, type=_Error).error
        except (msgspec.MsgspecError, RecursionError):
            return None
    return said and Bilingual(shortened(said.zh, _LONGEST_SAID), shortened(said.en, _LONGEST_SAID))


def _listed(data: bytes) -> list[Any] | None:
    try:
        return msgspec.json.decode(data, type=list[Any])
    except (msgspec.MsgspecError, RecursionError):
        return None
