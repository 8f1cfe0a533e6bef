"""Failures on the channel to customs, each with a text that people read beside the message."""

from __future__ import annotations

from enum import Enum

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

#: As much of an answer that is not understood as is shown.
_SHOWN = 120


class Failing(Enum):
    """The kind of a failure on the channel."""

    UNREACHABLE = "unreachable"  # nobody answers
    SLOW = "slow"  # no answer in time: it may have arrived
    GONE = "gone"  # the connection ended before an answer: it may have arrived
    BUSY = "busy"  # asked to come later
    BROKEN = "broken"  # their fault, and they say so
    GARBLED = "garbled"  # an answer came that is none: the message may have arrived
    REFUSED_US = "refused_us"  # the channel does not let us in


class ChannelError(TempgoodsError):
    """A message could not be sent, or receipts not be fetched; another attempt may succeed.

    :ivar retry_after: seconds the other side asked us to wait; None when it did not.
    :ivar status: HTTP status of the answer; 0 where there was none.
    """

    def __init__(self, kind: Failing, text: Bilingual, retry_after: float | None = None, status: int = 0) -> None:
        super().__init__(text)
        self.kind, self.retry_after, self.status = kind, retry_after, status

    @property
    def may_have_arrived(self) -> bool:
        """True when the message may have been taken in spite of the error; sending the same bytes again is safe."""
        return self.kind in _UNCERTAIN


_UNCERTAIN = frozenset({Failing.SLOW, Failing.GONE, Failing.BROKEN, Failing.GARBLED})


def unreachable(where: str, why: object) -> ChannelError:
    """The error that nobody answers at *where*."""
    text = Bilingual("无法连接海关通道 {where}：{why}", "customs' channel {where} cannot be reached: {why}")
    return ChannelError(Failing.UNREACHABLE, text.format(where=where, why=why))


def slow(where: str, why: float | Bilingual) -> ChannelError:
    """The error that no answer came within some seconds, or as *why* says."""
    if not isinstance(why, Bilingual):
        why = Bilingual("{seconds:g} 秒内没有应答", "no answer within {seconds:g} seconds").format(seconds=why)
    text = Bilingual("海关通道 {where} 应答太慢：{why}", "customs' channel {where} is too slow: {why}")
    return ChannelError(Failing.SLOW, text.format(where=where, why=why))


def gone(where: str, why: object) -> ChannelError:
    """The error that the connection ended before an answer began."""
    text = Bilingual(
        "海关通道 {where} 未应答即断开：{why}", "customs' channel {where} ended the connection without an answer: {why}"
    )
    return ChannelError(Failing.GONE, text.format(where=where, why=why))


def busy(where: str, status: int, retry_after: float | None, said: Bilingual | None = None) -> ChannelError:
    """The error that the server asked to come back later.

    :param said: their own words.
    """
    text = Bilingual(
        "海关通道 {where} 忙或暂停服务（HTTP {status}）{wait}{said}",
        "customs' channel {where} is busy or out of service (HTTP {status}){wait}{said}",
    )
    wait = Bilingual("", "")
    if retry_after is not None:
        wait = Bilingual("，请 {s} 秒后再试", ", asks to come back in {s} seconds").format(s=f"{retry_after:g}")
    text = text.format(where=where, status=status, wait=wait, said=_saying(said))
    return ChannelError(Failing.BUSY, text, retry_after, status)


def broken(where: str, status: int, said: Bilingual | None = None) -> ChannelError:
    """The error of a fault on the server's side.

    :param said: their own words.
    """
    text = Bilingual(
        "海关通道 {where} 内部出错（HTTP {status}）{said}", "customs' channel {where} has a fault (HTTP {status}){said}"
    )
    text = text.format(where=where, status=status, said=_saying(said))
    return ChannelError(Failing.BROKEN, text, status=status)


def garbled(where: str, data: bytes, why: Bilingual, status: int = 0) -> ChannelError:
    """The error that an answer came that cannot be understood.

    :param data: what came.
    """
    text = Bilingual(
        "海关通道 {where} 的应答无法识别（{why}）{said}",
        "customs' channel {where} gave no readable answer ({why}){said}",
    )
    shown = "".join(c if c.isprintable() else "·" for c in data[:_SHOWN].decode("utf-8", "replace"))
    return ChannelError(
        Failing.GARBLED, text.format(where=where, why=why, said=_saying(Bilingual(shown, shown))), status=status
    )


def refused_us(where: str, why: object, status: int = 0) -> ChannelError:
    """The error that the channel refuses us: unknown host key, wrong password, no such place."""
    text = Bilingual("海关通道 {where} 拒绝接入：{why}", "customs' channel {where} does not let us in: {why}")
    return ChannelError(Failing.REFUSED_US, text.format(where=where, why=why), status=status)


def _saying(said: Bilingual | None) -> Bilingual:
    if said is None or not said.en.strip():
        return Bilingual("", "")
    return Bilingual(f"：{said.zh.strip()}", f": {said.en.strip()}")
