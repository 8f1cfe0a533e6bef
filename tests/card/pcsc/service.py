"""A real pcscd that meets no other one of this machine, and chips to put into its readers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

from tempcard import folder, slot
from tempcard.card import Step, VirtualCard
from tempcard.folder import Filling
from tempcard.keys import Sm2Signer
from tempcard.objects import STANDARD, Model
from tempgoods_edi.card.cards import Card
from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.signing.key_pairs import KeyPair
from tests import needed
from tests.card.material import PIN, PUK
from tests.card.pcsc import apart

FIRST, SECOND = slot.PORT, slot.PORT + 1
READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")

T = TypeVar("T")


def chip(
    path: Path,
    *,
    before: Callable[[Step], None] | None = None,
    sm2: Sm2Signer | None = None,
    model: Model = STANDARD,
    shared: str | None = None,
    **places: KeyPair | Filling,
) -> VirtualCard:
    """A new card with the keys in their *places*: ``P9A=…``, ``P9C=…``.

    :param shared: its global PIN.
    """
    filled = {
        int(place[1:], 16): each if isinstance(each, Filling) else Filling(each.key, each.certificate_der)
        for place, each in places.items()
    }
    folder.make_card_folder(path, filled, PIN, PUK, os.urandom, shared=shared)
    return VirtualCard(path, os.urandom, before=before, sm2=sm2, model=model)


class Service:
    """The service, which a test may stop and start.

    Other processes that the tests start reach it as this one does, by ``PCSCLITE_CSOCK_NAME``.
    """

    def __init__(self) -> None:
        self._folder = _folder()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it; it takes requests when this returns."""
        command = ["pcscd", "--foreground", *_options(), *options]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", apart.__file__, str(self._folder), *command], stdout=log, stderr=log
            )
        eventually(self._listens)

    def kill(self) -> None:
        """End it as a crash does."""
        self._ended(apart.CRASH)

    def stop(self) -> None:
        """End it."""
        self._ended(signal.SIGTERM)

    def _ended(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(by)
            process.wait(20)

    def inside(self, command: Sequence[str]) -> list[str]:
        """*command* as it is run where this service is, so that it finds the readers at the usual ports."""
        assert self._process is not None
        where = ["--net"] if os.geteuid() == 0 else ["--user", "--preserve-credentials", "--net"]
        return ["nsenter", "--target", str(self._process.pid), *where, "--", *command]

    def _listens(self) -> bool:
        process = self._process
        if process is not None and process.poll() is not None:
            self._process = None
            raise AssertionError((self._folder / "log").read_text(errors="replace"))
        with socket.socket(socket.AF_UNIX) as asked:
            return asked.connect_ex(os.environ["PCSCLITE_CSOCK_NAME"]) == 0


@contextmanager
def inserted(card: VirtualCard, port: int = FIRST) -> Iterator[None]:
    """*card* in the reader at *port* of the service, until the end, when it is pulled out."""
    held = slot.Slot(card, port, lambda port: apart.connected(_folder(), port))
    thread = threading.Thread(target=held.serve, name=f"card at {port}")
    thread.start()
    try:
        yield
    finally:
        held.pull()
        thread.join()


def _folder() -> Path:
    """Where the service's socket lies: the library asks for its name only once in a process."""
    return Path(os.environ["PCSCLITE_CSOCK_NAME"]).parent


_may_be_apart = cache(apart.is_possible)


@cache
def _options() -> list[str]:
    """From 2.3 on the service asks polkit who may use readers, and refuses everybody where no system bus runs."""
    told = subprocess.run(["pcscd", "--help"], capture_output=True, text=True, check=False)
    return ["--disable-polkit"] if "--disable-polkit" in told.stdout + told.stderr else []


@contextmanager
def running() -> Iterator[Service]:
    """A service of our own, running."""
    if not _may_be_apart():
        needed.without("needs name spaces, which an ordinary user may not have here (a changed root?): run it as root")
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
