"""The exceptions of the client, for a server that is not reached or refuses.  A refused message is an answer, not an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual, Finding


class ClientError(TempgoodsError):
    """Base of what the client raises; carries the text in both languages."""


class Unreachable(ClientError):
    """The server was not reached, or the connection ended before the whole answer came.  Sending the same bytes again is safe."""


class NotUnderstood(ClientError):
    """The answer is not one that the simulator sends: cut off, garbled, or from another server."""

    def __init__(self, status: int, why: object) -> None:
        text = Bilingual("应答 {status} 无法理解：{why}", "answer {status} is not understood: {why}")
        super().__init__(text.format(status=status, why=why))
        self.status = status


class Refused(ClientError):
    """The server refused the request; *text* is the server's own.

    :ivar status: HTTP status: 400 does not fit, 404 not there, 409 not possible now …
    :ivar findings: what was wrong with what was sent, where the server says so.
    """

    def __init__(self, status: int, text: Bilingual, findings: Sequence[Finding] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.findings = tuple(findings)


class Unavailable(Refused):
    """The server is out of service for now (status 5xx).

    :ivar retry_after: seconds the server asks to wait; None when it does not say.
    """

    def __init__(self, status: int, text: Bilingual, retry_after: float | None = None) -> None:
        super().__init__(status, text)
        self.retry_after = retry_after


class Throttled(Unavailable):
    """The rate limit was exceeded (status 429)."""


class NotInTime(ClientError):
    """The awaited receipt did not come within the time-out.

    :ivar seen: the receipts that did come, oldest first.
    """

    def __init__(self, about: str, seconds: float, seen: Sequence[Any]) -> None:
        text = Bilingual(
            "{seconds} 秒内没有等到 {about} 的回执；已有：{seen}",
            "no such receipt for {about} within {seconds} s; there were: {seen}",
        )
        names = "、".join(f"{each.code} {each.result or ''}".strip() for each in seen) or "—"
        super().__init__(text.format(about=about, seconds=seconds, seen=names))
        self.seen = tuple(seen)
