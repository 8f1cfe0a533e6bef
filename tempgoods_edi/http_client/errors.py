"""The errors of an HTTP exchange."""

from __future__ import annotations

from enum import Enum

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual


class ExchangeFailure(Enum):
    """The kinds of failure of an HTTP exchange."""

    UNREACHABLE = "unreachable"  # nobody answers, or the proxy does not, or TLS does not begin
    SLOW = "slow"  # no whole answer in time: what was sent may have arrived
    GONE = "gone"  # the connection ended before an answer began
    BROKEN = "broken"  # an answer that is none, or is cut off, or too large


class ExchangeError(TempgoodsError):
    """An HTTP exchange failed; the text says why, and names the proxy when there is one."""

    def __init__(self, kind: ExchangeFailure, text: Bilingual) -> None:
        super().__init__(text)
        self.kind = kind
