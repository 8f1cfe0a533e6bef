"""PC/SC through pyscard, with error codes as `CardError`; imported only when a reader is asked for.

pyscard's own classes are passed over: they hold connections that outlive the service, and complain when it is gone.
Here every action has a context and a handle of its own, so that nothing is left over from before a restart.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tempgoods_edi.card import problems
from tempgoods_edi.card.apdu import CardChannel
from tempgoods_edi.card.problems import CardError, Trouble

PRESENT, MUTE, UNAVAILABLE, UNKNOWN = 0x20, 0x200, 0x8, 0x4

_LIBRARY = "libpcsclite.so.1"
_SYSTEM_SCOPE = 2
_SHARED = 2
_T0, _T1 = 1, 2
_LEAVE, _RESET = 0, 1

_NO_READERS = 0x8010002E
_UNKNOWN_READER = 0x80100009
_TIMEOUT = 0x8010000A
_SHARING_VIOLATION = 0x8010000B
_RESET_BY_OTHERS = 0x80100068
_NO_CARD = 0x8010000C

#: What the codes of the PC/SC specification (part 5) mean to people.
_TROUBLES: dict[int, Trouble] = {
    0x8010001D: problems.NO_SERVICE,
    0x8010001E: problems.NO_SERVICE,
    0x80100012: problems.NO_SERVICE,  # E_SYSTEM_CANCELLED, P_SHUTDOWN: it is about to go
    0x80100018: problems.NO_SERVICE,
    0x80100014: problems.NO_SERVICE,  # F_UNKNOWN_ERROR, F_COMM_ERROR, INVALID_HANDLE: it went away meanwhile
    0x80100013: problems.NO_SERVICE,
    0x80100003: problems.NO_SERVICE,
    # W_SECURITY_VIOLATION: what pcscd answers for polkit, to whomever it does not allow; E_NO_ACCESS: Windows.
    0x8010006A: problems.NOT_ALLOWED,
    0x80100027: problems.NOT_ALLOWED,
    0x80100006: problems.SERVICE_FULL,  # E_NO_MEMORY, F_WAITED_TOO_LONG, E_SERVER_TOO_BUSY
    0x80100007: problems.SERVICE_FULL,
    0x80100031: problems.SERVICE_FULL,
    0x8010001A: problems.UNSUPPORTED_READER,
    0x8010001B: problems.UNSUPPORTED_READER,  # E_DUPLICATE_READER
    0x8010001F: problems.UNSUPPORTED_READER,  # E_UNSUPPORTED_FEATURE, by pcscd and by Windows
    0x80100022: problems.UNSUPPORTED_READER,
    0x80100016: problems.PULLED_OUT,
    0x80100069: problems.PULLED_OUT,
    0x80100067: problems.PULLED_OUT,
    _NO_CARD: problems.PULLED_OUT,
    _NO_READERS: problems.READER_GONE,
    _UNKNOWN_READER: problems.READER_GONE,
    0x80100017: problems.READER_GONE,
    _SHARING_VIOLATION: problems.IN_USE,
    _RESET_BY_OTHERS: problems.IN_USE,
    0x80100065: problems.UNREADABLE_CARD,
    0x80100066: problems.UNREADABLE_CARD,
    0x8010000F: problems.UNREADABLE_CARD,
    0x80100010: problems.UNREADABLE_CARD,  # E_NOT_READY, E_INVALID_ATR, E_CARD_UNSUPPORTED, E_COMM_DATA_LOST
    0x80100015: problems.UNREADABLE_CARD,
    0x8010001C: problems.UNREADABLE_CARD,
    0x8010002F: problems.UNREADABLE_CARD,
}


def loaded() -> Any:
    """Import pyscard's module for PC/SC.

    :raises CardError: it, or the library below it, is not installed.
    """
    if sys.platform == "linux" and "smartcard" not in sys.modules:
        # Asked before pyscard, which prints a line of its own when it is missing and then says "no service".
        try:
            ctypes.CDLL(_LIBRARY)
        except OSError:
            raise CardError(problems.NO_LIBRARY) from None
    try:
        return importlib.import_module("smartcard.scard")
    except ImportError:
        raise CardError(problems.NO_PYSCARD) from None


@contextmanager
def service() -> Iterator[Service]:
    """Open the smart-card service for one action.

    :raises CardError: there is none, or it does not run.
    """
    scard = loaded()
    context = _done(*scard.SCardEstablishContext(_SYSTEM_SCOPE))
    try:
        yield Service(scard, context)
    finally:
        scard.SCardReleaseContext(context)


class Service:
    """A context of the smart-card service; valid within `service`."""

    __slots__ = ("_context", "_scard")

    def __init__(self, scard: Any, context: Any) -> None:
        self._scard = scard
        self._context = context

    def readers(self) -> tuple[str, ...]:
        """Names of the connected readers."""
        code, names = self._scard.SCardListReaders(self._context, [])
        if _unsigned(code) == _NO_READERS:
            return ()
        _done(code)
        return tuple(names)

    def state(self, reader: str) -> int | None:
        """The state flags of *reader*, with a count of insertions and removals; None when it is gone."""
        code, found = self._scard.SCardGetStatusChange(self._context, 0, [(reader, 0)])
        if _unsigned(code) in (_UNKNOWN_READER, _NO_READERS):
            return None
        if _unsigned(code) != _TIMEOUT:
            _done(code)
        event = int(found[0][1]) & 0xFFFFFFFF
        return None if event & (UNAVAILABLE | UNKNOWN) else event

    def await_change(self, reader: str, since: int, milliseconds: int) -> None:
        """Wait until the state of *reader* differs from *since*, at most *milliseconds*."""
        self._scard.SCardGetStatusChange(self._context, milliseconds, [(reader, since)])

    @contextmanager
    def transaction(self, reader: str, most_waits: int) -> Iterator[CardChannel]:
        """An exclusive transaction with the card in *reader*.

        After a PIN was sent the card is reset at the end: nobody else shall sign by it.

        :param most_waits: how often to wait for another program that has the card for itself, a tenth of a second each.
        :raises CardError: no card, no reader, or it is not given free.
        """
        scard = self._scard
        handle, protocol = self._begun(reader, most_waits)
        header = scard.SCARD_PCI_T0 if protocol == _T0 else scard.SCARD_PCI_T1

        def exchange(command: bytes) -> bytes:
            answer: list[int] = _done(*scard.SCardTransmit(handle, header, list(command)))
            # pyscard hands out signed bytes on some systems
            return bytes(each & 0xFF for each in answer)

        channel = CardChannel(exchange, counts_lengths=protocol == _T0)
        gone = False
        try:
            yield channel
        except CardError as error:
            # pcscd, told to reset a card that is no longer there, may overlook the next one that is put in.
            gone = error.trouble is problems.PULLED_OUT
            raise
        finally:
            scard.SCardEndTransaction(handle, _LEAVE)
            scard.SCardDisconnect(handle, _RESET if channel.knows_pin and not gone else _LEAVE)

    def _begun(self, reader: str, most_waits: int) -> tuple[Any, int]:
        scard = self._scard
        for left in range(most_waits, -1, -1):
            code, handle, protocol = scard.SCardConnect(self._context, reader, _SHARED, _T0 | _T1)
            if _unsigned(code) == 0:
                code = scard.SCardBeginTransaction(handle)
                if _unsigned(code) == 0:
                    return handle, int(protocol)
                scard.SCardDisconnect(handle, _LEAVE)
            if _unsigned(code) not in (_SHARING_VIOLATION, _RESET_BY_OTHERS) or not left:
                break
            self.await_change(reader, self.state(reader) or 0, 100)
        _done(code)
        raise AssertionError  # `_done` has raised


def _done(code: int, value: Any = None) -> Any:
    """*value*, when *code* is that of success.

    :raises CardError: it is not.
    """
    number = _unsigned(code)
    if number == 0:
        return value
    trouble = _TROUBLES.get(number)
    if trouble is None:
        raise CardError(problems.PCSC_FAILED, number=f"0x{number:08X}")
    raise CardError(trouble)


def _unsigned(code: int) -> int:
    return code & 0xFFFFFFFF
