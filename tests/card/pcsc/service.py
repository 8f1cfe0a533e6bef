"""A real pcscd, one at a time on a machine whoever runs tests there, and chips to put into its readers."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tempcard import folder
from tempcard.card import Step, VirtualCard
from tempcard.folder import Filling
from tempcard.keys import Sm2Signer
from tempgoods_edi.card.cards import Card
from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.signing.testca import KeyPair
from tests import needed
from tests.card.material import PIN, PUK

FIRST, SECOND = 35963, 35964
READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")

_SOCKET = "/run/pcscd/pcscd.comm"
_LOCK = Path(tempfile.gettempdir()) / "tempgoods-pcscd.lock"

T = TypeVar("T")


def chip(
    path: Path,
    *,
    before: Callable[[Step], None] | None = None,
    sm2: Sm2Signer | None = None,
    **places: KeyPair | Filling,
) -> VirtualCard:
    """A new card with the keys in their *places*: ``P9A=…``, ``P9C=…``."""
    filled = {
        int(place[1:], 16): each if isinstance(each, Filling) else Filling(each.key, each.certificate_der)
        for place, each in places.items()
    }
    folder.make(path, filled, PIN, PUK, os.urandom)
    return VirtualCard(path, os.urandom, before=before, sm2=sm2)


class Service:
    """The service, which a test may stop and start."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it; it takes requests when this returns."""
        self._process = subprocess.Popen(
            ["pcscd", "--foreground", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        eventually(listens)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
        self.stop()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None


def listens() -> bool:
    """True when a service takes requests."""
    with socket.socket(socket.AF_UNIX) as asked:
        return asked.connect_ex(_SOCKET) == 0


@contextmanager
def alone() -> Iterator[Service]:
    """The only service of this machine, running."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.geteuid() or listens():
            needed.without("a PC/SC service of our own needs root, and a machine on which no other runs")
        service = Service()
        try:
            service.start()
            yield service
        finally:
            service.stop()


def eventually(found: Callable[[], T], seconds: float = 20.0) -> T:
    """What *found* returns once that is true; a `CardError` is a "not yet"."""
    pause = threading.Event()
    last: object = None
    for _ in range(int(seconds * 50)):
        try:
            last = found()
        except CardError as error:
            last = error
        else:
            if last:
                return last
        pause.wait(0.02)
    raise AssertionError(f"not so within {seconds} s: {last!r}")


def card_in(readers: PcscReaders, reader: str = READERS[0]) -> Card:
    """The card in *reader*, as soon as the service has seen it."""

    def readable() -> Card | None:
        card = readers.card(reader)
        if card is not None:
            card.state()
        return card

    return found_in_time(readable)


def found_in_time(found: Callable[[], T | None]) -> T:
    """What *found* returns once that is not None."""
    made = eventually(found)
    assert made is not None
    return made
