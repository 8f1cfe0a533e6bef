"""Receipts, a store and receivers, for the tests of pushing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from queue import Queue

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from h2018.push.attempts import Result
from h2018.push.backoff import Backoff, Curve
from h2018.push.callbacks import Callback
from h2018.push.pusher import Pusher
from h2018.store import Database, Store, StoredReceipt, schema, tenants
from tests.h2018.tenant import START, to_close

#: Waits without jitter, so that a test can say when.
PLAIN = Backoff(
    blocking=Curve(first=1.0, factor=2.0, most=60.0),
    delaying=Curve(first=60.0, factor=4.0, most=600.0),
    jitter=0.0,
    expires_after=3600.0,
)


def make_store(path: Path | None = None) -> Store:
    """A tenant's store of its own; in a file when *path* says where, with what is in it already."""
    database = to_close(Database(None if path is None else str(path)))
    schema.bring_up_to_date(database)
    known = tenants.names(database)
    return Store(database, known.get("t") or tenants.create_tenant(database, "t"))


def lay(store: Store, recipient: str = "R1", count: int = 1) -> tuple[StoredReceipt, ...]:
    """More receipts in the store."""
    made = []
    for _ in range(count):
        sequence = store.next_sequence
        receipt = StoredReceipt(
            sequence=sequence,
            number=store.next_number,
            recipient=recipient,
            source="http",
            code="TMP201",
            message_id=f"M{sequence:04d}",
            data=f"<Package>第{sequence}份</Package>".encode(),
            at=START,
            trace_id=f"t{sequence}",
        )
        with store.transaction():
            sent = store.note("sent", START, receipt.trace_id, data=receipt.data)
            store.add_receipt(receipt, sent)
        made.append(receipt)
    return tuple(made)


class Bench:
    """A pusher whose posts a test answers by hand, and whose time a test moves."""

    def __init__(self, store: Store | None = None, time: Clock | None = None) -> None:
        self.store = make_store() if store is None else store
        self.time = Clock() if time is None else time
        self.posted: list[tuple[str, int, int]] = []
        self.open: dict[str, Deferred[Result]] = {}
        self.answer: Callable[[str, int], Result | None] = lambda _name, _sequence: Result(status=200)
        self.pusher = Pusher(self.store, self._post, self.time, self.now, lambda: 7, PLAIN)
        self.pusher.start()

    def now(self) -> datetime:
        """The machine's time."""
        return START + timedelta(seconds=self.time.seconds())

    def _post(self, callback: Callback, receipt: StoredReceipt, attempt: int) -> Deferred[Result]:
        self.posted.append((callback.name, receipt.sequence, attempt))
        result: Deferred[Result] = Deferred()
        given = self.answer(callback.name, receipt.sequence)
        if given is None:
            self.open[callback.name] = result
        else:
            result.callback(given)
        return result

    def lay(self, recipient: str = "R1", count: int = 1) -> None:
        """More receipts, and the pusher is told."""
        for receipt in lay(self.store, recipient, count):
            self.pusher.receipt_ready(receipt)
        self.pump()

    def pump(self, seconds: float = 0.0) -> None:
        """Let time pass, and whatever is due at once happen."""
        end = self.time.seconds() + seconds
        while self.time.calls and self.time.calls[0].getTime() <= end:
            self.time.rightNow = max(self.time.rightNow, self.time.calls[0].getTime())
            self.time.advance(0)
        self.time.rightNow = end

    def sequences(self, name: str) -> list[int]:
        """What was posted there, in order."""
        return [sequence for posted, sequence, _ in self.posted if posted == name]

    def outcomes(self, name: str) -> list[str]:
        """The rows kept of that channel, oldest first."""
        return [each.outcome for each in reversed(self.store.deliveries_of_channel(f"push:{name}"))]


class Receiver:
    """A receiver on a real socket that answers every connection in its own way.

    :ivar seen: the bytes of each connection, as far as they came; None where it was reset.
    """

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self.seen: Queue[bytes | None] = Queue()
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._held: list[socket.socket] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/in"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in list(self._held):
            with suppress(OSError):  # closed by the answer, or by the other side
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        for connection in self._held:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._held.append(connection)
            connection.settimeout(10)
            try:
                request = read_request(connection)
                self.seen.put(request)
                self._answer(connection, request)
            except ConnectionResetError:
                self.seen.put(None)
            except OSError:
                pass


def read_request(connection: socket.socket) -> bytes:
    """One request, or as much of it as comes."""
    data = b""
    while True:
        head, found, body = data.partition(b"\r\n\r\n")
        if found:
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if len(body) >= int(lengths[0].split(b":")[1]):
                return data
        part = connection.recv(65536)
        if not part:
            return data
        data += part


def answering(data: bytes) -> Callable[[socket.socket, bytes], None]:
    """Answer with these bytes and close."""

    def answer(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(data)
        connection.close()

    return answer


def silent(_connection: socket.socket, _request: bytes) -> None:
    """Keep the line open and say nothing."""
