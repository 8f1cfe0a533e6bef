"""Talks HTTP with whoever plays customs: posts a message, fetches receipts."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from msgspec import Struct

from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.envelope.archive import is_archive
from tempgoods_edi.values import Bilingual

_NOT_HTTP = Bilingual("“{url}”不是 http 或 https 地址", "“{url}” is no http or https address")
_NOBODY = Bilingual(
    "{url} 无应答：{reason}。模拟海关可用 tempgoods-edi simulate 启动。",
    "nobody answers at {url}: {reason}. A simulated customs is started by tempgoods-edi simulate.",
)
_NOT_RECEIPTS = Bilingual("{url} 的答复不是回执列表", "{url} did not answer with a list of receipts")
#: Most receipts asked for at once, and most bytes of an answer that are read.
_PAGE = 200
_MOST_BYTES = 64 * 1024 * 1024


class Reply(Struct, frozen=True):
    """What the other side answered.

    :ivar trace_id: what its receipts will carry too; empty when it gives none.
    """

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def trace_id(self) -> str:
        """See above."""
        return self.headers.get("x-trace-id", "")


class Mine(Struct, frozen=True):
    """How the receipts of one message are told from others."""

    recipient: str
    trace_id: str
    seq_no: str

    def owns(self, listed: Mapping[str, object]) -> bool:
        """True for a receipt of this message."""
        if self.trace_id:
            return listed.get("trace_id") == self.trace_id
        return bool(self.seq_no) and listed.get("seq_no") == self.seq_no


def post(url: str, data: bytes, timeout: float) -> Reply:
    """Post a message to ``/v1/messages`` below *url*.

    :param timeout: seconds.
    :raises CommandError: nobody answers.
    """
    kind = "application/zip" if is_archive(data) else "application/xml; charset=utf-8"
    return _ask(_below(url, "/v1/messages"), timeout, data, {"Content-Type": kind})


def receipts(url: str, mine: Mine, after: int, timeout: float) -> tuple[tuple[str, ...], int, bool]:
    """The receipts of one message beyond the mark *after*: their XML, the next mark, whether there may be more now.

    :raises CommandError: nobody answers, or not with receipts.
    """
    query = urllib.parse.urlencode({"after": after, "recipient": mine.recipient, "limit": _PAGE})
    reply = _ask(_below(url, f"/v1/receipts?{query}"), timeout)
    try:
        listed = json.loads(reply.body)
        mark = int(reply.headers.get("x-high-water-mark", after))
        texts = tuple(str(each["xml"]) for each in listed if mine.owns(each))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CommandError(_NOT_RECEIPTS.format(url=url)) from None
    return texts, mark, len(listed) == _PAGE


def _below(url: str, path: str) -> str:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise CommandError(_NOT_HTTP.format(url=url))
    return url.rstrip("/") + path


def _ask(url: str, timeout: float, data: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
    request = urllib.request.Request(url, data, dict(headers or {}))  # noqa: S310 - `_below` lets only http and https pass
    try:
        try:
            answer = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310 - as above
        except urllib.error.HTTPError as error:
            answer = error  # a refusal is an answer too
        with answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status or 0, answer.read(_MOST_BYTES), found)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise CommandError(_NOBODY.format(url=url, reason=reason)) from error
