"""Talks HTTP with customs, real or simulated: posts a message, fetches receipts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from tempgoods_edi.bounded import Unfit, single
from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.looks import is_archive
from tempgoods_edi.reaching import Answer, Failed, Line, NotReached, is_here
from tempgoods_edi.values import Bilingual

_NOBODY = Bilingual(
    "{url} 无应答：{why}。模拟海关可用 tempgoods-edi simulate 启动。",
    "nobody answers at {url}: {why}. A simulated customs is started by tempgoods-edi simulate.",
)
_NOT_THERE = Bilingual("无法连接 {url}：{why}", "{url} cannot be reached: {why}")
_BROKEN = Bilingual(
    "{url} 没有完整应答：{why}。报文可能已送达；可原样再次发送。",
    "{url} gave no whole answer: {why}. The message may have arrived; it can be sent again as it is.",
)
_NOT_RECEIPTS = Bilingual("{url} 的答复不是回执列表", "{url} did not answer with a list of receipts")
#: Most receipts asked for at once.
_PAGE = 200
#: Largest list of receipts (bytes).
_MOST_BYTES = 64 * 1024 * 1024
_MARK = re.compile(r"[0-9]{1,19}")


class Reply(Struct, frozen=True):
    """The answer of the customs server.

    :ivar trace_id: what its receipts will carry too; empty when it gives none.
    """

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def trace_id(self) -> str:
        """The id that follows the submission to its last receipt."""
        return self.headers.get("x-trace-id", "")


class Mine(Struct, frozen=True):
    """The ids by which the receipts of one message are recognised."""

    recipient: str
    trace_id: str
    seq_no: str

    def owns(self, listed: Mapping[str, object]) -> bool:
        """True for a receipt about this message."""
        if self.trace_id:
            return listed.get("trace_id") == self.trace_id
        return bool(self.seq_no) and listed.get("seq_no") == self.seq_no


def post(url: str, data: bytes, timeout: float) -> Reply:
    """Post a message to ``/v1/messages`` below *url*.

    :param timeout: seconds.
    :raises CommandError: nobody answers.
    """
    kind = "application/zip" if is_archive(data) else "application/xml; charset=utf-8"
    answer = _ask(url, "/v1/messages", timeout, data, {"Content-Type": kind})
    return Reply(answer.status, answer.body, answer.headers)


def receipts(url: str, mine: Mine, after: int, timeout: float) -> tuple[tuple[str, ...], int, bool]:
    """The receipts of one message beyond the mark *after*: their XML, the next mark, whether there may be more now.

    :raises CommandError: nobody answers, or not with receipts.
    """
    query = urlencode({"after": after, "recipient": mine.recipient, "limit": _PAGE})
    reply = _ask(url, f"/v1/receipts?{query}", timeout)
    try:
        listed = single(reply.body, _MOST_BYTES)
        told = reply.headers.get("x-high-water-mark", str(after))
        mark = int(_MARK.fullmatch(told)[0])  # type: ignore[index]  # a mark that is none raises below
        texts = tuple(str(each["xml"]) for each in listed if mine.owns(each))
    except (Unfit, ValueError, TypeError, KeyError, AttributeError):
        raise CommandError(_NOT_RECEIPTS.format(url=url)) from None
    return texts, mark, len(listed) == _PAGE


def _ask(
    url: str, path: str, timeout: float, content: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    method = "GET" if content is None else "POST"
    try:
        line = Line(url, seconds=timeout)
        try:
            return line.ask(method, path, content=content, headers=headers)
        finally:
            line.close()
    except NotReached as error:
        if error.kind is Failed.UNREACHABLE:
            text = _NOBODY if is_here(urlsplit(url).hostname or "") else _NOT_THERE
            raise CommandError(text.format(url=url, why=error.text)) from error
        raise CommandError(_BROKEN.format(url=url, why=error.text)) from error
