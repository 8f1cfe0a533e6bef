"""The command line's connection to customs, real or simulated; its errors say what can be done about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.customs_channel.failures import ChannelError, Failing
from tempgoods_edi.customs_channel.http_api import HttpApi, Posted
from tempgoods_edi.customs_channel.http_wire import HttpWire
from tempgoods_edi.http_client.certificates import Tls
from tempgoods_edi.http_client.proxies import is_here
from tempgoods_edi.values import Bilingual

_SIMULATE = Bilingual(
    "{text}。模拟海关可用 tempgoods-edi simulate 启动。",
    "{text}. A simulated customs is started by tempgoods-edi simulate.",
)
_MAY_HAVE_ARRIVED = Bilingual(
    "{text}。报文可能已送达；可原样再次发送。", "{text}. The message may have arrived; it can be sent again as it is."
)
#: Most receipts asked for at once.
_PAGE = 200


class Mine(Struct, frozen=True):
    """The ids by which the receipts of one message are recognised."""

    recipient: str
    trace_id: str
    seq_no: str

    def owns(self, listed: Any) -> bool:
        """True for a receipt about this message, with its text."""
        if not isinstance(listed, dict) or not isinstance(listed.get("xml"), str):
            return False
        if self.trace_id:
            return bool(listed.get("trace_id") == self.trace_id)
        return bool(self.seq_no) and bool(listed.get("seq_no") == self.seq_no)


class Receipts(Struct, frozen=True):
    """The receipts of one message that have come by now.

    :ivar texts: their XML.
    :ivar mark: what to ask after next time.
    :ivar more: there may be others right now.
    :ivar wait: seconds that customs ask to wait before the next time; None when they do not.
    """

    texts: tuple[str, ...]
    mark: int
    more: bool = False
    wait: float | None = None


class Exchange:
    """The connection to customs at *url*; a context manager that closes the connection.

    :param seconds: how long customs may be silent.
    :param tls: how TLS is spoken; the system's CAs when left out.
    """

    def __init__(self, url: str, seconds: float, tls: Tls | None = None) -> None:
        self._wire = HttpWire(url, seconds=seconds, tls=tls)
        self._api = HttpApi(self._wire)

    def __enter__(self) -> Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    def post(self, data: bytes) -> Posted:
        """Post a message to customs.

        :raises CommandError: there was no answer, or none that decides.
        """
        with self._told(_MAY_HAVE_ARRIVED):
            return self._api.submit(data)

    def receipts(self, mine: Mine, after: int) -> Receipts:
        """The receipts of one message above the mark *after*.

        :raises CommandError: nobody answers, or not with receipts.
        """
        with self._told(Bilingual("{text}", "{text}")):
            try:
                page = self._api.receipts(after, recipient=mine.recipient, limit=_PAGE)
            except ChannelError as error:
                if error.kind is not Failing.BUSY:
                    raise
                return Receipts((), after, wait=error.retry_after)
        return Receipts(tuple(each["xml"] for each in page.listed if mine.owns(each)), page.mark, page.more)

    @contextmanager
    def _told(self, uncertain: Bilingual) -> Iterator[None]:
        """Failures of the channel as errors of the command.

        :param uncertain: the text around one after which the message may have arrived.
        """
        try:
            yield
        except ChannelError as error:
            text = error.text
            if error.kind is Failing.UNREACHABLE and is_here(urlsplit(self._wire.where).hostname or ""):
                text = _SIMULATE.format(text=text)
            elif error.may_have_arrived:
                text = uncertain.format(text=text)
            raise CommandError(text) from error
