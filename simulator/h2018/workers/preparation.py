"""Prepares messages before intake: opens, hashes and parses them in threads, so that others are served meanwhile.

A message with files is taken in when they have been looked into; those of one tenant in the order in which they came.
A large one without is taken in when it was read; what its sender sends after it, later.  What is larger still is by then
in the database, where it was put piece by piece, other work between the pieces.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, structs
from twisted.internet.defer import Deferred, inlineCallbacks, succeed

from h2018.message_head import head_field
from h2018.store import fingerprint
from h2018.store.bodies import IN_PIECES
from h2018.workers.threads import ThreadExecutor
from tempgoods_edi.apart.line import WaitingLine
from tempgoods_edi.desk import MAX_BYTES, Checked, Opened, Policy, Read, judged, opened, read
from tempgoods_edi.envelope.content import content_identity
from tempgoods_edi.looks import is_archive
from tempgoods_edi.rules import Facts

if TYPE_CHECKING:
    from tempgoods_edi.second_opinion.engine_process import Said

#: Archives that are being opened, or wait for it, in all and of one tenant; the next is told to come back.
MOST, EACH = 16, 8
#: Large messages without files that are being read, or wait for it.
MOST_READ, EACH_READ = 64, 32
#: Beyond so many bytes a message is read by a thread.
APART = 64 * 1024
#: Opened at the same time; of those that are read there is one, since a large one takes its memory.
_AT_ONCE = 2


class Second(Struct, frozen=True):
    """The second opinion on a message: the findings of other engines, None when they gave no answer."""

    said: Said | None


class PreparedMessage(Struct, frozen=True):
    """A message that is prepared for intake.

    :ivar digest: SHA-256 of it.
    :ivar content: its fingerprint.
    :ivar opened: what was in the ZIP; None when it is none.
    :ivar read: what was read of it; None when that is still to be done.
    :ivar checked: the judgement, where it needs no facts.
    :ivar identity: of its content; None when it is not known, or not yet.
    :ivar second: None when nobody else was asked.
    """

    data: bytes
    digest: bytes
    content: str
    opened: Opened | None = None
    read: Read | None = None
    checked: Checked | None = None
    identity: str | None = None
    second: Second | None = None


def prepare_message(data: bytes) -> PreparedMessage:
    """Prepare a message now, in the caller's thread; a message with files takes its time."""
    archive = opened(data) if is_archive(data) else None
    return PreparedMessage(data, sha256(data).digest(), fingerprint(data, MAX_BYTES), archive)


def as_read(prepared: PreparedMessage, policy: Policy) -> PreparedMessage:
    """Parse a prepared message as far as that needs only its bytes and *policy*."""
    found = read(prepared.data if prepared.opened is None else prepared.opened, policy)
    if found.message is None or found.failed is not None:
        # Where there is no message, no fact is asked for.
        return structs.replace(prepared, read=found, checked=judged(found, Facts(today=policy.now.date())))
    digests = {name: file.hashes["SHA-256"] for name, file in (found.files or {}).items()}
    return structs.replace(prepared, read=found, identity=content_identity(found.message, digests))


#: Keeps bytes of that SHA-256, a piece with every step.
Keep = Callable[[bytes, bytes], Iterator[None]]


class SecondOpinions(Protocol):
    """Other engines that judge a message; see `second_opinion.SecondOpinionThread`."""

    def seconded(self, prepared: PreparedMessage) -> Deferred[PreparedMessage]:
        """Add the other engines' findings to *prepared*, which was parsed."""

    def now(self, prepared: PreparedMessage) -> PreparedMessage:
        """Add the other engines' findings to *prepared*, waiting for them."""


class PreparationThreads(ThreadExecutor):
    """The threads that open archives and parse large messages, for all tenants of a server.

    :ivar line: who waits to be opened.
    :ivar readers: who waits to be read only.
    """

    def __init__(self, reactor: Any) -> None:
        super().__init__(reactor, _AT_ONCE, "files")
        self.line, self.readers = WaitingLine(MOST, EACH), WaitingLine(MOST_READ, EACH_READ)
        self._reading = ThreadExecutor(reactor, 1, "reading")

    def reading(self, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """Have the parsing thread call *call*."""
        return self._reading.in_thread(call, *arguments)

    def close(self) -> None:
        """Wait for work under way, and stop the threads."""
        super().close()
        self._reading.close()


class _Waiting:
    """One message on its way; *result* once there is one.

    :ivar lane: those of one lane keep their order; None when that is not known yet, and then all behind it wait.
    """

    __slots__ = ("is_done", "lane", "out", "result")

    def __init__(self, lane: str | None) -> None:
        self.lane, self.out = lane, Deferred[PreparedMessage]()
        self.is_done = False
        self.result: Any = None


#: The lane of archives: who sent one is not known until it is open, and nobody else is to wait for that.
_ARCHIVES = ""


class PreparationQueue:
    """The queue in which one tenant's messages are prepared.

    :param name: the tenant's.
    :param threads: None does everything at once, as a test with a clock of its own wants it.
    :param keep: where large ones are put.
    :param second_opinion: asked about every message; they are slow, so each waits.
    """

    def __init__(
        self, name: str, threads: PreparationThreads | None, keep: Keep, second_opinion: SecondOpinions | None = None
    ) -> None:
        self._name, self._threads, self._keep, self._second_opinion = name, threads, keep, second_opinion
        self._is_closed = False
        self._waiting: deque[_Waiting] = deque()

    def prepared(self, data: bytes, policy: Policy | None = None) -> Deferred[PreparedMessage]:
        """Prepare *data*: at once, or, with files or when large, after those that came before.

        :param policy: how it is to be read; None leaves that to be done.
        :raises apart.line.Busy: too many are waiting.
        """
        threads, archive = self._threads, is_archive(data)
        if threads is None:
            return succeed(self.at_once(data, policy))
        asks = self._second_opinion is not None and policy is not None
        slow = asks or archive or len(data) > (IN_PIECES if policy is None else APART)
        if not slow and not self._waiting:
            return succeed(prepare_message(data))
        lane = (None if asks else _ARCHIVES) if archive else _lane(data)
        if not slow and all(each.lane != lane for each in self._waiting):
            return succeed(prepare_message(data))
        line = threads.line if archive or len(data) > IN_PIECES else threads.readers
        line.enter(self._name)
        each = _Waiting(lane)
        self._waiting.append(each)
        making = self._made_ready(threads, data, policy, each) if slow else succeed(prepare_message(data))
        making.addBoth(partial(self._done, line, each))
        return each.out

    def at_once(self, data: bytes, policy: Policy | None) -> PreparedMessage:
        """Prepare *data*, waiting for everything that takes time."""
        prepared = prepare_message(data)
        return (
            prepared
            if self._second_opinion is None or policy is None
            else self._second_opinion.now(as_read(prepared, policy))
        )

    def close(self) -> None:
        """Refuse the messages that still wait in the queue."""
        self._is_closed = True
        waiting, self._waiting = list(self._waiting), deque()
        for each in waiting:
            each.out.cancel()

    @inlineCallbacks
    def _made_ready(
        self, threads: PreparationThreads, data: bytes, policy: Policy | None, each: _Waiting
    ) -> Generator[Deferred[Any], Any, PreparedMessage]:
        if is_archive(data) or len(data) > IN_PIECES:
            prepared: PreparedMessage = yield threads.in_thread(prepare_message, data)
        else:
            prepared = yield threads.reading(prepare_message, data)
        if each.lane is None:
            each.lane = _lane(b"" if prepared.opened is None else prepared.opened.message)
            self._release()
        if len(data) > IN_PIECES:
            yield threads.by_steps(self._pieces(prepared))
        if policy is not None:
            prepared = yield threads.reading(as_read, prepared, policy)
            if self._second_opinion is not None:
                prepared = yield self._second_opinion.seconded(prepared)
        return prepared

    def _pieces(self, prepared: PreparedMessage) -> Iterator[None]:
        pieces = self._keep(prepared.digest, prepared.data)
        while not self._is_closed and next(pieces, pieces) is None:
            yield

    def _done(self, line: WaitingLine, each: _Waiting, result: Any) -> None:
        line.leave(self._name)
        each.is_done, each.result = True, result
        self._release()

    def _release(self) -> None:
        """Let go who is ready, but for those that somebody of their lane is before."""
        blocked: set[str | None] = set()
        ready: list[_Waiting] = []
        for one in self._waiting:
            if one.is_done and None not in blocked and one.lane not in blocked:
                ready.append(one)
            else:
                blocked.add(one.lane)
        self._waiting = deque(one for one in self._waiting if one not in ready)
        for one in ready:
            one.out.callback(one.result)


def _lane(data: bytes) -> str:
    """Whom a message is from; of one that does not say so, nobody else's."""
    return head_field(data, "sender_id") or f"/{id(data)}"
