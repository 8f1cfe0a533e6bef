"""Inserts a virtual card into a reader of a real PC/SC service, through the driver vpcd (package vsmartcard-vpcd).

Each message is two bytes of length and a body; a body of one byte is an order to the card, any other a command.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from threading import Event

from tempcard.card import Pulled, VirtualCard

#: Where the driver's first reader listens; the second is one above.
PORT = 35963

_OFF, _ON, _RESET, _ATR = b"\0", b"\1", b"\2", b"\4"
_AGAIN = 0.1
#: Without it every command takes 40 ms and more: the driver sends length and body apart, and then waits for the
#: acknowledgement that the system would rather delay.  The setting does not last, hence before every `recv`.
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)


def at_loopback(port: int) -> socket.socket:
    """Connect to a driver on this machine."""
    return socket.create_connection(("127.0.0.1", port), timeout=5)


class Slot:
    """Inserts *card* into the reader at *port*, and again whenever the service was restarted.

    :param connect: makes a connection to a port of the driver.
    """

    def __init__(
        self, card: VirtualCard, port: int = PORT, connect: Callable[[int], socket.socket] = at_loopback
    ) -> None:
        self._card = card
        self._port = port
        self._connect = connect
        self._stopped = Event()
        self._socket: socket.socket | None = None

    def serve(self) -> None:
        """Answer the reader until `pull`, or until the card itself reports that it was pulled out."""
        while not self._stopped.is_set():
            try:
                with self._connect(self._port) as connected:
                    connected.settimeout(None)
                    self._socket = connected
                    self._converse(connected)
            except Pulled:
                return
            except OSError:
                pass  # no service, or it has just ended
            self._card.reset()
            self._stopped.wait(_AGAIN)

    def pull(self) -> None:
        """Pull the card out; `serve` then returns."""
        self._stopped.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _converse(self, connected: socket.socket) -> None:
        while not self._stopped.is_set():
            body = _received(connected, int.from_bytes(_received(connected, 2)))
            if body in (_OFF, _ON, _RESET):
                self._card.reset()
                continue
            answer = self._card.atr if body == _ATR else self._card.transmit(body)
            connected.sendall(len(answer).to_bytes(2) + answer)


def _received(connected: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        if _QUICKACK is not None:
            connected.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        piece = connected.recv(count - len(data))
        if not piece:
            raise ConnectionResetError
        data += piece
    return data
